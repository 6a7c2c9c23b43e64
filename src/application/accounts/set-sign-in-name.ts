import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock'>
export type SetSignInName = { accountId: string; name: string | null }

/** The name by which people find their account's sign-in; null takes it away. No two accounts have the same. */
export async function setSignInName(ports: Needs, op: Operation, command: SetSignInName): Promise<void> {
  authorize(op, { verb: 'operate' })
  const { accountId, name } = command
  await ports.unitOfWork(async (tx) => {
    const before = await tx.accounts.signInName(accountId)
    if (before === undefined) throw accountNotFound(accountId)
    if (before === name) return
    if (name !== null && (await tx.accounts.isNamed(name)))
      throw new AppError('conflict', `name: another account is found by "${name}" already; choose another one`)
    await tx.accounts.setSignInName(accountId, name)
    const line = { action: 'account.sign_in_name_set', accountId, target: accountId } as const
    await tx.audit.record(op, { ...line, before: { name: before }, after: { name } }, ports.clock.now())
  })
}
