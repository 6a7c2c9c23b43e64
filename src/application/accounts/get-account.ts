import type { Account } from '../../domain/account.ts'
import { requireStanding, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'

/** `parentId` is missing where it is above whoever asks. */
export type ShownAccount = Omit<Account, 'parentId'> & Partial<Pick<Account, 'parentId'>>

/** The account, for everybody of it and of those above whose purview it is in. */
export async function getAccount(ports: AccessNeeds, op: Operation, accountId: string): Promise<ShownAccount> {
  const permitted = await requireStanding(ports, op, accountId)
  return shownTo(permitted.kind === 'holder' && permitted.levelsDown === 0 ? accountId : undefined, permitted.account)
}

/** What somebody is shown of an account; nobody is at home in two, and the operator in none. */
export function shownTo(homeId: string | undefined, { parentId, ...shown }: Account): ShownAccount {
  return shown.id === homeId ? shown : { ...shown, parentId }
}
