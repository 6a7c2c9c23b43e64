import type { Filter, Sort } from '../../domain/filter.ts'
import { parseResourceFilter, parseSort } from './filters.ts'
import { parseProjection, type Projection } from './projection.ts'
import { param, type Parameters } from './request.ts'
import { invalidPath, invalidValue, ScimError } from './scim-error.ts'
import type { ResourceSchema } from './schemas.ts'

export const defaultCount = 100
export const largestCount = 200

/** What a page is asked for (RFC 7644, 3.4.2.4; RFC 9865, 2). `cursor` is null where pages are counted by index. */
export type PageRequest = { readonly startIndex: number; readonly count: number; readonly cursor: string | null }

export function parsePage(parameters: Parameters): PageRequest {
  const cursor = parameters.cursor ?? null
  const startIndex = Math.max(1, integer(parameters, 'startIndex', 1))
  const count = Math.max(0, integer(parameters, 'count', defaultCount))
  if (cursor === null) return { startIndex, count: Math.min(largestCount, count), cursor }
  if (count > largestCount)
    throw new ScimError(400, 'invalidCount', `count: at most ${largestCount} with a cursor, not ${count}`)
  return { startIndex: 1, count, cursor }
}

export function parseSelection(
  schema: ResourceSchema,
  parameters: Parameters,
): { filter: Filter | null; sort: Sort | null } {
  const filter = param(parameters, 'filter')
  const sort = sortOf(parameters, (sortBy, descending) => parseSort(schema, sortBy, descending))
  return { filter: filter.trim() === '' ? null : parseResourceFilter(schema, filter), sort }
}

/** `sortBy` and `sortOrder` (RFC 7644, 3.4.2.3); `parse` answers null for an attribute that there is not. */
export function sortOf<T>(parameters: Parameters, parse: (sortBy: string, descending: boolean) => T | null): T | null {
  const sortBy = param(parameters, 'sortBy').trim()
  const sortOrder = param(parameters, 'sortOrder').trim().toLowerCase()
  if (!['', 'ascending', 'descending'].includes(sortOrder))
    throw invalidValue('sortOrder: "ascending" or "descending" is due')
  if (sortBy === '') return null
  const sort = parse(sortBy, sortOrder === 'descending')
  if (sort === null) throw invalidPath(`sortBy: there is no attribute "${sortBy.slice(0, 200)}"`)
  return sort
}

export function projectionOf(schema: ResourceSchema, parameters: Parameters): Projection {
  const attributes = param(parameters, 'attributes')
  return parseProjection(schema, { attributes, excludedAttributes: param(parameters, 'excludedAttributes') })
}

function integer(parameters: Parameters, name: string, otherwise: number): number {
  const text = param(parameters, name).trim()
  if (text === '') return otherwise
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidValue(`${name}: an integer is due`)
  return Number(text)
}

type List = { readonly items: readonly object[]; readonly total: number }
export type Paging = { startIndex: number } | { nextCursor?: string }

/** What a list says before its resources. */
export function listHead({ items, total }: List, paging: Paging): object {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse']
  return { schemas, totalResults: total, ...paging, itemsPerPage: items.length }
}

export function listResponse(list: List, paging: Paging): object {
  return { ...listHead(list, paging), Resources: list.items }
}
