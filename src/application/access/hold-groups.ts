import { isGroupRole } from '../../domain/permission-group.ts'
import type { Ports, Tx } from '../ports.ts'
import { accountCatalog } from './account-catalog.ts'
import type { Permitted } from './require-may.ts'

/**
 * Who was let in, with the account's permission groups as they are now where a role is one: a group may have been taken away
 * or have come to give more since he was. They stay so until the transaction ends. Other roles cost no look.
 */
export async function holdGroups<T extends Pick<Permitted, 'account' | 'catalog'>>(
  { catalogs }: Pick<Ports, 'catalogs'>,
  tx: Pick<Tx, 'accounts' | 'permissionGroups'>,
  permitted: T,
  ...roles: readonly string[]
): Promise<T> {
  if (!roles.some(isGroupRole)) return permitted
  const { account } = permitted
  await tx.accounts.lockPath(account.id)
  const catalog = await accountCatalog(catalogs, account, (id) => tx.permissionGroups.ofAccount(id))
  return { ...permitted, catalog }
}
