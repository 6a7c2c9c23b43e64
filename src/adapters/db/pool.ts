import type { Knex } from 'knex'

/** knex's pool, from which connections are borrowed whole: a session is one connection and nothing else. */
type Pool<Connection> = {
  acquireConnection(): Promise<Connection>
  releaseConnection(connection: Connection): Promise<void>
}

export function poolOf<Connection>(db: Knex): Pool<Connection> {
  return db.client as Pool<Connection>
}
