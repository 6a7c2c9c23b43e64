import type { Connection } from '../../domain/connection.ts'
import { entitlementsForIdp, rolesForIdp } from '../../domain/idp-roles.ts'
import { requireAccountCatalog } from '../access/account-catalog.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'catalogs'>

/** `kind` is the heading it stands under; `counts`: telling of it has an effect on this connection. */
export type Assignable = {
  readonly id: string
  readonly label: string
  readonly description: string | undefined
  readonly kind: string
  readonly counts: boolean
}
export type AssignableRoles = { readonly roles: readonly Assignable[]; readonly entitlements: readonly Assignable[] }

/** What an IdP may tell of a person: what it offers its administrators to choose from, in the catalog's order. */
export async function findAssignableRoles(
  ports: Needs,
  op: Operation,
  { id: connectionId, accountId, rolesFromIdp }: Connection,
): Promise<AssignableRoles> {
  authorize(op, { verb: 'read-directory', connectionId, resource: 'users' })
  const account = await requireAccount(ports, accountId)
  const catalog = await requireAccountCatalog(ports.catalogs, account, (id) => ports.views.permissionGroups(id))
  const heading = (list: readonly { id: string; label: string }[], id: string | undefined, otherwise: string): string =>
    list.find((each) => each.id === id)?.label ?? otherwise
  return {
    roles: rolesForIdp(catalog).map(({ id, label, description, group }) => ({
      ...{ id, label, description, kind: heading(catalog.roleGroups, group, 'Role'), counts: rolesFromIdp },
    })),
    // A member's capabilities are changed by a person: what an IdP tells of them is kept, and has no effect.
    entitlements: entitlementsForIdp(catalog).map(({ id, label, section }) => ({
      ...{ id, label, description: undefined, kind: heading(catalog.sections, section, 'Capability'), counts: false },
    })),
  }
}
