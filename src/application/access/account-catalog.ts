import type { Account } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
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

/** The same, where one that is not loaded is a fault of the set-up. */
export async function requireAccountCatalog(
  catalogs: Catalogs,
  account: Pick<Account, 'id' | 'catalog'>,
  groupsOf: GroupsOf,
): Promise<Catalog> {
  return requireLoaded(account, await accountCatalog(catalogs, account, groupsOf))
}

export function requireLoaded(account: Pick<Account, 'catalog'>, catalog: Catalog | undefined): Catalog {
  if (catalog !== undefined) return catalog
  throw new AppError('upstream_rejected', `role catalog "${account.catalog}" is not loaded; start Joinery with it`)
}
