import { startWorkers } from '../../workers/main.ts'
import { createLog } from '../adapters/log/create-log.ts'
import { ConfigError, loadConfig } from '../config/load-config.ts'
import type { EnvSource } from '../config/env.ts'
import { createRuntime } from '../runtime.ts'
import type { Output } from './output.ts'
import { runUntilStopped } from './process.ts'

/** Workers alone. SQLite is one process: there, the server runs them itself. */
export async function worker(env: EnvSource, out: Output): Promise<void> {
  const config = loadConfig(env)
  if (config.database.kind === 'sqlite') {
    const message = 'must be postgres://… for a worker of its own; with SQLite "joinery serve" runs the workers itself'
    throw new ConfigError([{ name: 'DATABASE_URL', message }])
  }
  const log = createLog(config.logLevel)
  const runtime = await createRuntime(config, log)
  const running = startWorkers(runtime)
  const queue = config.queue?.kind ?? 'none: sweep only'
  log.info({ queue }, 'worker is up')
  out.error(`A Joinery worker is up (queue ${queue}). Stop it with Ctrl-C.`)
  await runUntilStopped(out, [() => running.close(), () => runtime.close()])
}
