import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'

export type PrivateRedis = { readonly program: string; readonly port: number; close(): Promise<void> }

const programs = ['redis-server', 'valkey-server']
const startMs = 5000

/** The Redis that is installed here, as a path; null where none is. */
export function findRedis(path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  return programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The shell between us and Redis waits for the end of its input, which is ours to close: so Redis ends with the demo even
 * where the demo is killed. A process group of its own keeps Ctrl-C from Redis until the demo has said goodbye.
 */
const guard = '"$@" & exec >&-; read -r _; kill $! 2>/dev/null; wait; rmdir "$0" 2>/dev/null'

/** Starts a Redis of the demo's own: loopback only, a free port, nothing kept. Rejects where it does not come up. */
export async function startPrivateRedis(file: string): Promise<PrivateRedis> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'joinery-demo-redis-'))
  const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const keeping = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction']
  const child = spawn('/bin/sh', ['-c', guard, folder, file, ...address, ...keeping], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const close = async (): Promise<void> => {
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(child)
  } catch (error) {
    await close()
    throw error
  }
  return { program: basename(file), port, close }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const timer = setTimeout(() => reject(new Error('it is not up after 5 s')), startMs)
    child.once('error', reject)
    child.stdout?.on('data', (chunk: Buffer) => {
      seen = (seen + chunk.toString()).slice(-4000)
      if (!/Ready to accept connections/i.test(seen)) return
      clearTimeout(timer)
      resolve()
    })
    child.stdout?.once('end', () => {
      clearTimeout(timer)
      reject(new Error('it ended at once'))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    child.once('exit', () => resolve())
    child.stdin?.end()
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
