import { AppError } from '../../domain/errors.ts'
import type { Grant, Loss } from '../../domain/resolve.ts'
import { countingGrants, needsFacts } from '../access/counting-grants.ts'
import { requireMay } from '../access/require-may.ts'
import { namerOf, type NamedPath } from '../decisions/path-names.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { resolveStored, type StoredFacts } from '../propagation/facts.ts'
import type { AuditRow, MemberQuery, MemberRow, Slice } from '../views.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>
export type MemberWithRoles = MemberRow & { readonly roles: readonly string[] }
export type MemberDetail = Omit<MemberWithRoles, 'grants'> & {
  readonly grants: readonly (Omit<Grant, 'paths'> & { readonly paths: readonly NamedPath[] })[]
  readonly losses: readonly (Omit<Loss, 'path'> & { readonly path: NamedPath })[]
  readonly events: readonly AuditRow[]
  /** His permissions are not all that his roles give. */
  readonly customised: boolean
}

const recentEvents = 50

/** A page of an account's members with the roles that count now. */
export async function listMembers(ports: Needs, op: Operation, query: MemberQuery): Promise<Slice<MemberWithRoles>> {
  await requireMay(ports, op, 'see-members', query.accountId)
  const page = await ports.views.members(query)
  const behind = page.items.filter((member) => needsFacts(member, ports.clock.now()))
  const facts = await ports.views.facts(behind.map((member) => member.id))
  const items = page.items.map((member) => withRoles(ports, member, facts.get(member.id)))
  // Whoever has lost the role already is no holder of it, although its grant is still stored.
  const { role } = query
  return { next: page.next, items: role === undefined ? items : items.filter(({ roles }) => roles.includes(role)) }
}

/** One member: every role with every path to it, every path that was considered and lost, and what happened of late. */
export async function showMember(
  ports: Needs,
  op: Operation,
  { accountId, memberId }: { accountId: string; memberId: string },
): Promise<MemberDetail> {
  await requireMay(ports, op, 'see-members', accountId)
  const member = await ports.views.member(accountId, memberId)
  if (member === undefined) throw new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
  const facts = (await ports.views.facts([memberId])).get(memberId)
  const losses = resolvable(ports, facts) ? resolveStored(ports.catalogs, member, facts, ports.clock.now()).losses : []
  const events = await ports.views.memberEvents(memberId, recentEvents)
  const customised = (await ports.views.customisation(memberId)) !== undefined
  const held = withRoles(ports, member, facts)
  const nameOf = await namerOf(ports, [...held.grants.flatMap(({ paths }) => paths), ...losses.map(({ path }) => path)])
  return {
    ...{ ...held, events, customised },
    grants: held.grants.map((grant) => ({ ...grant, paths: grant.paths.map(nameOf) })),
    losses: losses.map((loss) => ({ ...loss, path: nameOf(loss.path) })),
  }
}

function withRoles(ports: Needs, member: MemberRow, facts: StoredFacts | undefined): MemberWithRoles {
  const grants = countingGrants(ports, member, facts)
  return { ...member, grants, roles: [...new Set(grants.map((grant) => grant.role))].sort() }
}

function resolvable(ports: Needs, facts: StoredFacts | undefined): facts is StoredFacts {
  return facts !== undefined && ports.catalogs.has(facts.catalogId)
}
