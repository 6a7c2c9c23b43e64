import type { Account } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { withGroups, type GroupOfAccount } from '../../domain/permission-group.ts'
import type { Catalogs } from '../ports.ts'

type GroupsOf = (accountId: string) => Promise<readonly GroupOfAccount[]>

/**
 * The catalog of an account with the account's own groups as roles; undefined where the catalog is not loaded. Only a catalog
 * that has permission groups costs a look at them.
 */
export async function accountCatalog(
  catalogs: Catalogs,
  { id, catalog }: Pick<Account, 'id' | 'catalog'>,
  groupsOf: GroupsOf,
): Promise<Catalog | undefined> {
  const platforms = catalogs.get(catalog)
  return platforms?.permissionGroups ? withGroups(platforms, await groupsOf(id)) : platforms
}
