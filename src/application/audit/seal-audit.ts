import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'auditLog' | 'clock'>

/** Gives recorded lines their places in the chains of their accounts; answers how many, `limit` at most. */
export async function sealAudit(ports: Needs, op: Operation, { limit }: { limit: number }): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  return ports.auditLog.seal(limit, ports.clock.now())
}
