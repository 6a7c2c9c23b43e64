import type { Account } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { reaches } from '../../domain/purview.ts'
import { accountCatalog } from '../access/account-catalog.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { candidatesOf, type Candidate, type SubjectKind } from './candidates.ts'
import { denialFor } from './evaluate.ts'
import { accountIdOf, ownAccountOf, type Action, type Properties, type Resource } from './question.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** Where a search goes on: so many accounts up the tree, behind a member or a key. */
export type SubjectCursor = { readonly levelsUp: number; readonly after: string | undefined }
export type SearchSubjects = {
  readonly subject: { readonly kind: SubjectKind; readonly properties: Properties }
  readonly action: Action
  readonly resource: Resource
  readonly limit: number
  readonly from: SubjectCursor
}
export type FoundSubject = Pick<Candidate, 'id' | 'userName'>
export type SubjectPage = { readonly items: readonly FoundSubject[]; readonly next: SubjectCursor | null }

/**
 * Who may do something with a capability: members or access keys of its account, then of those above it that reach it. A page
 * may end with fewer found than it may hold, and there may be more.
 */
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
    if (levelsUp < from.levelsUp || !reaches(catalog, home, levelsUp)) continue
    const theirs = (await catalogFor(ports, home)) ?? catalog
    const page = await candidatesOf(ports, asked.subject.kind, home, { limit, after })
    for (const { id, userName, held } of page.items)
      if (denialFor({ catalog: theirs, held, account }, asked) === null) items.push({ id, userName })
    if (page.next !== null) return { items, next: { levelsUp, after: page.next } }
    after = undefined
    if (items.length > 0) return { items, next: nextAccount(catalog, path, levelsUp) }
  }
  return { items, next: null }
}

function nextAccount(catalog: Catalog, path: readonly Account[], levelsUp: number): SubjectCursor | null {
  const above = path[levelsUp + 1]
  return above !== undefined && reaches(catalog, above, levelsUp + 1)
    ? { levelsUp: levelsUp + 1, after: undefined }
    : null
}

/** The catalog with the account's own groups: whoever holds one holds what it gives. */
function catalogFor({ catalogs, views }: Needs, account: Account): Promise<Catalog | undefined> {
  return accountCatalog(catalogs, account, (id) => views.permissionGroups(id))
}
