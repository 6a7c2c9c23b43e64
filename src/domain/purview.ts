import type { Account } from './account.ts'
import type { Catalog } from './catalog.ts'

/**
 * Whether what somebody has in his account counts in one that lies so many levels below; a negative number is an account
 * beside or above.
 */
export function reaches(
  { id, purview }: Pick<Catalog, 'id' | 'purview'>,
  account: Pick<Account, 'catalog'>,
  levelsDown: number,
): boolean {
  return levelsDown === 0 || (levelsDown > 0 && purview === 'accounts-below' && id === account.catalog)
}

/** Whether somebody sees the accounts below his own that he reaches: it takes a role, whichever it is. */
export function looksDown(
  { purview }: Pick<Catalog, 'purview'>,
  { roles }: { readonly roles: readonly string[] },
): boolean {
  return purview === 'accounts-below' && roles.length > 0
}
