import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mustClose, unlessEnding } from './closers.ts'
import type { Ground } from './setups.ts'

export type Memory = { idleMb: number | null; peakMb: number | null; medianMb: number | null }
export type ServerProcess = {
  url: string
  memory(): Memory
  /** CPU time that the process has used since its start, on all its threads; null where it is not told. */
  cpuMs(): number | null
  stop(): Promise<void>
}

const sampleMs = 250
const upTimeoutMs = 60_000

/** Joinery in a process of its own: what drives it takes no turn of its event loop and no byte of its memory. */
export async function startServerProcess(ground: Ground, workers = true): Promise<ServerProcess> {
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'serve', ...(workers ? [] : ['--no-workers'])]
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...ground.env }
  await unlessEnding()
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const stopChild = mustClose(() => ended(child))
  const url = await untilUp(child)
  const samples = sampleMemory(child)
  const idleMb = samples.idleMb
  return {
    url,
    cpuMs: () => readCpuMs(child),
    memory: () => ({ idleMb, peakMb: readMb(child, 'VmHWM'), medianMb: samples.median() }),
    stop: async () => {
      samples.end()
      await stopChild()
    },
  }
}

function untilUp(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const timer = setTimeout(() => reject(new Error(`the server did not come up: ${seen}`)), upTimeoutMs)
    child.stderr?.on('data', (chunk: Buffer) => {
      seen = (seen + chunk.toString()).slice(-4000)
      const [, url] = /is up at (http\S+)/.exec(seen) ?? []
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`the server ended (${code ?? signal}): ${seen}`))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

function sampleMemory(child: ChildProcess) {
  const samples: number[] = []
  const take = (): void => {
    const now = readMb(child, 'VmRSS')
    if (now !== null) samples.push(now)
  }
  take()
  const timer = setInterval(take, sampleMs)
  timer.unref()
  return {
    idleMb: samples[0] ?? null,
    median: () => [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? null,
    end: () => clearInterval(timer),
  }
}

const msOfTick = 10

/** User and system time, which Linux tells in ticks of 10 ms. */
function readCpuMs(child: ChildProcess): number | null {
  try {
    const [, afterName = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')
    const fields = afterName.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * msOfTick
  } catch {
    return null
  }
}

/** Linux tells a process's peak (VmHWM) and present (VmRSS) memory; elsewhere it is not measured. */
function readMb(child: ChildProcess, field: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) / 1024
  } catch {
    return null
  }
}
