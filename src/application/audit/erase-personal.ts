import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock'>

/**
 * Takes the personal values of one member out of the audit log: each line stays, with the digest of what was there, which
 * without its salt says nothing. Answers of how many lines. That it was done is a line itself.
 */
export async function erasePersonal(
  ports: Needs,
  op: Operation,
  { accountId, memberId }: { accountId: string; memberId: string },
): Promise<{ lines: number }> {
  authorize(op, { verb: 'operate' })
  const member = await ports.views.member(accountId, memberId)
  if (member === undefined) throw new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const lines = await tx.audit.erase(accountId, memberId)
    const line = { action: 'audit.erased', accountId, target: memberId, memberId } as const
    if (lines > 0) await tx.audit.record(op, { ...line, detail: { lines } }, now)
    return { lines }
  })
}
