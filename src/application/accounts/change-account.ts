import { requireLoaded } from '../access/account-catalog.ts'
import type { Account } from '../../domain/account.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'
import { requireEntitlements } from './require-entitlements.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'catalogs' | 'clock'>
export type ChangeAccount = {
  accountId: string
  name?: string | undefined
  entitlements?: readonly string[] | undefined
}

/** Renames an account, or says what its plan has. Verbs that an entitlement gates are open or closed from the next call on. */
export async function changeAccount(ports: Needs, op: Operation, command: ChangeAccount): Promise<Account> {
  authorize(op, { verb: 'operate' })
  const { accountId } = command
  return ports.unitOfWork(async (tx) => {
    const [before] = await tx.accounts.lockPath(accountId)
    if (before === undefined) throw accountNotFound(accountId)
    const after: Account = {
      ...before,
      name: command.name ?? before.name,
      entitlements: command.entitlements ? wantedFlags(ports, before, command.entitlements) : before.entitlements,
    }
    await tx.accounts.update(after)
    const line = { action: 'account.changed', accountId, target: accountId } as const
    await tx.audit.record(op, { ...line, before: settingsOf(before), after: settingsOf(after) }, ports.clock.now())
    return after
  })
}

const settingsOf = ({ name, entitlements }: Account) => ({ name, entitlements })

function wantedFlags(ports: Needs, account: Account, flags: readonly string[]): readonly string[] {
  return requireEntitlements(requireLoaded(account, ports.catalogs.get(account.catalog)), flags)
}
