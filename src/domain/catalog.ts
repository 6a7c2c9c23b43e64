import { accessWords, type AccessVocabulary, type Cell, expandCell, type Labelled } from './access-vocabulary.ts'
import type {
  AccessKeyRule,
  Advice,
  AssignBelow,
  Condition,
  Dependency,
  Entitlement,
  OwnerRule,
  RoleRequests,
} from './catalog-rules.ts'
import {
  type Control,
  type EffectiveAccess,
  type Holder,
  JOINERY_VERBS,
  type JoineryVerb,
  meetsControl,
} from './joinery-verbs.ts'

/** A heading of the platform's table. `parent` is the heading above it. */
export type Section = Labelled & { readonly parent: string | undefined }

/** An account level at which a capability exists, and the most that anybody has of it there (undefined: all). */
export type Availability = { readonly accountLevel: string; readonly upTo: Cell | undefined }

/** A row of the platform's table. */
export type Capability = Labelled & {
  readonly section: string | undefined
  /** The capability that shows this one: without access to it there is none to this. */
  readonly parent: string | undefined
  /** The words of the vocabulary that this row knows. */
  readonly allows: readonly string[]
  readonly availableAt: readonly Availability[]
  /** Roles whose cell the platform's table leaves empty, which is no access. */
  readonly leftEmpty: readonly string[]
}

/** A kind of user, at home on one level of the account tree. */
export type UserType = Labelled & { readonly accountLevel: string }

/** Roles of which a member holds at most one. A switchable group can be turned off for a member, role or no role. */
export type RoleGroup = Labelled & { readonly sections: readonly string[]; readonly switchable: boolean }

export const ROLE_FLAGS = [
  'exclusive', // one holder per account
  'unassignable', // nobody hands it out
  'protected', // owner-level: no directory gives it or takes it away
  'example', // a permission group may start as its copy
  'derived', // its cells are read out of a description: the platform publishes no table of them
] as const
export type RoleFlag = (typeof ROLE_FLAGS)[number]

/** Cells by capability, as the platform's table has them. */
export type Cells = Readonly<Record<string, Cell>>
export type RoleGrants = { readonly kind: 'everything' } | { readonly kind: 'cells'; readonly cells: Cells }

export type CatalogRole = Labelled & {
  readonly description: string | undefined
  readonly flags: Readonly<Record<RoleFlag, boolean>>
  readonly userType: string | undefined
  readonly group: string | undefined
  readonly grants: RoleGrants
}

/** A platform's access model: plain data, the same shape for every platform. */
export type Catalog = {
  readonly id: string
  readonly label: string
  readonly access: AccessVocabulary
  /** The account tree, top first. */
  readonly accountLevels: readonly Labelled[]
  /** The level of a new account with none above it, where none is told. */
  readonly usualLevel: string
  /** Whether a role held in an account counts in the accounts below it. */
  readonly purview: 'own-account' | 'accounts-below'
  readonly sections: readonly Section[]
  /** What a capability is called as the type of a resource in decisions. */
  readonly resourceType: string
  readonly capabilities: readonly Capability[]
  readonly userTypes: readonly UserType[]
  readonly roleGroups: readonly RoleGroup[]
  readonly roles: readonly CatalogRole[]
  readonly owner: OwnerRule | undefined
  /** How many roles a member holds at once. */
  readonly holding: 'one' | 'several' | 'one-per-group'
  /** Whether one member's permissions may be changed, inside what his role gives. */
  readonly customisation: 'none' | 'within-role'
  /** Whether administrators make permission groups of their own. */
  readonly permissionGroups: boolean
  /** Giver's role → roles that it hands out. What the giver has himself does not matter. */
  readonly assign: Readonly<Record<string, readonly string[]>>
  /** Undefined: what a role hands out in its own account it hands out in those below, as far as its purview goes. */
  readonly assignBelow: AssignBelow | undefined
  readonly dependencies: readonly Dependency[]
  readonly conditions: readonly Condition[]
  readonly advice: readonly Advice[]
  /** Undefined: people have no access keys, and the operator makes those of the organisation. */
  readonly accessKeys: AccessKeyRule | undefined
  /** Undefined: roles cannot be asked for. */
  readonly roleRequests: RoleRequests | undefined
  readonly entitlements: readonly Entitlement[]
  readonly controls: Readonly<Record<JoineryVerb, Control>>
}

export function findRole(catalog: Catalog, roleId: string): CatalogRole | undefined {
  return catalog.roles.find((role) => role.id === roleId)
}

/** The role that whoever creates an account gets, where the catalog has one: at the lowest level of the tree unless told. */
export function ownerRoleOf(
  catalog: Catalog,
  accountLevel = catalog.accountLevels.at(-1)?.id,
): CatalogRole | undefined {
  const roles = catalog.owner?.roles ?? {}
  return accountLevel !== undefined && Object.hasOwn(roles, accountLevel)
    ? findRole(catalog, roles[accountLevel] ?? '')
    : undefined
}

