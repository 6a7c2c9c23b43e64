import type { Command } from 'commander'
import { migrate, migrationStatus, unlockMigrations } from '../adapters/db/migrate.ts'
import type { EnvSource } from '../config/env.ts'
import { loadConfig } from '../config/load-config.ts'
import { databaseTarget } from '../runtime.ts'
import { ensureDataDir } from '../adapters/system/key-files.ts'
import { toTable, type Output } from './output.ts'

/** `joinery migrate [up|status|unlock]`: brings the schema up to date, tells how it stands, frees a lock left behind. */
export function migrateCommand(program: Command, env: EnvSource, out: Output): void {
  const command = program.command('migrate').description('bring the database schema up to date')
  const target = () => {
    const config = loadConfig(env)
    if (config.database.kind === 'sqlite') ensureDataDir(config.dataDir)
    return databaseTarget(config)
  }
  command
    .command('up', { isDefault: true })
    .description('run what is pending')
    .action(async () => {
      const names = await migrate(target())
      out.line(names.length === 0 ? 'Nothing to do: the schema is up to date.' : `Done: ${names.join(', ')}`)
    })
  command
    .command('status')
    .description('what has run and what is pending')
    .action(async () => {
      const { done, pending } = await migrationStatus(target())
      const rows = [
        ...done.map((name) => ({ name, state: 'done' })),
        ...pending.map((name) => ({ name, state: 'pending' })),
      ]
      out.line(toTable(rows, ['name', 'state']))
    })
  command
    .command('unlock')
    .description('free the lock that a killed migration left behind')
    .action(async () => {
      await unlockMigrations(target())
      out.line('The migration lock is free.')
    })
}
