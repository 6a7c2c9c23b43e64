import { findRole, grantsOf, mayAssign, type Catalog, type Cells } from './catalog.ts'
import { customised } from './customisation.ts'
import type { EffectiveAccess, Holder } from './joinery-verbs.ts'
import { isGroupRole } from './permission-group.ts'
import { withoutDark } from './role-group-switch.ts'

/**
 * What a member holds: roles, the cells that he is let have of them (null where he has all that they give), and the role groups
 * that are switched off for him.
 */
export type Held = {
  readonly roles: readonly string[]
  readonly cells: Cells | null
  readonly switchedOff: readonly string[]
}

/** Somebody with what he holds, as far as it was not taken from him. */
export type Giver = Holder & { readonly customised: boolean }

/** What roles come to together at one level of the account tree: all of them at once, as far as they are not customised. */
export function holderOf(catalog: Catalog, { roles, cells, switchedOff }: Held, level: string): Giver {
  const given = accessOfRoles(catalog, roles, level)
  const named = { roles, userTypes: userTypesOf(catalog, roles) }
  const lit = withoutDark(catalog, given, switchedOff)
  if (cells === null && lit === given) return { ...named, access: given, customised: false }
  const access = cells === null ? lit : customised(catalog, lit, cells)
  const whole = roles.filter((role) => lacksNothing(access, accessOfRole(catalog, role, level)))
  return { ...named, access, customised: true, whole: { roles: whole, userTypes: userTypesOf(catalog, whole) } }
}

function userTypesOf(catalog: Catalog, roles: readonly string[]): string[] {
  return [...new Set(roles.flatMap((role) => findRole(catalog, role)?.userType ?? []))]
}

const known = new WeakMap<Catalog, Map<string, EffectiveAccess>>()

/** A catalog never changes once loaded, so that what its roles give is worked out once. */
function accessOfRoles(catalog: Catalog, roles: readonly string[], level: string): EffectiveAccess {
  const [first] = roles
  if (first !== undefined && roles.length === 1) return accessOfRole(catalog, first, level)
  const merged = new Map<string, readonly string[]>()
  for (const role of roles) {
    for (const [capability, words] of accessOfRole(catalog, role, level)) {
      merged.set(capability, [...new Set([...(merged.get(capability) ?? []), ...words])])
    }
  }
  return merged
}

/** What a role gives, at a level or without regard to where things are available. */
export function accessOfRole(catalog: Catalog, role: string, level?: string): EffectiveAccess {
  const ofCatalog = known.get(catalog) ?? new Map<string, EffectiveAccess>()
  known.set(catalog, ofCatalog)
  const key = level === undefined ? role : `${level}\n${role}`
  const access = ofCatalog.get(key) ?? grantsOf(catalog, role, level)
  ofCatalog.set(key, access)
  return access
}

/**
 * Whether a holder may give a role in an account `levelsDown` below his own: by the catalog's table, and where the catalog
 * has none, and for permission groups, as far as he lacks nothing of what the role gives. Whoever is customised meets both,
 * but for what the table lets a role hand out of which nothing is taken from him.
 */
export function mayGive(catalog: Catalog, giver: Giver, roleId: string, levelsDown: number): boolean {
  const role = findRole(catalog, roleId)
  if (role === undefined || role.flags.unassignable) return false
  const byTable = Object.keys(catalog.assign).length > 0 && !isGroupRole(roleId)
  if (byTable && !mayAssign(catalog, giver.roles, roleId, levelsDown)) return false
  const untouched = giver.customised ? (giver.whole?.roles ?? []) : giver.roles
  if (byTable && mayAssign(catalog, untouched, roleId, levelsDown)) return true
  return lacksNothing(giver.access, accessOfRole(catalog, roleId))
}

export function lacksNothing(has: EffectiveAccess, wanted: EffectiveAccess): boolean {
  return [...wanted].every(([capability, words]) => {
    const own = has.get(capability) ?? []
    return words.every((word) => own.includes(word))
  })
}

/** Why the role is at home on another level of the account tree; null where it may be held at this one. */
export function strangerHere(catalog: Catalog, roleId: string, level: string): string | null {
  const role = findRole(catalog, roleId)
  const type = catalog.userTypes.find(({ id }) => id === role?.userType)
  if (type === undefined || type.accountLevel === level) return null
  return `role "${roleId}" is for accounts of level "${type.accountLevel}", and this one is of level "${level}"`
}
