import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { eventually } from './api.ts'

const binary = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((path) => {
  try {
    execFileSync(path, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** A suite that needs nginx: where it is missing it is skipped by name, with how to get it; in CI it fails. */
export function describeWithNginx(name: string, suite: () => void): void {
  const missing = binary === undefined
  const label = missing ? `${name} [needs apt-get install nginx-light]` : name
  describe.skipIf(missing && process.env.CI !== 'true')(label, suite)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** nginx with what stands between `http {` and `}`; up when it answers at `url`. */
export async function startNginx(http: string, url: string): Promise<{ close(): Promise<void> }> {
  if (binary === undefined) throw new Error('nginx is not installed: apt-get install nginx-light')
  const folder = mkdtempSync(join(tmpdir(), 'joinery-nginx-'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const main = `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;`
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${main}\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${http}\n}\n`,
  )
  const process = spawn(binary, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
  const ended = new Promise<void>((resolve) => process.once('exit', () => resolve()))
  await eventually(
    () =>
      fetch(url, { redirect: 'manual' }).then(
        () => true,
        () => false,
      ),
    (up) => up,
  )
  return {
    close: async () => {
      process.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
