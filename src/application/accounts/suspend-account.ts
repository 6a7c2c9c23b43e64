import type { Account } from '../../domain/account.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>
export type SuspendAccount = { accountId: string; suspended: boolean }

/**
 * Suspends an account, or lets it go on. In it and in every account below it nobody gets in and nobody is allowed anything
 * from the next question on; the stored grants follow through the propagation. Its directories are heard all the same, so
 * that nobody who left meanwhile comes back with it. Said twice it changes nothing.
 */
export async function suspendAccount(ports: Needs, op: Operation, command: SuspendAccount): Promise<Account> {
  authorize(op, { verb: 'operate' })
  const { accountId, suspended } = command
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const [account] = await tx.accounts.lockPath(accountId)
    if (account === undefined) throw accountNotFound(accountId)
    if ((account.suspendedAt !== null) === suspended) return account
    await tx.accounts.suspend(accountId, suspended ? now : null)
    if (suspended) await tx.sessions.endAll({ account: accountId })
    const action = suspended ? 'account.suspended' : 'account.resumed'
    await tx.audit.record(op, { action, accountId, target: accountId }, now)
    return (await tx.accounts.find(accountId)) ?? account
  })
}
