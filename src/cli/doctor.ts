import { existsSync } from 'node:fs'
import { loadCatalogs } from '../adapters/catalogs/load-catalogs.ts'
import { migrationStatus } from '../adapters/db/migrate.ts'
import { createLog } from '../adapters/log/create-log.ts'
import type { Config } from '../config/config.ts'
import type { EnvSource } from '../config/env.ts'
import { loadConfig } from '../config/load-config.ts'
import { createRuntime, databaseTarget } from '../runtime.ts'
import { CliError } from './client.ts'
import type { Output } from './output.ts'
import { counted } from './output.ts'

type Check = { name: string; run: () => Promise<string> }

/** Looks at everything that a start needs and says what is wrong and how to mend it. Writes nothing. */
export async function doctor(env: EnvSource, out: Output): Promise<void> {
  const config = loadConfig(env)
  out.line('ok    configuration')
  out.line(`ok    role catalogs: ${[...loadCatalogs(config.catalogDir).keys()].join(', ')}`)
  if (config.database.kind === 'sqlite' && !existsSync(config.database.file)) {
    out.line(
      `ok    database: ${config.database.file} is not there yet; the first "joinery serve" makes it, and its secrets`,
    )
    return
  }
  let failed = 0
  for (const { name, run } of checks(config)) {
    try {
      out.line(`ok    ${name}: ${await run()}`)
    } catch (error) {
      failed += 1
      out.line(`FAIL  ${name}: ${(error as Error).message}`)
    }
  }
  if (failed > 0) throw new CliError(`${failed} of ${checks(config).length} checks failed`)
}

function checks(config: Config): Check[] {
  return [
    { name: 'database', run: () => checkDatabase(config) },
    { name: 'secret key', run: () => withRuntime(config, ({ ready }) => ready().then(() => 'known')) },
    { name: 'audit log', run: () => withRuntime(config, checkAudit) },
    { name: 'mail', run: () => withRuntime(config, ({ checkMail }) => checkMail()) },
    { name: 'queue', run: () => withRuntime(config, (runtime) => checkQueue(config, () => runtime.queue.depth())) },
  ]
}

async function checkDatabase(config: Config): Promise<string> {
  const { done, pending } = await migrationStatus(databaseTarget(config))
  if (pending.length > 0 && !config.migrateOnStart)
    throw new Error(`${counted(pending.length, 'migration')} pending; run "joinery migrate"`)
  return `${config.database.kind}, ${counted(done.length, 'migration')} done, ${pending.length} pending`
}

async function checkAudit({ app, newId }: Awaited<ReturnType<typeof createRuntime>>): Promise<string> {
  const op = { actor: { kind: 'system', part: 'housekeeping' }, id: newId() } as const
  const key = await app.auditKeyInUse(op)
  const { unsealed, unsealedMs, checkpointsNotInSink } = await app.auditStatus(op)
  const since = unsealed === 0 ? '' : `, the oldest for ${Math.round(unsealedMs / 1000)} s`
  return `${counted(unsealed, 'line')} not sealed${since}, ${counted(checkpointsNotInSink, 'checkpoint')} not in the sink, key ${key ?? 'not made yet'}`
}

async function checkQueue(
  config: Config,
  depth: () => Promise<{ waiting: number; active: number } | null>,
): Promise<string> {
  if (config.queue === null) return 'none, reconciles run in process'
  const counts = await depth()
  return `${config.queue.kind}, ${counts?.waiting ?? 0} waiting, ${counts?.active ?? 0} active`
}

async function withRuntime<T>(
  config: Config,
  work: (runtime: Awaited<ReturnType<typeof createRuntime>>) => Promise<T>,
): Promise<T> {
  const runtime = await createRuntime({ ...config, migrateOnStart: false }, createLog('silent'))
  try {
    return await work(runtime)
  } finally {
    await runtime.close()
  }
}
