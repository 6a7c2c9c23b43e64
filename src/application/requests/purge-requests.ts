import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'requestLog' | 'clock'>

const dayMs = 24 * 60 * 60 * 1000

/** Takes away the oldest requests that have been kept long enough, `limit` at most; answers how many there were. */
export async function purgeRequests(
  ports: Needs,
  op: Operation,
  { keepDays, limit }: { keepDays: number; limit: number },
): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  return ports.requestLog.purge(ports.clock.now() - keepDays * dayMs, limit)
}
