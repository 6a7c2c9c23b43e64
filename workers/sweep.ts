import type { Loop } from '../src/application/propagation/sweep-loop.ts'

/** The net under the queue: its logic and its loop live in the application, this only starts it. */
export function startSweeping(runtime: { startSweep(): Loop }): Loop {
  return runtime.startSweep()
}
