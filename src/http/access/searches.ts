import { z } from 'zod'
import type { Application } from '../../application/create-application.ts'
import type { Operation } from '../../application/operation.ts'
import type { SubjectKind } from '../../application/decisions/candidates.ts'
import type { SubjectCursor } from '../../application/decisions/search-subjects.ts'
import { presentPage } from './answers.ts'
import { fromToken, toToken } from './page-token.ts'
import { actionSearch, read, resourceSearch, subjectSearch } from './wire.ts'

const subjectPlace: z.ZodType<SubjectCursor> = z
  .strictObject({ levelsUp: z.int().min(0).max(100), after: z.string().max(100).optional() })
  .transform(({ levelsUp, after }) => ({ levelsUp, after }))
const offset = z.int().min(0).max(1_000_000)

type Page = { readonly token: string; readonly limit: number }

const kinds: ReadonlyMap<string, SubjectKind> = new Map([
  ['user', 'member'],
  ['member', 'member'],
  ['access_key', 'access_key'],
])

/** `user` is answered by user names, `member` and `access_key` by ids; subjects of other types there are none. */
export async function searchForSubjects(
  app: Pick<Application, 'searchSubjects'>,
  op: Operation,
  body: unknown,
): Promise<object> {
  const { subject, action, resource, page } = read(subjectSearch, body)
  const from = fromToken(page.token, subjectPlace, { levelsUp: 0, after: undefined })
  const { type } = subject
  const kind = kinds.get(type)
  if (kind === undefined) return presentPage([], '')
  const { properties } = subject
  const asked = { subject: { kind, properties }, action, resource, limit: page.limit, from }
  const { items, next } = await app.searchSubjects(op, asked)
  const results = items.map(({ id, userName }) => ({ type, id: type === 'user' ? userName : id }))
  return presentPage(results, next === null ? '' : toToken(next))
}

export async function searchForResources(
  app: Pick<Application, 'searchResources'>,
  op: Operation,
  body: unknown,
): Promise<object> {
  const { subject, action, resource, page } = read(resourceSearch, body)
  const all = await app.searchResources(op, { subject, action, resource: { ...resource, id: '' } })
  return slice(
    all.map((id) => ({ type: resource.type, id })),
    page,
  )
}

export async function searchForActions(
  app: Pick<Application, 'searchActions'>,
  op: Operation,
  body: unknown,
): Promise<object> {
  const { subject, resource, page } = read(actionSearch, body)
  const all = await app.searchActions(op, { subject, resource })
  return slice(
    all.map((name) => ({ name })),
    page,
  )
}

/** What a catalog bounds is found at once, and handed out page by page. */
function slice(all: readonly object[], { token, limit }: Page): object {
  const start = fromToken(token, offset, 0)
  const end = start + limit
  return presentPage(all.slice(start, end), end < all.length ? toToken(end) : '')
}
