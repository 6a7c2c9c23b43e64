import type { Account } from '../../domain/account.ts'
import { requireStanding, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'

/** `parentId` is missing where it is above whoever asks. */
export type ShownAccount = Omit<Account, 'parentId'> & Partial<Pick<Account, 'parentId'>>

/** The account, for everybody of it and of those above whose purview it is in. */
export async function getAccount(ports: AccessNeeds, op: Operation, accountId: string): Promise<ShownAccount> {
  const permitted = await requireStanding(ports, op, accountId)
  const { parentId, ...shown } = permitted.account
  return permitted.kind === 'holder' && permitted.levelsDown === 0 ? shown : { ...shown, parentId }
}
