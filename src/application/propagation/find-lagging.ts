import { authorize, type Operation } from '../operation.ts'
import type { Lagging, LaggingCursor, Ports } from '../ports.ts'

type Needs = Pick<Ports, 'reconcileStore'>
export type FindLagging = { limit: number; olderThanMs: number; after?: LaggingCursor }

/** Members whose stored grants are behind, leavers first. */
export async function findLagging(ports: Needs, op: Operation, query: FindLagging): Promise<Lagging[]> {
  authorize(op, { verb: 'propagate' })
  return ports.reconcileStore.lagging(query)
}
