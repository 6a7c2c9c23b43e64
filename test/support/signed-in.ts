import type { Operation } from '../../src/application/operation.ts'
import { propagator, type Joinery } from './joinery.ts'

/** A request of a person who is signed in to his account. */
export function as(memberId: string, accountId: string): Operation {
  return { actor: { kind: 'member', accountId, memberId }, id: 'test' }
}

/** Reconciles until nobody lags. */
export async function settle({ runtime: { app } }: Joinery): Promise<void> {
  for (;;) {
    const lagging = await app.findLagging(propagator, { limit: 500, olderThanMs: 0 })
    if (lagging.length === 0) return
    const memberIds = lagging.map(({ memberId }) => memberId)
    await app.reconcile(propagator, { memberIds, owner: 'test', leaseMs: 10_000 })
  }
}
