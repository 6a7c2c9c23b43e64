import { cellsOf } from './customisation.ts'
import { accessOf, cellOf, findRole, ROLE_FLAGS, type Catalog, type CatalogRole, type Cells } from './catalog.ts'

/** A role that administrators of an account made for it. It is held, mapped and judged as the catalog's roles are. */
export type PermissionGroup = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** What it gives, capability by capability; one that is not among them is not given. */
  readonly cells: Cells
  /** The role or the group that it began as a copy of. */
  readonly copiedFrom: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** As much of a group as decides what its people may do. */
export type GroupOfAccount = Pick<PermissionGroup, 'id' | 'name' | 'cells'>

/** Groups that one account may have: each look at its roles reads them all. */
export const groupLimit = 200

const prefix = 'group:'

/** The id of the role that a group is. No role of a catalog has a colon in its id. */
export function groupRoleId(groupId: string): string {
  return `${prefix}${groupId}`
}

export function isGroupRole(roleId: string): boolean {
  return roleId.startsWith(prefix)
}

/** The catalog that an account lives under: the platform's, and the groups of the account as roles behind those. */
export function withGroups(catalog: Catalog, groups: readonly GroupOfAccount[]): Catalog {
  if (!catalog.permissionGroups || groups.length === 0) return catalog
  return { ...catalog, roles: [...catalog.roles, ...groups.map(toRole)] }
}

const noFlags = Object.fromEntries(ROLE_FLAGS.map((flag) => [flag, false])) as CatalogRole['flags']

function toRole({ id, name, cells }: GroupOfAccount): CatalogRole {
  return {
    ...{ id: groupRoleId(id), label: name, description: undefined, flags: noFlags },
    ...{ userType: undefined, group: undefined, grants: { kind: 'cells', cells } },
  }
}

/** The roles that a group may begin as a copy of: the catalog's examples, and groups of the account. */
export function copyableRoles({ roles }: Catalog): readonly CatalogRole[] {
  return roles.filter(({ id, flags }) => flags.example || isGroupRole(id))
}

/** What a role gives, written as cells. */
export function cellsOfRole(catalog: Catalog, roleId: string): Cells {
  const role = findRole(catalog, roleId)
  if (role === undefined) return {}
  if (role.grants.kind === 'cells') return withoutEmpty(role.grants.cells)
  return cellsOf(catalog, accessOf(catalog, role.grants))
}

/** The cells with some of them set anew; an empty one is taken out. */
export function setCells(cells: Cells, changes: Cells): Cells {
  return withoutEmpty({ ...cells, ...changes })
}

function withoutEmpty(cells: Cells): Cells {
  return Object.fromEntries(
    Object.keys(cells).flatMap((id) => (cellOf(cells, id).length > 0 ? [[id, cells[id] ?? []]] : [])),
  )
}
