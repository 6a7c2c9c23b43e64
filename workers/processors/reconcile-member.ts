import type { Application } from '../../src/application/create-application.ts'
import { reconcileJob } from '../../src/application/jobs.ts'
import type { Operation } from '../../src/application/operation.ts'
import { createBatchedReconcile } from '../../src/application/propagation/batch-reconcile.ts'
import type { Reconciled } from '../../src/application/propagation/reconcile.ts'

export type ProcessorDeps = {
  app: Pick<Application, 'reconcile'>
  newId: () => string
  owner: string
  leaseMs: number
  concurrency: number
}

/** A job names a member and nothing else: what must change is read when the job runs. */
export function createReconcileProcessor({
  app,
  newId,
  owner,
  leaseMs,
  concurrency,
}: ProcessorDeps): (data: unknown) => Promise<Reconciled> {
  const reconcile = createBatchedReconcile({ reconcile: app.reconcile, owner, leaseMs, largest: concurrency })
  return (data) => {
    const { member } = reconcileJob.parse(data)
    const op: Operation = { actor: { kind: 'system', part: 'propagation' }, id: newId() }
    return reconcile(op, member)
  }
}
