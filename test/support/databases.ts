import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, inject } from 'vitest'
import type { DatabaseTarget } from '../../src/adapters/db/database.ts'

export type TestDatabase = { target: DatabaseTarget; url: string; folder: string; remove(): Promise<void> }

/** A fresh, empty database: a SQLite file in a folder of its own, or a database of the run's PostgreSQL. */
export async function freshDatabase(kind: 'sqlite' | 'postgres'): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-test-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  if (kind === 'sqlite') {
    const file = join(folder, 'joinery.sqlite3')
    return { target: { kind, file }, url: `sqlite:${file}`, folder, remove: () => Promise.resolve(removeFolder()) }
  }
  const server = inject('postgresUrl')
  const name = `t_${randomBytes(6).toString('hex')}`
  await onServer(server, `create database ${name}`)
  const url = server.replace(/\/postgres$/, `/${name}`)
  const remove = async (): Promise<void> => {
    await onServer(server, `drop database if exists ${name} with (force)`)
    removeFolder()
  }
  return { target: { kind, url }, url, folder, remove }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const installs = { redis: 'apt-get install redis-server', postgres: 'apt-get install postgresql' }

export function has(server: 'redis' | 'postgres'): boolean {
  return inject(server === 'redis' ? 'redisUrl' : 'postgresUrl') !== ''
}

/** A suite that needs servers: where one is missing it is skipped by name, with how to get it. In CI the run fails before. */
export function describeWith(servers: readonly ('redis' | 'postgres')[], name: string, suite: () => void): void {
  const missing = servers.filter((server) => !has(server))
  const label = missing.length === 0 ? name : `${name} [needs ${missing.map((each) => installs[each]).join(', ')}]`
  describe.skipIf(missing.length > 0)(label, suite)
}

/** The same suite on both databases. */
export function describeOnBoth(name: string, suite: (kind: 'sqlite' | 'postgres') => void): void {
  describe(`${name} on sqlite`, () => suite('sqlite'))
  describeWith(['postgres'], `${name} on postgres`, () => suite('postgres'))
}
