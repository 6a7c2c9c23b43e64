import { levelOf } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { judgeImpact, resolvesAlike, type Judged } from '../../domain/catalog-impact.ts'
import { withGroups } from '../../domain/permission-group.ts'
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
  readonly descending?: boolean | undefined
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
  const pairs = await pairsOf(ports, pair, members)
  return members.map((member) => {
    const roles = (catalog: Catalog): string[] => rolesUnder(catalog, member, facts.get(member.id), now)
    const held = { before: roles(before), after: roles(after) }
    return { member, judged: judged(pairs.get(member.accountId) ?? pair, member, held) }
  })
}

/** Both catalogs of each account with its permission groups: only a catalog that has some costs a look at them. */
async function pairsOf(
  { views }: Needs,
  { before, after }: CatalogPair,
  members: readonly CatalogMember[],
): Promise<Map<string, CatalogPair>> {
  const ids = before.permissionGroups ? [...new Set(members.map(({ accountId }) => accountId))] : []
  const pairs = new Map<string, CatalogPair>()
  for (const id of ids) {
    const own = await views.permissionGroups(id)
    pairs.set(id, { before: withGroups(before, own), after: withGroups(after, own) })
  }
  return pairs
}

type Roles = { readonly before: readonly string[]; readonly after: readonly string[] }

function judged({ before, after }: CatalogPair, member: CatalogMember, roles: Roles): Judged {
  const { cells, switchedOff } = member
  const sides = [
    { catalog: before, level: levelOf(before, member), held: { roles: roles.before, cells, switchedOff } },
    { catalog: after, level: levelOf(after, member), held: { roles: roles.after, cells, switchedOff } },
  ] as const
  const memo = memoOf(before, after)
  const key = JSON.stringify(sides.map(({ level, held }) => [level, held]))
  const result = memo.get(key) ?? judgeImpact(...sides)
  memo.set(key, result)
  return result
}

/** Once all is carried: whatever his facts come to, also what is not applied yet. */
function rolesUnder(catalog: Catalog, member: CatalogMember, facts: StoredFacts | undefined, now: number): string[] {
  if (facts === undefined) return named(member.grants)
  return named(resolveStored(new Map([[catalog.id, catalog]]), member, facts, now).grants)
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
