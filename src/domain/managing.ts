import type { Catalog } from './catalog.ts'
import { accessOfRole, holderOf, type Held } from './holder.ts'
import { hasAccess, meetsControl } from './joinery-verbs.ts'

/** Whether somebody manages the members of an account: not now, until an end that is set, or without one. */
export type Tenure = 'none' | 'ending' | 'lasting'
const order: readonly Tenure[] = ['none', 'ending', 'lasting']

export function isAtLeast(tenure: Tenure, other: Tenure): boolean {
  return order.indexOf(tenure) >= order.indexOf(other)
}

/** Whether the catalog lets whoever holds this manage members, at a level of the account tree. */
export function managesMembers(catalog: Catalog, held: Held, level: string): boolean {
  return meetsControl(catalog.controls['manage-members'], holderOf(catalog, held, level))
}

/** Roles that have a part in that: whoever manages members holds one of them. None where it is the operator's alone. */
export function rolesOfManagers(catalog: Catalog): string[] {
  const control = catalog.controls['manage-members']
  if (control.kind === 'operator') return []
  const { needs, roles, userTypes } = control
  const hasPart = ({ id, userType }: Catalog['roles'][number]): boolean =>
    roles.includes(id) ||
    (userType !== undefined && userTypes.includes(userType)) ||
    needs.some((need) => hasAccess(accessOfRole(catalog, id), need))
  return catalog.roles.filter(hasPart).map(({ id }) => id)
}
