import type { Operation } from '../operation.ts'
import type { Reconcile, Reconciled } from './reconcile.ts'

type Options = {
  reconcile: (op: Operation, command: Reconcile) => Promise<Reconciled>
  owner: string
  leaseMs: number
  largest: number
}

type Waiting = { memberId: string; resolve: (result: Reconciled) => void; reject: (error: unknown) => void }

/**
 * Members who come one by one and at once are reconciled together: a job names one member, a round trip serves many.
 * Each caller gets the outcome of the batch that his member was in.
 */
export function createBatchedReconcile(options: Options): (op: Operation, memberId: string) => Promise<Reconciled> {
  const waiting: Waiting[] = []
  let running = false

  async function drain(op: Operation): Promise<void> {
    running = true
    await Promise.resolve()
    while (waiting.length > 0) await runBatch(options, op, waiting.splice(0, options.largest))
    running = false
  }

  return (op, memberId) =>
    new Promise((resolve, reject) => {
      waiting.push({ memberId, resolve, reject })
      if (!running) void drain(op)
    })
}

async function runBatch(
  { reconcile, owner, leaseMs }: Options,
  op: Operation,
  batch: readonly Waiting[],
): Promise<void> {
  try {
    const memberIds = [...new Set(batch.map(({ memberId }) => memberId))]
    const result = await reconcile(op, { memberIds, owner, leaseMs })
    for (const each of batch) each.resolve(result)
  } catch (error) {
    for (const each of batch) each.reject(error)
  }
}
