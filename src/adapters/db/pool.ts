import type { Knex } from 'knex'

/** knex's pool, from which connections are borrowed whole: a session is one connection and nothing else. */
type Pool<Connection> = {
  acquireConnection(): Promise<Connection>
  releaseConnection(connection: Connection): Promise<void>
}

export function poolOf<Connection>(db: Knex): Pool<Connection> {
  return db.client as Pool<Connection>
}

/** What knex would print by itself is thrown too, and logged once where it is handled. */
export const quiet: Knex.Logger = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore }

function ignore(): void {}
