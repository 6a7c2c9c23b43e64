import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Lagging, LaggingQuery } from './reconcile-ports.ts'

type Needs = Pick<Ports, 'reconcileStore'>

/** Members whose stored grants are behind, leavers first. */
export async function findLagging(ports: Needs, op: Operation, query: LaggingQuery): Promise<Lagging[]> {
  authorize(op, { verb: 'propagate' })
  return ports.reconcileStore.lagging(query)
}
