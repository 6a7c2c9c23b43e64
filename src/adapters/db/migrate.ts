import type { Knex } from 'knex'
import { AppError } from '../../domain/errors.ts'
import type { DatabaseTarget } from './database.ts'
import { toAppError } from './errors.ts'
import { migrations, migrationSource, type Migration } from './migrations/index.ts'
import { postgresKnex } from './open-postgres.ts'
import { sqliteKnex } from './open-sqlite.ts'

const table = 'joinery_migrations'
const configOf = (list?: readonly Migration[]): Knex.MigratorConfig => ({
  migrationSource: migrationSource(list),
  tableName: table,
})

/** Any number will do, as long as no other program of the same database takes it. */
const advisoryLock = 748_120_561

export type MigrationStatus = { readonly done: readonly string[]; readonly pending: readonly string[] }

/**
 * Brings the schema up to date on a connection of its own. On SQLite foreign keys are off meanwhile, as re-creating a table
 * would cascade into its children, and checked afterwards; on PostgreSQL an advisory lock lets one process migrate.
 */
export async function migrate(
  target: DatabaseTarget,
  list: readonly Migration[] = migrations,
): Promise<readonly string[]> {
  return withKnex(target, async (db) => {
    if (target.kind === 'sqlite') return migrateSqlite(db, list)
    await db.raw('select pg_advisory_lock(?)', [advisoryLock])
    try {
      return await latest(db, list)
    } finally {
      await db.raw('select pg_advisory_unlock(?)', [advisoryLock])
    }
  })
}

async function migrateSqlite(db: Knex, list: readonly Migration[]): Promise<readonly string[]> {
  await db.raw('pragma journal_mode = wal')
  await db.raw('pragma foreign_keys = off')
  const done = await latest(db, list)
  const broken = (await db.raw('pragma foreign_key_check')) as unknown[]
  if (broken.length > 0)
    throw new AppError('upstream_rejected', `${broken.length} rows lost their parent in a migration`)
  return done
}

async function latest(db: Knex, list: readonly Migration[]): Promise<readonly string[]> {
  const [, names] = (await db.migrate.latest(configOf(list))) as [number, string[]]
  return names
}

export async function migrationStatus(target: DatabaseTarget): Promise<MigrationStatus> {
  return withKnex(target, async (db) => {
    const done = await doneMigrations(db)
    return { done, pending: migrations.map(({ name }) => name).filter((name) => !done.includes(name)) }
  })
}

/** Lifts the lock that a killed migration leaves behind. */
export async function unlockMigrations(target: DatabaseTarget): Promise<void> {
  await withKnex(target, (db) => db.migrate.forceFreeMigrationsLock(configOf()) as Promise<void>)
}

async function doneMigrations(db: Knex): Promise<string[]> {
  if (!(await db.schema.hasTable(table))) return []
  const rows = await db<{ name: string }>(table).select('name').orderBy('id')
  return rows.map(({ name }) => name)
}

async function withKnex<T>(target: DatabaseTarget, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = target.kind === 'sqlite' ? sqliteKnex(target.file, 1) : postgresKnex(target.url, 1)
  try {
    return await work(db)
  } catch (error) {
    throw toAppError(error)
  } finally {
    await db.destroy()
  }
}
