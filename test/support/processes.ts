import { spawn, type ChildProcess } from 'node:child_process'

export type Child = { child: ChildProcess; printed(): string; stop(signal?: NodeJS.Signals): Promise<void> }

/** Starts a program of this repository as a process of its own and waits for the sign that it is up. */
export async function startProcess(
  file: string,
  args: string[],
  env: Record<string, string>,
  sign: RegExp,
): Promise<Child> {
  const options = {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'] as const,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let seen = ''
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      seen = (seen + chunk.toString()).slice(-20_000)
      if (sign.test(seen)) resolve()
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.once('exit', (code, signal) => reject(new Error(`ended early (${code ?? signal}): ${seen}`)))
  }).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  return { child, printed: () => seen, stop }
}
