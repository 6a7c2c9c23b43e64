import { AppError } from '../../domain/errors.ts'
import type { Grant, Loss } from '../../domain/resolve.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { resolveStored, type StoredFacts } from '../propagation/facts.ts'
import type { AuditRow, MemberQuery, MemberRow, Slice } from '../views.ts'

type Needs = Pick<Ports, 'views' | 'catalogs'>
export type MemberWithRoles = MemberRow & { readonly roles: readonly string[] }
export type MemberDetail = MemberWithRoles & { readonly losses: readonly Loss[]; readonly events: readonly AuditRow[] }

const recentEvents = 50

/** A page of an account's members with the roles that count now. */
export async function listMembers(ports: Needs, op: Operation, query: MemberQuery): Promise<Slice<MemberWithRoles>> {
  authorize(op, { verb: 'operate' })
  await requireAccount(ports, query.accountId)
  const page = await ports.views.members(query)
  const behind = page.items.filter((member) => member.lagging && member.status === 'active')
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
  authorize(op, { verb: 'operate' })
  const member = await ports.views.member(accountId, memberId)
  if (member === undefined) throw new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
  const facts = (await ports.views.facts([memberId])).get(memberId)
  const losses = resolvable(ports, facts) ? resolveStored(ports.catalogs, member, facts).losses : []
  return { ...withRoles(ports, member, facts), losses, events: await ports.views.memberEvents(memberId, recentEvents) }
}

/**
 * The grants that count: those stored, and of a member who lags only those that `resolve()` still gives. Losses count at
 * once, gains after they have been applied.
 */
function withRoles(ports: Needs, member: MemberRow, facts: StoredFacts | undefined): MemberWithRoles {
  const grants = countingGrants(ports, member, facts)
  return { ...member, grants, roles: [...new Set(grants.map((grant) => grant.role))].sort() }
}

function countingGrants(ports: Needs, member: MemberRow, facts: StoredFacts | undefined): readonly Grant[] {
  if (member.status !== 'active') return []
  if (facts === undefined) return member.grants
  // Without its catalog nobody can say what a role gives: what is not sure is not counted.
  if (!resolvable(ports, facts)) return []
  const wanted = resolveStored(ports.catalogs, member, facts).grants
  return member.grants.filter((stored) =>
    wanted.some((grant) => grant.role === stored.role && grant.source === stored.source),
  )
}

function resolvable(ports: Needs, facts: StoredFacts | undefined): facts is StoredFacts {
  return facts !== undefined && ports.catalogs.has(facts.catalogId)
}
