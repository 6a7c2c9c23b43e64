import { levelOf } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { judgeImpact, resolvesAlike, type Judged } from '../../domain/catalog-impact.ts'
import { withGroups, type GroupOfAccount } from '../../domain/permission-group.ts'
import type { Grant } from '../../domain/resolve.ts'
import { needsFacts } from '../access/counting-grants.ts'
import type { Ports } from '../ports.ts'
import { resolveStored, type StoredFacts } from '../propagation/facts.ts'
import type { CatalogMember, MemberPlace } from './catalogs-in-force.ts'

type Needs = Pick<Ports, 'views' | 'clock'>
export type CatalogPair = { readonly before: Catalog; readonly after: Catalog }
export type Weighed = { readonly member: CatalogMember; readonly judged: Judged }
type Slice = {
  readonly limit: number
  readonly after: MemberPlace | undefined
  readonly accountId?: string | undefined
}

/**
 * What a change of the catalog does to each of a slice of members. Facts are read only of those whose stored grants do not
 * tell it: of all where roles come, go or stand otherwise to one another, else of those who lag.
 */
export async function weighMembers(ports: Needs, pair: CatalogPair, slice: Slice): Promise<Weighed[]> {
  const { before, after } = pair
  const members = await ports.views.catalogMembers({ catalog: before.id, ...slice })
  const alike = resolvesAlike(before, after)
  const now = ports.clock.now()
  const asked = alike ? members.filter((member) => needsFacts(member, now)) : members
  const facts = await ports.views.facts(asked.map(({ id }) => id))
  const groups = await groupsOf(ports, before, members)
  return members.map((member) => {
    const own = groups.get(member.accountId) ?? []
    return { member, judged: judged(ports, pair, { member, own, facts: facts.get(member.id) }) }
  })
}

/** Only a catalog that has permission groups costs a look at them. */
async function groupsOf(
  { views }: Needs,
  { permissionGroups }: Catalog,
  members: readonly CatalogMember[],
): Promise<Map<string, readonly GroupOfAccount[]>> {
  const ids = permissionGroups ? [...new Set(members.map(({ accountId }) => accountId))] : []
  const groups = new Map<string, readonly GroupOfAccount[]>()
  for (const id of ids) groups.set(id, await views.permissionGroups(id))
  return groups
}

type Known = {
  readonly member: CatalogMember
  readonly own: readonly GroupOfAccount[]
  readonly facts: StoredFacts | undefined
}

function judged(ports: Needs, { before, after }: CatalogPair, { member, own, facts }: Known): Judged {
  const { cells } = member
  const [old, now] = [withGroups(before, own), withGroups(after, own)]
  const sides = [
    { catalog: old, level: levelOf(before, member), held: { roles: rolesUnder(ports, before, member, facts), cells } },
    { catalog: now, level: levelOf(after, member), held: { roles: rolesUnder(ports, after, member, facts), cells } },
  ] as const
  const key = own.length > 0 ? null : JSON.stringify(sides.map(({ level, held }) => [level, held]))
  const known = key === null ? undefined : memoOf(before, after).get(key)
  if (known !== undefined) return known
  const result = judgeImpact(...sides)
  if (key !== null) memoOf(before, after).set(key, result)
  return result
}

/** Once all is carried: whatever his facts come to, also what is not applied yet. */
function rolesUnder(ports: Needs, catalog: Catalog, member: CatalogMember, facts: StoredFacts | undefined): string[] {
  if (facts === undefined) return named(member.grants)
  const catalogs = new Map([[catalog.id, catalog]])
  return named(resolveStored(catalogs, member, facts, ports.clock.now()).grants)
}

function named(grants: readonly Grant[]): string[] {
  return [...new Set(grants.map(({ role }) => role))].sort()
}

const memos = new WeakMap<Catalog, { after: Catalog; known: Map<string, Judged> }>()

/** Thousands hold the same. */
function memoOf(before: Catalog, after: Catalog): Map<string, Judged> {
  const memo = memos.get(before)
  if (memo?.after === after) return memo.known
  const known = new Map<string, Judged>()
  memos.set(before, { after, known })
  return known
}
