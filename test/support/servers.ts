import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string
    postgresUrl: string
  }
}

/** Starts a private Redis and a private PostgreSQL where their programs are installed; in CI both must be there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await startRedis()
  const postgres = await startPostgres()
  const missing = [...(redis === null ? ['redis-server'] : []), ...(postgres === null ? ['postgresql'] : [])]
  if (missing.length > 0 && process.env.CI === 'true') {
    throw new Error(`CI lacks ${missing.join(' and ')}: apt-get install ${missing.join(' ')}`)
  }
  project.provide('redisUrl', redis?.url ?? '')
  project.provide('postgresUrl', postgres?.url ?? '')
  return async () => {
    await redis?.stop()
    await postgres?.stop()
  }
}

export type TestServer = { url: string; stop(): Promise<void> }

export async function startRedis(wanted?: number): Promise<TestServer | null> {
  const program = findProgram(['redis-server', 'valkey-server'])
  if (program === null) return null
  const port = wanted ?? (await freePort())
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn(program, [...options, '--maxmemory-policy', 'noeviction'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await untilPrinted(child, /Ready to accept connections/)
  return { url: `redis://127.0.0.1:${port}`, stop: () => stopped(child, 'SIGTERM') }
}

/** `crash` stops the server without a goodbye; `start` brings it up again with what it had. */
type CrashableServer = TestServer & { crash(): Promise<void>; start(): Promise<void> }

/** A cluster of its own in a temporary folder; commits are not synced, as the machine outlives the test. */
export async function startPostgres(): Promise<CrashableServer | null> {
  const bin = findPostgres()
  if (bin === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'joinery-pg-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  asUser(join(bin, 'initdb'), ['-D', data, '-U', 'joinery', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'])
  const port = await freePort()
  const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=200', `unix_socket_directories=${folder}`]
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...settings.flatMap((each) => ['-c', each])]
  const [program, args] = userCommand(join(bin, 'postgres'), options)
  const launch = async (): Promise<ChildProcess> => {
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    await untilPrinted(started, /ready to accept connections/)
    return started
  }
  let child = await launch()
  const crash = async (): Promise<void> => {
    asUser(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'])
    await stopped(child, null)
  }
  return {
    url: `postgres://joinery@127.0.0.1:${port}/postgres`,
    crash,
    start: async () => {
      child = await launch()
    },
    stop: async () => {
      await crash()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root. */
function userCommand(program: string, args: string[]): [string, string[]] {
  return process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args]
}

function asUser(program: string, args: string[]): void {
  const [command, rest] = userCommand(program, args)
  const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`)
}

function findProgram(names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(':')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null
}

function findPostgres(): string | null {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (found !== undefined) return found
  const initdb = findProgram(['initdb'])
  return initdb === null ? null : join(initdb, '..')
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function untilPrinted(child: ChildProcess, sign: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const look = (chunk: Buffer): void => {
      seen = (seen + chunk.toString()).slice(-4000)
      if (sign.test(seen)) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${seen}`)))
  })
}

function stopped(child: ChildProcess, signal: NodeJS.Signals | null): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    if (signal !== null) child.kill(signal)
  })
}
