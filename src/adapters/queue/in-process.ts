import type { ReconcileQueue } from '../../application/propagation/reconcile-ports.ts'

/** No queue at all: a nudge wakes the sweep, which reconciles in this process. */
export function createInProcessQueue(wake: () => void): ReconcileQueue {
  return {
    nudge: (nudges) => {
      if (nudges.length > 0) wake()
    },
    enqueue: () => Promise.reject(new Error('there is no queue; the sweep reconciles in process')),
    depth: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  }
}