/** Where a role stands: roles of one slot exclude each other. */
export function slotOf(catalog: Catalog, roleId: string): string {
  if (catalog.holding === 'one') return ''
  const group = catalog.holding === 'several' ? undefined : findRole(catalog, roleId)?.group
  return group ?? `role ${roleId}`
}

export function isOwnerLevel(catalog: Catalog, roleId: string): boolean {
  const flags = findRole(catalog, roleId)?.flags
  return flags !== undefined && (flags.exclusive || flags.protected)
}

/** Whether a mapping from a directory group may name the role. An unknown role is never mapped. */
export function mappableByDirectory(catalog: Catalog, roleId: string): boolean {
  const role = findRole(catalog, roleId)
  return role !== undefined && !role.flags.unassignable && !isOwnerLevel(catalog, roleId)
}

/**
 * Whether one of the giver's roles hands out the role: in the giver's own account, or in one that is `levelsDown` below
 * it. The operator is not asked here.
 */
export function mayAssign(catalog: Catalog, giverRoleIds: readonly string[], roleId: string, levelsDown = 0): boolean {
  const role = findRole(catalog, roleId)
  if (role === undefined || role.flags.unassignable) return false
  const table = assignTable(catalog, levelsDown)
  return giverRoleIds.some((giver) => Object.hasOwn(table, giver) && table[giver]?.includes(roleId))
}

/** Giver's role → roles, for accounts so far below the giver's own. */
function assignTable({ assign, assignBelow, purview }: Catalog, levelsDown: number): Catalog['assign'] {
  if (levelsDown === 0) return assign
  if (purview === 'own-account' || levelsDown < 0) return {}
  if (assignBelow === undefined) return assign
  return levelsDown === 1 ? assignBelow.roles : {}
}

/** What a role gives: at one level of the account tree (`at`), or without regard to where things are available. */
export function grantsOf(catalog: Catalog, roleId: string, at?: string): EffectiveAccess {
  const role = findRole(catalog, roleId)
  return role === undefined ? new Map() : accessOf(catalog, role.grants, at)
}

/** What grants of any origin come to: a role's, a permission group's, a member's customised ones. */
export function accessOf(catalog: Catalog, grants: RoleGrants, at?: string): EffectiveAccess {
  const everything = accessWords(catalog.access)
  const given = new Map<string, readonly string[]>()
  for (const capability of catalog.capabilities) {
    const cell = grants.kind === 'everything' ? everything : cellOf(grants.cells, capability.id)
    const words = expandCell(catalog.access, cell).filter((word) => capability.allows.includes(word))
    const available = at === undefined ? words : words.filter(availableIn(catalog, capability, at))
    if (available.length > 0) given.set(capability.id, available)
  }
  return withoutHidden(catalog, given)
}

/** The cell of a capability; one that is not written is empty. */
export function cellOf(cells: Cells, capabilityId: string): Cell {
  return (Object.hasOwn(cells, capabilityId) ? cells[capabilityId] : undefined) ?? []
}

function availableIn(catalog: Catalog, capability: Capability, at: string): (word: string) => boolean {
  const here = capability.availableAt.find(({ accountLevel }) => accountLevel === at)
  if (here?.upTo === undefined) return () => here !== undefined
  const ceiling = expandCell(catalog.access, here.upTo)
  return (word) => ceiling.includes(word)
}

/** A capability is hidden by its parent, and by the parent's parent. */
export function withoutHidden(catalog: Catalog, given: EffectiveAccess): EffectiveAccess {
  const parents = new Map(catalog.capabilities.map(({ id, parent }) => [id, parent]))
  const shown = (id: string): boolean => {
    const parent = parents.get(id)
    return given.has(id) && (parent === undefined || shown(parent))
  }
  return new Map([...given].filter(([id]) => shown(id)))
}

/** The verbs of Joinery that somebody may use in an account of this catalog. */
export function joineryVerbsFor(catalog: Catalog, holder: Holder): readonly JoineryVerb[] {
  return JOINERY_VERBS.filter((verb) => meetsControl(catalog.controls[verb], holder))
}

const MANAGING: readonly JoineryVerb[] = ['manage-members', 'manage-mappings', 'manage-permission-groups']

/** Whether the role lets its holder change who has what: members, mappings, connections or permission groups. */
export function managesJoinery(catalog: Catalog, roleId: string): boolean {
  const role = findRole(catalog, roleId)
  if (role === undefined) return false
  const userTypes = role.userType === undefined ? [] : [role.userType]
  const holder: Holder = { roles: [roleId], userTypes, access: grantsOf(catalog, roleId) }
  return joineryVerbsFor(catalog, holder).some((verb) => MANAGING.includes(verb))
}
