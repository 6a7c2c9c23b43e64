import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { withGroups, type GroupOfAccount } from '../../domain/permission-group.ts'
import {
  resolve,
  type Assignment,
  type Grant,
  type MappedMembership,
  type ProfileRole,
  type Resolution,
} from '../../domain/resolve.ts'

/** A member's facts as stored, with the grants that stand in the IAM store today. */
export type StoredFacts = {
  readonly catalogId: string
  /** The permission groups of his account, which are roles of it. */
  readonly groups: readonly GroupOfAccount[]
  readonly accountStopped: boolean
  readonly memberships: readonly MappedMembership[]
  readonly profileRoles: readonly ProfileRole[]
  readonly assignments: readonly Assignment[]
  readonly stored: readonly Grant[]
}

export type Standing = Pick<Member, 'status' | 'incarnation'>

/** A member as stored, with what tells whether his stored grants can be taken at their word. */
export type StoredStanding = Standing & {
  readonly accountStopped: boolean
  /** Whether a change of the member or of his account is not applied yet. */
  readonly lagging: boolean
  /** When time alone changes what he holds; epoch milliseconds. */
  readonly revisitAt: number | null
  readonly grants: readonly Grant[]
}

/** What the facts would give if no suspension stood before them, of the member, of a directory or of the account. */
export function resolveFree(catalog: Catalog, incarnation: number, facts: StoredFacts, now: number): Resolution {
  const { memberships, profileRoles, assignments } = facts
  return resolve({
    ...{ now, catalog, incarnation, assignments, accountStopped: false, status: 'active' },
    memberships: memberships.map((each) => ({ ...each, userActive: true })),
    profileRoles: profileRoles.map((each) => ({ ...each, userActive: true })),
  })
}

/** `resolve()` over stored facts at an instant. A catalog that is not loaded is a fault of the set-up, never a loss of roles. */
export function resolveStored(
  catalogs: ReadonlyMap<string, Catalog>,
  member: Standing,
  facts: StoredFacts,
  now: number,
): Resolution {
  const platforms = catalogs.get(facts.catalogId)
  if (platforms === undefined) {
    throw new AppError('upstream_rejected', `role catalog "${facts.catalogId}" is not loaded; start Joinery with it`)
  }
  const catalog = withGroups(platforms, facts.groups)
  const { status, incarnation } = member
  const { accountStopped, memberships, profileRoles, assignments } = facts
  return resolve({ now, accountStopped, status, incarnation, memberships, profileRoles, assignments, catalog })
}
