import { mailKeptDays } from '../../domain/mail.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Forgets the oldest mails that have been kept long enough, `limit` at most; answers how many there were. */
export async function purgeMail(
  ports: Pick<Ports, 'unitOfWork' | 'clock'>,
  op: Operation,
  { limit }: { limit: number },
): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  return ports.unitOfWork((tx) => tx.mail.purge(ports.clock.now() - mailKeptDays * dayMs, limit))
}
