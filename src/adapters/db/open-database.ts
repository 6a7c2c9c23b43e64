import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { Database, DatabaseClock, DatabaseTarget } from './database.ts'
import { migrate, migrationStatus } from './migrate.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'

type Options = { clock: DatabaseClock; migrateOnStart: boolean; migrated: (names: readonly string[]) => void }

/** Opens the database at its current schema; migrates it first where that is allowed. */
export async function openDatabase(
  target: DatabaseTarget,
  { clock, migrateOnStart, migrated }: Options,
): Promise<Database> {
  if (target.kind === 'sqlite') mkdirSync(dirname(target.file), { recursive: true })
  if (migrateOnStart) migrated(await migrate(target))
  else await requireCurrent(target)
  return target.kind === 'sqlite' ? openSqlite(target.file, clock) : openPostgres(target.url, clock)
}

async function requireCurrent(target: DatabaseTarget): Promise<void> {
  const { pending } = await migrationStatus(target)
  if (pending.length === 0) return
  throw new AppError(
    'upstream_rejected',
    `the database lacks ${pending.length} migrations; run "joinery migrate" first`,
  )
}
