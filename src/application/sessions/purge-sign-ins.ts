import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'sessionLimits'>

/** Takes away sign-ins, sessions and one-time links that are over, `limit` of each at most; answers how many there were. */
export function purgeSignIns(ports: Needs, op: Operation, { limit }: { limit: number }): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  const now = ports.clock.now()
  return ports.views.purgeSignIns({ now, idleBefore: now - ports.sessionLimits.idleMs, limit })
}
