import type { DirectoryQuery, Page } from '../../application/views.ts'
import type { ScimContext } from './context.ts'
import { readCursor, writeCursor } from './cursors.ts'
import type { Projection } from './projection.ts'
import { listHead, parsePage, parseSelection, projectionOf, type PageRequest, type Paging } from './query.ts'
import { param, type Parameters, type ScimAnswer } from './request.ts'
import { LargeResource, listText } from './slices.ts'

type Find = (query: DirectoryQuery, projection: Projection) => Promise<Page<object>>

/** A list of one resource type: RFC 7644, 3.4.2, and by cursor RFC 9865. */
export async function listOf(
  context: ScimContext,
  type: 'User' | 'Group',
  parameters: Parameters,
  find: Find,
): Promise<ScimAnswer> {
  const schema = context.schemas[type]
  const selection = parseSelection(schema, parameters)
  const projection = projectionOf(schema, parameters)
  return pageOf(context, type, parameters, (window) => find({ ...selection, ...window }, projection))
}

type Window = Pick<DirectoryQuery, 'limit' | 'offset' | 'after'>

/** Finds the page that the parameters ask for, by index or by cursor, and answers with it. */
export async function pageOf(
  context: ScimContext,
  endpoint: string,
  parameters: Parameters,
  find: (window: Window) => Promise<Page<object>>,
): Promise<ScimAnswer> {
  const asked = parsePage(parameters)
  if (asked.cursor === null) {
    const page = await find({ limit: asked.count, offset: asked.startIndex - 1, after: null })
    return answer(page, { startIndex: asked.startIndex })
  }
  const scope = scopeOf(context, endpoint, parameters, asked)
  const page = await find({ limit: asked.count, offset: 0, after: readCursor(context.cursors, scope, asked.cursor) })
  const next = page.next === null ? {} : { nextCursor: writeCursor(context.cursors, scope, page.next) }
  return answer(page, next)
}

function answer(page: Page<object>, paging: Paging): ScimAnswer {
  const head = listHead(page, paging)
  const begun = page.items.map((item) => (item instanceof LargeResource ? item.head : item))
  return { status: 200, body: { ...head, Resources: begun }, text: listText(head, page.items) }
}

const bound = ['filter', 'sortBy', 'sortOrder', 'attributes', 'excludedAttributes']

function scopeOf({ connection }: ScimContext, endpoint: string, parameters: Parameters, { count }: PageRequest) {
  const query = { endpoint, ...Object.fromEntries(bound.map((name) => [name, param(parameters, name)])) }
  return { connection: connection.id, query, count }
}
