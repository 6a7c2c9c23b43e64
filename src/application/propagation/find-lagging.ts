import { authorize, type Operation } from '../operation.ts'
import type { Lagging, LaggingQuery, Ports } from '../ports.ts'

type Needs = Pick<Ports, 'reconcileStore'>

/** Members whose stored grants are behind, leavers first. */
export async function findLagging(ports: Needs, op: Operation, query: LaggingQuery): Promise<Lagging[]> {
  authorize(op, { verb: 'propagate' })
  return ports.reconcileStore.lagging(query)
}
