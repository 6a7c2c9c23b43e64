import { isObject } from './canonical.ts'
import type { BulkOperation } from './bulk-request.ts'
import { invalidValue, ScimError } from './scim-error.ts'

const prefix = 'bulkId:'

/** No schema nests deeper; what does is left as it is. */
const deepest = 10

/** The bulkIds that a value refers to, wherever in it (RFC 7644, 3.7.2). */
function referencesIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value.startsWith(prefix) ? [value.slice(prefix.length)] : []
  if (typeof value !== 'object' || value === null || depth > deepest) return []
  return Object.values(value).flatMap((inner) => referencesIn(inner, depth + 1))
}

/**
 * The order in which operations run: the client's, but for those that refer to one further down, which come after it. Of
 * creates that refer to one another in a circle, the one that is met last goes first.
 */
export function orderOf(operations: readonly BulkOperation[]): number[] {
  const makers = new Map(
    operations.flatMap(({ bulkId, method }, index) => (bulkId !== null && method === 'POST' ? [[bulkId, index]] : [])),
  )
  const needs = operations.map(({ id, data }) =>
    [...referencesIn(id), ...referencesIn(data)].flatMap((bulkId) => makers.get(bulkId) ?? []),
  )
  const order: number[] = []
  const seen = new Set<number>()
  for (const start of operations.keys()) visit(start, needs, seen, order)
  return order
}

/** Depth first, with a stack of its own: a chain of a thousand creates is no recursion. */
function visit(start: number, needs: readonly (readonly number[])[], seen: Set<number>, order: number[]): void {
  if (seen.has(start)) return
  seen.add(start)
  const stack = [{ index: start, next: 0 }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const need = needs[top.index]?.[top.next]
    top.next += 1
    if (need === undefined) {
      order.push(top.index)
      stack.pop()
    } else if (!seen.has(need)) {
      seen.add(need)
      stack.push({ index: need, next: 0 })
    }
  }
}

/** What the operations so far have made: an id for each bulkId, null for one that failed. */
export type Made = ReadonlyMap<string, string | null>

/** What of a create has to wait until all of `missing` are made. */
export type Deferred = { readonly missing: ReadonlySet<string>; readonly value: Readonly<Record<string, unknown>> }

/** Data that can be sent now, and what waits for others of its circle. */
export type Resolved = { readonly data: unknown; readonly deferred: Deferred | null }

export function resolveReferences(
  { method, data }: BulkOperation,
  made: Made,
  promised: ReadonlySet<string>,
): Resolved {
  const missing = new Set<string>()
  for (const bulkId of referencesIn(data)) {
    requireKnown(bulkId, made, promised)
    if (!made.has(bulkId)) missing.add(bulkId)
  }
  if (missing.size === 0 || method !== 'POST' || !isObject(data))
    return { data: substituted(data, made), deferred: null }
  const isReady = (part: unknown): boolean => referencesIn(part).every((bulkId) => made.has(bulkId))
  const now: Record<string, unknown> = {}
  const later: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(data)) {
    if (isReady(value)) now[key] = substituted(value, made)
    else if (Array.isArray(value)) {
      now[key] = value.filter(isReady).map((each) => substituted(each, made))
      later[key] = value.filter((each) => !isReady(each))
    } else later[key] = value
  }
  return { data: now, deferred: { missing, value: later } }
}

/** The id that a path names, which may be that of a resource made by this request. */
export function resolveId(id: string, made: Made, promised: ReadonlySet<string>): string {
  if (!id.startsWith(prefix)) return id
  const bulkId = id.slice(prefix.length)
  requireKnown(bulkId, made, promised)
  return made.get(bulkId) ?? ''
}

function requireKnown(bulkId: string, made: Made, promised: ReadonlySet<string>): void {
  const name = bulkId.slice(0, 100)
  if (made.get(bulkId) === null)
    throw new ScimError(409, undefined, `refers to "${prefix}${name}", whose operation has failed`)
  if (!made.has(bulkId) && !promised.has(bulkId))
    throw invalidValue(`refers to "${prefix}${name}", which no POST of this request has as its bulkId`)
}

/** The value with an id in the place of each reference to what has been made. */
export function substituted(value: unknown, made: Made, depth = 0): unknown {
  if (typeof value === 'string')
    return value.startsWith(prefix) ? (made.get(value.slice(prefix.length)) ?? value) : value
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((inner) => substituted(inner, made, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituted(inner, made, depth + 1)]))
}
