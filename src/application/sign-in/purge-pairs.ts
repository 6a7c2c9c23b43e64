import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { PairPlace } from './stores.ts'

type Slice = { readonly from: PairPlace | null; readonly limit: number }

/**
 * Takes away by which values identities were named that nobody comes in by any more. `limit` are looked at; answers where to
 * go on, null at the end.
 */
export function purgePairs(
  { unitOfWork }: Pick<Ports, 'unitOfWork'>,
  op: Operation,
  slice: Slice,
): Promise<PairPlace | null> {
  authorize(op, { verb: 'keep-house' })
  return unitOfWork((tx) => tx.identityLinks.purgePairs(slice))
}
