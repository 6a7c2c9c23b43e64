import { migrationSource } from './src/adapters/db/migrations/index.ts'
import { postgresKnex } from './src/adapters/db/open-postgres.ts'
import { sqliteKnex } from './src/adapters/db/open-sqlite.ts'
import { databaseTarget } from './src/runtime.ts'
import { loadConfig } from './src/config/load-config.ts'
import { processEnv } from './src/config/env.ts'

/** For people's habit: `NODE_OPTIONS="--import tsx" npx knex migrate:status`. Joinery's own way is `joinery migrate`. */
const target = databaseTarget(loadConfig(processEnv()))
const made = target.kind === 'sqlite' ? sqliteKnex(target.file, 1) : postgresKnex(target.url, 1)

export default {
  ...made.client.config,
  migrations: { migrationSource: migrationSource(), tableName: 'joinery_migrations' },
}
