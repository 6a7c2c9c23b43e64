import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../support/servers.ts'
import { mustClose } from './closers.ts'

export type Cluster = { url: string; stop(): Promise<void> }
type Identity = { uid: number; gid: number } | Record<string, never>

/**
 * A cluster of the bench's own, with the server's defaults: fsync and synchronous_commit are on, so that its figures are
 * those of commits that survive a power loss. Null where PostgreSQL is not installed.
 */
export async function startCluster(): Promise<Cluster | null> {
  const bin = findBin()
  if (bin === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'joinery-bench-pg-'))
  const identity = serverIdentity()
  if ('uid' in identity) chownSync(folder, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const run = (program: string, args: string[]): number | null =>
    spawnSync(join(bin, program), args, { ...identity, cwd: tmpdir(), stdio: 'ignore' }).status
  if (run('initdb', ['-D', data, '-U', 'joinery', '-A', 'trust', '-E', 'UTF8', '--locale=C']) !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error('initdb failed')
  }
  const port = await freePort()
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-c', `unix_socket_directories=${folder}`]
  const server = spawn(join(bin, 'postgres'), options, { ...identity, cwd: tmpdir(), stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = mustClose(async () => {
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `postgres://joinery@127.0.0.1:${port}/postgres`
  await untilItAnswers(url)
  return { url, stop }
}

/** Runs one statement on a connection of its own. */
export async function onPostgres(url: string, sql: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<Record<string, string>>(sql)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function untilItAnswers(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await onPostgres(url, 'select 1')
      return
    } catch (error) {
      if (tries === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** PostgreSQL refuses to run as root, and then runs as its own user. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

function findBin(): string | null {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(root, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}
