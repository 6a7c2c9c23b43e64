import { findRole, slotOf, type Catalog } from './catalog.ts'
import { assignableByIdp, roleNamed, type Named, type ToldRole } from './idp-roles.ts'
import type { MemberStatus } from './member.ts'
import { tooDeep } from './nesting.ts'

/** A membership that meets a mapping: connection → groups inside → group → mapping → role. */
export type MappedMembership = {
  readonly connectionId: string
  readonly connectionActive: boolean
  readonly userActive: boolean
  /** The groups between the person and the mapped one, the innermost first; empty where he is in it himself. */
  readonly via: readonly string[]
  readonly groupId: string
  readonly mappingId: string
  readonly role: string
}

/** A role that an IdP told of a person in his profile; `accepted`: the connection lets such roles count. */
export type ProfileRole = ToldRole & {
  readonly connectionId: string
  readonly connectionActive: boolean
  readonly userActive: boolean
  readonly accepted: boolean
}

/** A role given by a person, by owning the account or by a first sign-in, valid in one incarnation only. */
export type Assignment = {
  readonly id: string
  readonly role: string
  readonly source: 'manual' | 'owner' | 'sign-in'
  readonly incarnation: number
  /** When it begins and ends, epoch milliseconds; null: at once, never. It holds from the one up to, not at, the other. */
  readonly validFrom: number | null
  readonly validTo: number | null
}

/** All that decides a member's roles, read in one snapshot. */
export type Facts = {
  readonly now: number
  /** Whether the account or one above it is suspended. */
  readonly accountStopped: boolean
  readonly status: MemberStatus
  readonly incarnation: number
  readonly memberships: readonly MappedMembership[]
  readonly profileRoles: readonly ProfileRole[]
  readonly assignments: readonly Assignment[]
  readonly catalog: Catalog
}

export type GrantSource = 'directory' | 'manual' | 'idp' | 'owner' | 'sign-in'

/** How a role is reached: through a mapped group (`via`: the groups inside it), by a user's profile, or by an assignment. */
export type GrantPath = GroupPath | ProfilePath | { readonly assignment: string }
export type ProfilePath = { readonly connection: string; readonly attribute: 'roles'; readonly value: string }
export type GroupPath = {
  readonly connection: string
  readonly via?: readonly string[]
  readonly group: string
  readonly mapping: string
}

/** A role held, with all the paths that lead to it. */
export type Grant = { readonly role: string; readonly source: GrantSource; readonly paths: readonly GrantPath[] }

export type LossReason =
  | 'removed'
  | 'suspended'
  | 'account_suspended'
  | 'connection_retired'
  | 'nested_too_deep'
  | 'former_life'
  | 'not_yet'
  | 'expired'
  | 'not_accepted'
  | 'unknown_role'
  | 'ambiguous_role'
  | 'protected_role'
  | 'overruled'

/** A path that was considered and lost. */
export type Loss = {
  readonly role: string
  readonly source: GrantSource
  readonly path: GrantPath
  readonly reason: LossReason
}

export type Resolution = { readonly grants: readonly Grant[]; readonly losses: readonly Loss[] }

type Candidate = { role: string; source: GrantSource; path: GrantPath; reason: LossReason | null }

/**
 * The one function that says which roles a member holds, and why. Pure, and blind to the order of its facts: preview,
 * explanation, drift check and reconcile all call it.
 */
export function resolve(facts: Facts): Resolution {
  const candidates = [...fromDirectory(facts), ...fromProfiles(facts), ...fromAssignments(facts)].sort(byPath)
  const standing = candidates.filter((candidate) => candidate.reason === null)
  const kept = keepHoldable(standing, facts.catalog)
  const overruled = standing.filter((candidate) => !kept.includes(candidate))
  return {
    grants: groupPaths(kept),
    losses: [
      ...candidates.flatMap((candidate) => loss(candidate, candidate.reason)),
      ...overruled.flatMap((candidate) => loss(candidate, 'overruled')),
    ],
  }
}

function fromDirectory(facts: Facts): Candidate[] {
  return facts.memberships.map((membership) => ({
    role: membership.role,
    source: 'directory',
    path: groupPath(membership),
    reason:
      standingLoss(facts, membership.role) ??
      connectionLoss(membership) ??
      (tooDeep(membership.via) ? 'nested_too_deep' : null),
  }))
}

