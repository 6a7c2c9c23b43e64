import type { Request } from 'express'
import type { Filter } from '../../domain/filter.ts'
import type { Window } from '../../application/views.ts'
import { parseResourceFilter } from './filters.ts'
import { parseProjection, type Projection } from './projection.ts'
import { invalidValue } from './scim-error.ts'
import type { ResourceSchema } from './schemas.ts'

export const defaultCount = 100
export const largestCount = 200

export type ListQuery = { readonly filter: Filter | null; readonly startIndex: number; readonly window: Window }

/** The query of a list (RFC 7644, 3.4.2). Parameters that nobody knows are ignored. */
export function parseListQuery(schema: ResourceSchema, request: Request): ListQuery {
  const text = param(request, 'filter')
  const startIndex = Math.max(1, integer(request, 'startIndex', 1))
  const limit = Math.min(largestCount, Math.max(0, integer(request, 'count', defaultCount)))
  const filter = text.trim() === '' ? null : parseResourceFilter(schema, text)
  return { filter, startIndex, window: { offset: startIndex - 1, limit } }
}

export function projectionOf(schema: ResourceSchema, request: Request): Projection {
  const attributes = param(request, 'attributes')
  return parseProjection(schema, { attributes, excludedAttributes: param(request, 'excludedAttributes') })
}

/** The first value of a parameter, the empty text where it is absent. */
export function param(request: Request, name: string): string {
  const value = (request.query as Record<string, unknown>)[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : ''
}

function integer(request: Request, name: string, otherwise: number): number {
  const text = param(request, name).trim()
  if (text === '') return otherwise
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidValue(`${name}: an integer is due`)
  return Number(text)
}

export function listResponse(items: readonly object[], total: number, startIndex: number): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex,
    itemsPerPage: items.length,
    Resources: items,
  }
}
