import knex, { type Knex } from 'knex'
import type sqlite3 from 'sqlite3'
import type { Database, DatabaseClock } from './database.ts'
import { toAppError } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import { poolOf, quiet } from './pool.ts'
import { sqliteDialect, type Session } from './session.ts'
import { createSqliteUnit } from './sqlite-unit.ts'
import { SqliteConnection } from './sqlite.ts'

/**
 * `synchronous=FULL` under WAL: a commit is on the disk before it is answered, so that a power loss takes nothing that got a
 * 2xx. Group commit pays for it.
 */
const pragmas = [
  'pragma journal_mode = wal',
  'pragma synchronous = full',
  'pragma foreign_keys = on',
  'pragma busy_timeout = 5000',
  'pragma cache_size = -4000',
  'pragma case_sensitive_like = on',
]

export function sqliteKnex(file: string, connections: number): Knex {
  return knex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    log: quiet,
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: 5000,
  })
}

/**
 * One process, one file: a writer, a reader for single looks at what is committed, and one for snapshots. WAL lets them read
 * while the writer writes.
 */
export async function openSqlite(file: string, clock: DatabaseClock): Promise<Database> {
  const db = sqliteKnex(file, 3)
  const [writer, reader, snapshots] = await Promise.all([connect(db), connect(db), connect(db)])
  const dialect = sqliteDialect(db, clock)
  const commits = createGroupCommit(guarded(writer))
  const oneByOne = createQueue()
  const reading = (connection: SqliteConnection): Session => ({
    db,
    dialect,
    rows: (statement) => translated(connection.rows(statement)),
    run: (statement) => translated(connection.run(statement)),
  })
  const look = reading(snapshots)

  return {
    name: 'sqlite',
    reads: reading(reader),
    transaction: (work) => {
      const unit = createSqliteUnit(writer, db, dialect)
      const { finish, undo } = unit
      return translated(commits.submit({ run: () => work(unit.session), finish, undo }))
    },
    snapshot: (work) => oneByOne(() => inSnapshot(guarded(snapshots), () => work(look))),
    close: async () => {
      await commits.idle()
      await Promise.all([writer, reader, snapshots].map((connection) => disconnect(db, connection)))
      await db.destroy()
    },
  }
}

async function connect(db: Knex): Promise<SqliteConnection> {
  const connection = new SqliteConnection(await poolOf<sqlite3.Database>(db).acquireConnection())
  for (const pragma of pragmas) await connection.all(pragma)
  return connection
}

async function disconnect(db: Knex, connection: SqliteConnection): Promise<void> {
  await connection.release()
  await poolOf<sqlite3.Database>(db).releaseConnection(connection.handle)
}

function guarded(connection: SqliteConnection): { command(sql: string): Promise<void> } {
  return { command: (sql) => translated(connection.command(sql)) }
}

function translated<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error: unknown) => {
    throw toAppError(error)
  })
}

async function inSnapshot<T>(connection: { command(sql: string): Promise<void> }, work: () => Promise<T>): Promise<T> {
  await connection.command('begin')
  try {
    return await work()
  } finally {
    await connection.command('commit')
  }
}

/** Runs one after the other whatever it is handed. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>) => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}
