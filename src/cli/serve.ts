import { startWorkers } from '../../workers/main.ts'
import { createLog } from '../adapters/log/create-log.ts'
import { loadConfig } from '../config/load-config.ts'
import type { EnvSource } from '../config/env.ts'
import { createRuntime } from '../runtime.ts'
import { startServer } from '../server.ts'
import type { Output } from './output.ts'
import { runUntilStopped } from './process.ts'

/** One process: every door, and unless told otherwise the workers. */
export async function serve(env: EnvSource, out: Output, { workers }: { workers: boolean }): Promise<void> {
  const config = loadConfig(env)
  if (!workers && config.database.kind === 'sqlite') {
    out.error(
      'Mind: with SQLite nobody else can run the workers; changes are taken in, and applied after a start with workers.',
    )
  }
  const log = createLog(config.logLevel)
  const runtime = await createRuntime(config, log)
  const running = workers ? startWorkers(runtime) : null
  const server = await startServer(runtime)
  const database = config.database.kind
  const queue = config.queue?.kind ?? 'in process'
  log.info({ url: server.url, publicUrl: server.publicUrl, database, queue, workers }, 'joinery is up')
  const up = `Joinery is up at ${server.publicUrl} (database ${database}, queue ${queue}). Stop it with Ctrl-C.`
  const closers = [() => server.close(), async () => running?.close(), () => runtime.close()]
  await runUntilStopped(out, closers, () => out.error(up))
}
