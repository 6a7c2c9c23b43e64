import { findRole, type Catalog } from '../../domain/catalog.ts'
import type { Grant, GrantPath } from '../../domain/resolve.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { listMembers, type MemberWithRoles } from '../members/find-members.ts'
import type { Operation } from '../operation.ts'
import type { MemberQuery, Slice } from '../views.ts'
import { holdingKey, type HoldingFacts } from './report-views.ts'

/** Somebody who holds a role now, by one source of it. */
export type Holding = {
  readonly member: string
  readonly userName: string
  readonly displayName: string | null
  readonly email: string | null
  readonly role: string
  readonly roleLabel: string
  readonly source: Grant['source']
  /** Since when it was assigned; of what comes by a directory or an IdP, since when it is stored as held. Null of what is not stored yet. */
  readonly since: number | null
  /** Whoever assigned it, or the groups and connections that it comes by. */
  readonly givenBy: readonly string[]
  /** When an assignment ends by itself. */
  readonly endsAt: number | null
  /** Whether the member is let have less than the role gives. */
  readonly customised: boolean
  /** Role groups that are switched off for the member: in their sections the role gives nothing. */
  readonly switchedOff: readonly string[]
  /** His last sign-in or use of a session here. Where the platform asks for decisions alone, nobody notes who asked. */
  readonly lastSeenAt: number | null
}
export type ReportAssignments = Omit<MemberQuery, 'status' | 'suspendedBy'>

/** Who holds what in an account, since when, by whom, and when he was last seen: member by member, `limit` of them. */
export async function reportAssignments(
  ports: AccessNeeds,
  op: Operation,
  query: ReportAssignments,
): Promise<Slice<Holding>> {
  const { catalog } = await requireMay(ports, op, 'see-members', query.accountId)
  const { items, next } = await listMembers(ports, op, { ...query, status: 'active' })
  const groupIds = items.flatMap(({ grants }) => grants.flatMap(({ paths }) => paths.flatMap(groupIn)))
  const memberIds = items.map(({ id }) => id)
  const facts = await ports.views.holdingFacts(memberIds, [...new Set(groupIds)])
  const connections = await ports.views.connections(query.accountId)
  const names: Names = {
    catalog,
    facts,
    connections: new Map(connections.map(({ id, name }) => [id, name])),
  }
  return {
    next,
    items: items.flatMap((member) => grantsIn(member, query).map((grant) => holdingOf(member, grant, names))),
  }
}

function grantsIn({ grants }: MemberWithRoles, { role }: ReportAssignments): readonly Grant[] {
  return role === undefined ? grants : grants.filter((grant) => grant.role === role)
}

type Names = {
  readonly catalog: Catalog | undefined
  readonly facts: HoldingFacts
  readonly connections: ReadonlyMap<string, string>
}

function holdingOf(member: MemberWithRoles, { role, source, paths }: Grant, names: Names): Holding {
  const { id, userName, displayName, email, cells, switchedOff } = member
  const { catalog, facts } = names
  const given = paths.flatMap((path) => ('assignment' in path ? (facts.assignments.get(path.assignment) ?? []) : []))
  const begun = given.map(({ createdAt, validFrom }) => Math.max(createdAt, validFrom ?? 0))
  const ends = given.flatMap(({ validTo }) => validTo ?? [])
  const stored = facts.since.get(holdingKey(id, role, source)) ?? null
  return {
    ...{ member: id, userName, displayName, email, role, source, customised: cells !== null, switchedOff },
    roleLabel: (catalog && findRole(catalog, role)?.label) ?? role,
    since: begun.length > 0 ? Math.min(...begun) : stored,
    givenBy: [...new Set(paths.map((path) => giverOf(path, names)))],
    endsAt: ends.length > 0 && ends.length === given.length ? Math.max(...ends) : null,
    lastSeenAt: facts.lastSeenAt.get(id) ?? null,
  }
}

function giverOf(path: GrantPath, { facts, connections }: Names): string {
  if ('assignment' in path) return facts.assignments.get(path.assignment)?.assignedBy ?? 'not known'
  const connection = connections.get(path.connection) ?? path.connection
  if ('attribute' in path) return `${path.attribute} of ${connection}`
  return `group ${facts.groupNames.get(path.group) ?? path.group} of ${connection}`
}

function groupIn(path: GrantPath): string[] {
  return 'group' in path ? [path.group] : []
}
