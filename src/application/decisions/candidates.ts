import type { Account } from '../../domain/account.ts'
import type { Held } from '../../domain/holder.ts'
import { countingGrants, needsFacts } from '../access/counting-grants.ts'
import { judgeReadKey } from '../access/judge-key.ts'
import type { Ports } from '../ports.ts'
import type { Keyset, Slice } from '../views.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** Somebody or something that may be the answer to "who may?", with what it holds now. An access key has no user name. */
export type Candidate = { readonly id: string; readonly userName: string | null; readonly held: Held }
export type SubjectKind = 'member' | 'access_key'

/** Candidates that one page looks at; each key is judged by itself. */
const mostLookedAt: Readonly<Record<SubjectKind, number>> = { member: 500, access_key: 100 }

/** A page of the members or the keys of an account that are not out. */
export function candidatesOf(
  ports: Needs,
  kind: SubjectKind,
  home: Pick<Account, 'id'>,
  { limit, after }: Keyset,
): Promise<Slice<Candidate>> {
  const query = { accountId: home.id, limit: Math.min(limit, mostLookedAt[kind]), after }
  return kind === 'member' ? membersOf(ports, query) : keysOf(ports, query)
}

type Query = Keyset & { readonly accountId: string }

async function membersOf(ports: Needs, query: Query): Promise<Slice<Candidate>> {
  const { items, next } = await ports.views.members({ ...query, status: 'active' })
  const behind = items.filter((member) => needsFacts(member, ports.clock.now()))
  const facts = await ports.views.facts(behind.map(({ id }) => id))
  const present = items.filter(({ outAtHome }) => !outAtHome)
  const candidates = present.map((member) => {
    const roles = countingGrants(ports, member, facts.get(member.id)).map(({ role }) => role)
    return {
      id: member.id,
      userName: member.userName,
      held: { roles, cells: member.cells, switchedOff: member.switchedOff },
    }
  })
  return { items: candidates, next }
}

async function keysOf(ports: Needs, query: Query): Promise<Slice<Candidate>> {
  const { items, next } = await ports.views.accessKeys(query)
  const judged = await Promise.all(items.map((key) => judgeReadKey(ports, key)))
  const candidates = judged.flatMap((each) => {
    if (each === undefined || each.barred !== null) return []
    const { key, roles, cells, switchedOff } = each
    return [{ id: key.id, userName: null, held: { roles, cells, switchedOff } }]
  })
  return { items: candidates, next }
}
