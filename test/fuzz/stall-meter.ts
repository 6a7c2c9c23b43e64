import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * CPU time that a process's main thread has used, in milliseconds. The wall clock says nothing on a shared machine: a
 * process that waits for its turn looks blocked. Linux tells it by the nanosecond; elsewhere all threads are counted.
 */
export function mainThreadMs(pid: number = process.pid): number {
  try {
    const [spent = ''] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)
    return Number(spent) / 1e6
  } catch {
    if (pid !== process.pid) return NaN
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
}

export type Stall = {
  /** The longest time on the CPU between two turns of the event loop, in milliseconds. */
  cpuMs: number
  /** The longest delay of a timer on the wall clock: what else runs on the machine counts too. */
  wallMs: number
}
export type StallMeter = { look(): Stall; reset(): void; stop(): void }

const everyMs = 5

/**
 * Tells how long the event loop was kept from its turn. A timer of 5 ms reads the thread's CPU time each time it runs: what
 * was spent between two runs is one go, in which nobody else was served.
 */
export function startStallMeter(): StallMeter {
  const delay = monitorEventLoopDelay({ resolution: everyMs })
  delay.enable()
  let last = mainThreadMs()
  let longest = 0
  const tick = (): void => {
    const now = mainThreadMs()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(tick, everyMs)
  timer.unref()
  return {
    look: () => {
      tick()
      return { cpuMs: longest, wallMs: delay.max / 1e6 }
    },
    reset: () => {
      tick()
      longest = 0
      delay.reset()
    },
    stop: () => {
      clearInterval(timer)
      delay.disable()
    },
  }
}
