import { AppError } from '../../domain/errors.ts'
import type { Session } from '../../domain/session.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>
export type SetDefaultAccount = { session: Session; accountId: string }

/** Says in which of his accounts somebody lands when he signs in and asks for none; it has to be one that he may enter. */
export async function setDefaultAccount(
  { unitOfWork, clock }: Needs,
  op: Operation,
  { session: { identity }, accountId }: SetDefaultAccount,
): Promise<void> {
  authorize(op, { verb: 'sign-in' })
  await unitOfWork(async (tx) => {
    const links = identity === null ? [] : await tx.identityLinks.ofIdentity(identity.connectionId, identity.subject)
    const link = links.find((each) => each.accountId === accountId)
    if (identity === null || link === undefined)
      throw new AppError('forbidden', 'this account is none of yours', { rule: 'not_a_member' })
    const { connectionId, subject } = identity
    if ((await tx.defaultAccounts.find(connectionId, subject)) === accountId) return
    await tx.defaultAccounts.put(connectionId, subject, accountId)
    const line = { action: 'identity.default_set', accountId, target: link.id, memberId: link.memberId } as const
    await tx.audit.record(op, { ...line, detail: { connection: connectionId } }, clock.now())
  })
}
