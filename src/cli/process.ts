import type { Output } from './output.ts'

const graceMs = 25_000

/**
 * Says that the process is up, waits for SIGTERM or SIGINT and then closes, one after the other; a second signal or 25 seconds
 * end the process at once. It listens before it says so: whoever waits for the word may send the signal on it.
 */
export async function runUntilStopped(
  out: Output,
  closers: readonly (() => Promise<void>)[],
  sayUp: () => void = () => undefined,
): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
    sayUp()
  })
  const hardStop = (): never => {
    out.error('stopped without waiting for what was under way')
    process.exit(1)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, hardStop)
  const timer = setTimeout(hardStop, graceMs)
  for (const close of closers) await close()
  clearTimeout(timer)
  // Whatever a library still holds open has had its time.
  setTimeout(() => process.exit(), 1000).unref()
}
