import type { Operation } from '../operation.ts'
import type { Lagging, LaggingCursor, LaggingQuery, ReconcileQueue } from './reconcile-ports.ts'
import type { Reconcile, Reconciled } from './reconcile.ts'

export type SweepDeps = {
  findLagging: (op: Operation, query: LaggingQuery) => Promise<Lagging[]>
  reconcile: (op: Operation, command: Reconcile) => Promise<Reconciled>
  /** Null: reconciles run in this process. */
  queue: Pick<ReconcileQueue, 'enqueue'> | null
  newId: () => string
  owner: string
  leaseMs: number
  /** Told of a queue that could not be reached; its work was done in process. */
  queueDown: (error: unknown) => void
}

export type Swept = { readonly enqueued: number; readonly reconciled: number }

const page = 500
const mostPages = 40
const batch = 100

/** A nudge is usually faster than the sweep: only who has lagged for longer than this is enqueued again. */
const graceMs = 1000

/**
 * How long the queue is given. Whoever lags for longer is reconciled here: his job may be folded into one that a killed
 * worker still seems to hold, or stand behind many others. Leases keep both from doing the same.
 */
const queueTimeMs = 3000
const mostCarried = 1000

/**
 * One round: whoever lags is enqueued, and whom the queue has not served in time is reconciled here; everybody is where
 * there is no queue or it cannot be reached.
 */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const op: Operation = { actor: { kind: 'system', part: 'propagation' }, id: deps.newId() }
  if (deps.queue === null) return { enqueued: 0, reconciled: await reconcileAll(deps, op) }
  const enqueued = await enqueueAll(deps, deps.queue, op).catch(deps.queueDown)
  if (enqueued === undefined) return { enqueued: 0, reconciled: await reconcileAll(deps, op) }
  return { enqueued, reconciled: await reconcileAll(deps, op, queueTimeMs, mostCarried) }
}

async function enqueueAll(deps: SweepDeps, queue: Pick<ReconcileQueue, 'enqueue'>, op: Operation): Promise<number> {
  let enqueued = 0
  let after: LaggingCursor | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const lagging = await deps.findLagging(op, { limit: page, olderThanMs: graceMs, ...(after && { after }) })
    if (lagging.length > 0) await queue.enqueue(lagging)
    enqueued += lagging.length
    after = lagging.at(-1)?.cursor
    if (lagging.length < page) break
  }
  return enqueued
}

/** Batch by batch, asking anew for each who comes first, so that a leaver waits for one batch at most. */
async function reconcileAll(deps: SweepDeps, op: Operation, olderThanMs = 0, most = Infinity): Promise<number> {
  let reconciled = 0
  while (reconciled < most) {
    const lagging = await deps.findLagging(op, { limit: batch, olderThanMs, accountOlderThanMs: olderThanMs })
    if (lagging.length === 0) return reconciled
    const memberIds = lagging.map(({ memberId }) => memberId)
    const { applied, failed } = await deps.reconcile(op, { memberIds, owner: deps.owner, leaseMs: deps.leaseMs })
    reconciled += applied
    if (applied + failed === 0) return reconciled
    if (lagging.length < batch) await pause()
  }
  return reconciled
}

/** Between small batches others get the database, and what arrives meanwhile is taken together. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25))
}
