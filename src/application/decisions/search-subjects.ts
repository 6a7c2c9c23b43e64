import type { Account } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { accountCatalog } from '../access/account-catalog.ts'
import { countingGrants, needsFacts } from '../access/counting-grants.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { MemberRow, Slice } from '../views.ts'
import { denialFor } from './evaluate.ts'
import { reaches } from './find-subject.ts'
import { accountIdOf, ownAccountOf, type Action, type Properties, type Resource } from './question.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** Where a search goes on: so many accounts up the tree, behind a member. */
export type SubjectCursor = { readonly levelsUp: number; readonly after: string | undefined }
export type SearchSubjects = {
  readonly subject: { readonly properties: Properties }
  readonly action: Action
  readonly resource: Resource
  readonly limit: number
  readonly from: SubjectCursor
}
export type FoundSubject = { readonly memberId: string; readonly userName: string }
export type SubjectPage = { readonly items: readonly FoundSubject[]; readonly next: SubjectCursor | null }

/** Members that one page looks at; a page may end with fewer found than it may hold, and there may be more. */
const lookedAt = 500

/** Who may do something with a capability: members of its account, then of those above it that reach it. */
export async function searchSubjects(ports: Needs, op: Operation, asked: SearchSubjects): Promise<SubjectPage> {
  authorize(op, { verb: 'decide' })
  const { resource, limit, from } = asked
  const nobody: SubjectPage = { items: [], next: null }
  const accountId = accountIdOf(op.actor, resource)
  if (typeof accountId !== 'string') return nobody
  const path = await ports.views.accountPath(accountId)
  const [account] = path
  const own = ownAccountOf(op.actor)
  const catalog = account && (await catalogFor(ports, account))
  if (catalog === undefined || (own !== null && !path.some(({ id }) => id === own))) return nobody
  if (account === undefined || account.stopped) return nobody

  const items: FoundSubject[] = []
  let { after } = from
  for (const [levelsUp, home] of path.entries()) {
    if (levelsUp < from.levelsUp || !reaches({ catalog }, home, levelsUp)) continue
    const theirs = (await catalogFor(ports, home)) ?? catalog
    const page = await ports.views.members({
      accountId: home.id,
      status: 'active',
      limit: Math.min(limit, lookedAt),
      after,
    })
    const may = await heldBy(ports, page)
    for (const { member, held } of may)
      if (denialFor({ catalog: theirs, held, account }, asked) === null)
        items.push({ memberId: member.id, userName: member.userName })
    if (page.next !== null) return { items, next: { levelsUp, after: page.next } }
    after = undefined
    if (items.length > 0) return { items, next: nextAccount(catalog, path, levelsUp) }
  }
  return { items, next: null }
}

function nextAccount(catalog: Catalog, path: readonly Account[], levelsUp: number): SubjectCursor | null {
  const above = path[levelsUp + 1]
  return above !== undefined && reaches({ catalog }, above, levelsUp + 1)
    ? { levelsUp: levelsUp + 1, after: undefined }
    : null
}

async function heldBy(ports: Needs, { items }: Slice<MemberRow>) {
  const behind = items.filter((member) => needsFacts(member, ports.clock.now()))
  const facts = await ports.views.facts(behind.map(({ id }) => id))
  return items.map((member) => ({
    member,
    held: {
      roles: countingGrants(ports, member, facts.get(member.id)).map(({ role }) => role),
      cells: member.cells,
    },
  }))
}

/** The catalog with the account's own groups: whoever holds one holds what it gives. */
function catalogFor({ catalogs, views }: Needs, account: Account): Promise<Catalog | undefined> {
  return accountCatalog(catalogs, account, (id) => views.permissionGroups(id))
}
