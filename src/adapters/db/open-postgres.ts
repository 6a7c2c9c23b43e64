import { createHash } from 'node:crypto'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import type { Database, DatabaseClock } from './database.ts'
import { mayRunAgain, toAppError } from './errors.ts'
import { poolOf, quiet } from './pool.ts'
import { postgresDialect, toNative, type Session, type Statement } from './session.ts'

const poolSize = 10
const attempts = 6
const statementTimeoutMs = 15_000

/** int8 comes as a number: every integer of ours is a counter or epoch milliseconds, far below 2^53. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === 20 && format !== 'binary'
      ? Number
      : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(
          oid,
          format,
        )) as typeof pg.types.getTypeParser,
}

export function postgresKnex(url: string, connections: number = poolSize): Knex {
  return knex({
    client: 'pg',
    log: quiet,
    connection: {
      connectionString: url,
      types,
      statement_timeout: statementTimeoutMs,
      connectionTimeoutMillis: 5000,
      application_name: 'joinery',
      // Small reads through indexes: to compile one takes seconds, where its cost is guessed high.
      options: '-c jit=off',
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: 5000,
  })
}

export function openPostgres(url: string, clock: DatabaseClock): Database {
  const db = postgresKnex(url)
  const dialect = postgresDialect(db, clock)
  const sessionOn = (client: pg.ClientBase): Session => ({
    db,
    dialect,
    rows: async <T>(statement: Statement) => (await query(client, statement)).rows as T[],
    run: async (statement) => {
      await query(client, statement)
    },
  })
  const on = <T>(work: (session: Session) => Promise<T>, begin?: string): Promise<T> =>
    withClient(db, (client) =>
      begin === undefined ? work(sessionOn(client)) : inTransaction(client, begin, () => work(sessionOn(client))),
    )

  return {
    name: 'postgres',
    reads: {
      db,
      dialect,
      rows: (statement) => on((session) => session.rows(statement)),
      run: (statement) => on((session) => session.run(statement)),
    },
    snapshot: (work) => on(work, 'begin isolation level repeatable read read only'),
    transaction: (work) => runAgain(() => on(work, 'begin')),
    close: () => db.destroy(),
  }
}

async function withClient<T>(db: Knex, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const pool = poolOf<pg.ClientBase>(db)
  try {
    const client = await pool.acquireConnection()
    try {
      return await work(client)
    } finally {
      await pool.releaseConnection(client)
    }
  } catch (error) {
    throw toAppError(error)
  }
}

async function inTransaction<T>(client: pg.ClientBase, begin: string, work: () => Promise<T>): Promise<T> {
  await client.query(begin)
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => spoil(client, failure))
    throw error
  }
}

/** A connection that cannot even roll back is thrown away by knex's pool. */
function spoil(client: pg.ClientBase, failure: Error): void {
  Object.assign(client, { __knex__disposed: failure })
}

async function runAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!mayRunAgain(error) || attempt === attempts) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt))
    }
  }
}

const names = new Map<string, string>()
const namedStatements = 500

function query(client: pg.ClientBase, statement: Statement): Promise<pg.QueryResult> {
  const { sql, bindings } = toNative(statement)
  const name = nameOf(sql)
  const values = bindings as unknown[]
  return client.query(name === undefined ? { text: sql, values } : { text: sql, values, name })
}

/** Statement texts are constant but for lists built from filters; those beyond the limit run unprepared. */
function nameOf(sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= namedStatements) return known
  const name = createHash('sha1').update(sql).digest('base64url')
  names.set(sql, name)
  return name
}
