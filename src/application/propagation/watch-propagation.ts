import { AppError } from '../../domain/errors.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { PropagationStatus } from '../views.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock'>

/** How far an account is behind. */
export async function propagationStatus(
  ports: AccessNeeds,
  op: Operation,
  accountId: string,
): Promise<PropagationStatus> {
  await requireMay(ports, op, 'see-members', accountId)
  return ports.views.propagation(accountId)
}

/** Lets a blocked member's propagation try again, after whatever blocked it has been mended. */
export async function retryPropagation(
  ports: Needs,
  op: Operation,
  { accountId, memberId }: { accountId: string; memberId: string },
): Promise<void> {
  authorize(op, { verb: 'operate' })
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const member = await tx.members.lock(memberId)
    if (member?.accountId !== accountId)
      throw new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
    if (!(await tx.propagations.retry(memberId, op, now))) {
      throw new AppError('conflict', 'the member’s propagation is not blocked; there is nothing to retry')
    }
    const line = { action: 'propagation.retried', accountId, target: memberId, memberId } as const
    await tx.audit.record(op, { ...line, before: { state: 'blocked' }, after: { state: 'open' } }, now)
  })
}
