import { startWorkers } from '../../workers/main.ts'
import { createLog } from '../../src/adapters/log/create-log.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Operation } from '../../src/application/operation.ts'
import { createRuntime, type Overrides, type Runtime } from '../../src/runtime.ts'
import { startServer } from '../../src/server.ts'
import { freshDatabase, type TestDatabase } from './databases.ts'
import { createApi, type Api } from './api.ts'

export const operator: Operation = { actor: { kind: 'operator' }, id: 'test' }
export const propagator: Operation = { actor: { kind: 'system', part: 'propagation' }, id: 'test' }

export const testSecrets = {
  ADMIN_TOKEN: 'test-admin-token-0123456789',
  SECRET_KEY: 'test-secret-key-0123456789-0123456789',
}

export type Joinery = { runtime: Runtime; database: TestDatabase; url: string; api: Api; close(): Promise<void> }

export type Options = Overrides & {
  database?: 'sqlite' | 'postgres'
  /** An existing database to start on again. */
  on?: TestDatabase
  queueUrl?: string
  /** The queue on the test's own PostgreSQL. */
  queueOnDatabase?: boolean
  workers?: boolean
  env?: Record<string, string>
}

/** A whole Joinery in this process: real database, real HTTP, workers unless told otherwise. */
export async function startJoinery(options: Options = {}): Promise<Joinery> {
  const database = options.on ?? (await freshDatabase(options.database ?? 'sqlite'))
  const env = {
    ...testEnv(database),
    ...(options.queueUrl === undefined ? {} : { QUEUE_URL: options.queueUrl }),
    ...options.env,
  }
  const runtime = await createRuntime(loadConfig(env), createLog(process.env.TEST_LOG ?? 'silent'), options)
  const workers = options.workers === false ? null : startWorkers(runtime)
  const server = await startServer(runtime)
  return {
    ...{ runtime, database, url: server.url, api: createApi(server.url, testSecrets.ADMIN_TOKEN) },
    close: async () => {
      await server.close()
      await workers?.close()
      await runtime.close()
      if (options.on === undefined) await database.remove()
    },
  }
}

export function testEnv(database: TestDatabase): Record<string, string> {
  return {
    ...testSecrets,
    DATABASE_URL: database.url,
    DATA_DIR: database.folder,
    PORT: '0',
    LOG_LEVEL: 'silent',
    SCIM_RATE_LIMIT: '0',
  }
}
