import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { EnvSource } from '../../config/env.ts'
import { ConfigError } from '../../config/load-config.ts'
import { findRedis, startPrivateRedis } from './private-redis.ts'

export type DemoSettings = {
  /** The service's settings, but for the queue where none is given. */
  readonly env: EnvSource
  readonly folder: string
  readonly queueGiven: boolean
  readonly path: string
}

/** What a demo takes over from the environment; the database and the secrets are its own. */
const takenOver = [
  'HOST',
  'QUEUE_URL',
  'QUEUE_URL_FILE',
  'SCIM_RATE_LIMIT',
  'PROPAGATION_CONCURRENCY',
  'METRICS_TOKEN',
  'METRICS_TOKEN_FILE',
  'OPEN_ACCOUNTS',
  'OPEN_ACCOUNTS_DIRECTORY_PEOPLE',
]

const loopback = /^(localhost|::1|127\.\d+\.\d+\.\d+)$/

/** Refuses to run where others could take demo data for real. */
export function settingsOf(env: EnvSource): DemoSettings {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  if (given('PUBLIC_URL') !== undefined) {
    const message = 'must not be set for the demo: it serves made-up people, to this machine alone'
    throw new ConfigError([{ name: 'PUBLIC_URL', message }])
  }
  if (!loopback.test(given('HOST') ?? 'localhost')) {
    throw new ConfigError([{ name: 'HOST', message: 'must be a loopback address for the demo, or not set' }])
  }
  const folder = resolve(given('DATA_DIR') ?? 'data', 'demo')
  const taken = Object.fromEntries(takenOver.map((name) => [name, given(name)]))
  const own = { DATA_DIR: folder, PORT: given('PORT') ?? '0', LOG_LEVEL: given('LOG_LEVEL') ?? 'warn' }
  const signIn = { OUTBOUND_ALLOW_LOOPBACK: '1' } // its providers are on this machine
  const queueGiven = (given('QUEUE_URL') ?? given('QUEUE_URL_FILE')) !== undefined
  return { env: { ...taken, ...own, ...signIn }, folder, queueGiven, path: env.PATH ?? '' }
}

/** What the service makes in its data folder. */
const ownFiles = ['', '-wal', '-shm', '-journal'].map((suffix) => `joinery.sqlite3${suffix}`)

/** Takes away what an earlier demo left, and nothing else. */
export function emptyFolder(folder: string): void {
  for (const file of [...ownFiles, 'admin-token', 'secret-key']) rmSync(join(folder, file), { force: true })
}

type Queue = { readonly env: EnvSource; readonly about: string; readonly close: () => Promise<void> }

/** The queue that is given, else a Redis of the demo's own where one is installed, else none. */
export async function chooseQueue({ queueGiven, path }: DemoSettings): Promise<Queue> {
  const close = (): Promise<void> => Promise.resolve()
  if (queueGiven) return { env: {}, about: 'BullMQ on QUEUE_URL; let no other Joinery use that one', close }
  const program = findRedis(path)
  if (program === null) {
    return { env: {}, about: 'none: no redis-server and no valkey-server on PATH, so reconciles run in process', close }
  }
  try {
    const redis = await startPrivateRedis(program)
    const about = `BullMQ on a ${redis.program} of its own, 127.0.0.1:${redis.port}; it ends with the demo`
    return { env: { QUEUE_URL: `redis://127.0.0.1:${redis.port}` }, about, close: () => redis.close() }
  } catch (error) {
    const reason = (error as Error).message
    return { env: {}, about: `none: ${program} does not start (${reason}), so reconciles run in process`, close }
  }
}
