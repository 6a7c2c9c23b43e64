import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '../support/servers.ts'
import { mustClose } from './closers.ts'
import { onPostgres, startCluster, type Cluster } from './postgres.ts'

export type SetupName = 'sqlite' | 'sqlite-redis' | 'postgres-redis'
export type Setup = { name: SetupName; label: string; database: 'sqlite' | 'postgres'; redis: boolean }

export const setups: readonly Setup[] = [
  { name: 'sqlite', label: 'SQLite + in-process', database: 'sqlite', redis: false },
  { name: 'sqlite-redis', label: 'SQLite + Redis', database: 'sqlite', redis: true },
  { name: 'postgres-redis', label: 'PostgreSQL + Redis', database: 'postgres', redis: true },
]

/** What one measurement runs on: an empty database and an empty queue of its own; closed with whatever it opened. */
export type Ground = { setup: Setup; env: Record<string, string>; adminToken: string }

const adminToken = randomBytes(24).toString('hex')
const secretKey = randomBytes(24).toString('hex')

/** Why a set-up cannot run here, with how to get what it lacks; null where it can. */
export async function missingFor(setup: Setup, cluster: Cluster | null): Promise<string | null> {
  if (setup.database === 'postgres' && cluster === null) return 'needs PostgreSQL: apt-get install postgresql'
  if (!setup.redis) return null
  const redis = await startRedis()
  await redis?.stop()
  return redis === null ? 'needs Redis: apt-get install redis-server' : null
}

/** One cluster serves every measurement; each has a database of its own. */
export async function clusterFor(chosen: readonly Setup[]): Promise<Cluster | null> {
  return chosen.some(({ database }) => database === 'postgres') ? startCluster() : null
}

export async function openGround(setup: Setup, cluster: Cluster | null): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-bench-'))
  mustClose(() => rmSync(folder, { recursive: true, force: true }))
  const redis = setup.redis ? await startRedis() : null
  if (redis !== null) mustClose(() => redis.stop())
  const database = setup.database === 'sqlite' ? `sqlite:${join(folder, 'joinery.sqlite3')}` : await fresh(cluster)
  const env = {
    DATABASE_URL: database,
    DATA_DIR: folder,
    ADMIN_TOKEN: adminToken,
    SECRET_KEY: secretKey,
    PORT: '0',
    LOG_LEVEL: 'error',
    SCIM_RATE_LIMIT: '0',
    ...(redis === null ? {} : { QUEUE_URL: redis.url }),
  }
  return { setup, env, adminToken }
}

async function fresh(cluster: Cluster | null): Promise<string> {
  if (cluster === null) throw new Error('PostgreSQL is not there')
  const name = `bench_${randomBytes(6).toString('hex')}`
  await onPostgres(cluster.url, `create database ${name}`)
  return cluster.url.replace(/\/postgres$/, `/${name}`)
}