function groupPath({ connectionId, via, groupId, mappingId }: MappedMembership): GroupPath {
  return { connection: connectionId, ...(via.length === 0 ? {} : { via }), group: groupId, mapping: mappingId }
}

/** A value that names no role of the catalog is shown as the role that was wanted. */
function fromProfiles(facts: Facts): Candidate[] {
  return facts.profileRoles.map((told) => {
    const named = roleNamed(facts.catalog, told)
    return {
      role: 'role' in named ? named.role : told.value,
      source: 'idp',
      path: { connection: told.connectionId, attribute: 'roles', value: told.value },
      reason: profileLoss(facts, told, named),
    }
  })
}

function profileLoss(facts: Facts, told: ProfileRole, named: Named): LossReason | null {
  const reason = memberLoss(facts) ?? connectionLoss(told) ?? (told.accepted ? null : 'not_accepted')
  if (reason !== null) return reason
  if ('reason' in named) return named.reason
  return assignableByIdp(facts.catalog, named.role) ? null : 'protected_role'
}

function connectionLoss(fact: { connectionActive: boolean; userActive: boolean }): LossReason | null {
  if (!fact.connectionActive) return 'connection_retired'
  return fact.userActive ? null : 'suspended'
}

function fromAssignments(facts: Facts): Candidate[] {
  return facts.assignments.map((assignment) => ({
    role: assignment.role,
    source: assignment.source,
    path: { assignment: assignment.id },
    reason: standingLoss(facts, assignment.role) ?? assignmentLoss(facts, assignment),
  }))
}

function assignmentLoss({ incarnation, now }: Facts, assignment: Assignment): LossReason | null {
  if (assignment.incarnation !== incarnation) return 'former_life'
  if (assignment.validFrom !== null && now < assignment.validFrom) return 'not_yet'
  return assignment.validTo !== null && now >= assignment.validTo ? 'expired' : null
}

function standingLoss(facts: Facts, role: string): LossReason | null {
  return memberLoss(facts) ?? (findRole(facts.catalog, role) === undefined ? 'unknown_role' : null)
}

/** What takes every role at once. */
function memberLoss({ status, accountStopped }: Facts): LossReason | null {
  if (status !== 'active') return status
  return accountStopped ? 'account_suspended' : null
}

const precedence: Record<GrantSource, number> = { owner: 0, manual: 1, idp: 2, directory: 2, 'sign-in': 3 }

/**
 * Where a catalog lets a member hold one role (of each group), ownership overrules a person's word, that overrules the
 * IdP's, by groups and profiles alike, that overrules a sign-in's default, and of several roles of one rank the one that the catalog lists first stands.
 */
function keepHoldable(standing: readonly Candidate[], catalog: Catalog): readonly Candidate[] {
  if (catalog.holding === 'several') return standing
  const rank = (role: string): number => catalog.roles.findIndex((known) => known.id === role)
  const winners = new Map<string, string>()
  const strongestFirst = standing.toSorted(
    (a, b) => precedence[a.source] - precedence[b.source] || rank(a.role) - rank(b.role),
  )
  for (const { role } of strongestFirst) {
    const slot = slotOf(catalog, role)
    if (!winners.has(slot)) winners.set(slot, role)
  }
  return standing.filter(({ role }) => winners.get(slotOf(catalog, role)) === role)
}

function groupPaths(candidates: readonly Candidate[]): Grant[] {
  const grants = new Map<string, { role: string; source: GrantSource; paths: GrantPath[] }>()
  for (const { role, source, path } of candidates) {
    const key = `${role}\n${source}`
    const grant = grants.get(key)
    if (grant === undefined) grants.set(key, { role, source, paths: [path] })
    else grant.paths.push(path)
  }
  return [...grants.values()]
}

function loss({ role, source, path }: Candidate, reason: LossReason | null): Loss[] {
  return reason === null ? [] : [{ role, source, path, reason }]
}

function byPath(a: Candidate, b: Candidate): number {
  const [left, right] = [pathKey(a), pathKey(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function pathKey({ role, source, path }: Candidate): string {
  return [role, source, ...stepsOf(path)].join('\n')
}

function stepsOf(path: GrantPath): readonly string[] {
  if ('assignment' in path) return [path.assignment]
  if ('attribute' in path) return [path.connection, path.attribute, path.value]
  return [path.connection, path.group, path.mapping, ...(path.via ?? [])]
}
