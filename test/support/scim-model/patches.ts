import { asResource, satisfies, type Term } from './filters.ts'
import { modelUrn } from './extension.ts'
import type { Described, Place } from './schema.ts'

type Json = Record<string, unknown>

/** One operation of RFC 7644, 3.5.2; `filter` is what stands in brackets, null where there are none. */
export type Operation = {
  op: 'add' | 'replace' | 'remove'
  place: Place
  filter: Term | null
  value?: unknown
}

/** What the connection's dialect decides. */
export type Dialect = { replaceCreates: boolean; emptyClears: boolean }

/** What a PATCH has to be refused with. */
export class Refused extends Error {}

/** The resource after all operations; throws Refused where one of them cannot be carried out, and then nothing has happened. */
export function patched(resource: Json, operations: readonly Operation[], dialect: Dialect): Json {
  // What can be said of the message alone is said before anything of it is carried out.
  if (operations.some(({ place }) => isReadOnly(place))) throw new Refused('mutability')
  let result = structuredClone(resource)
  const misfits: Refused[] = []
  for (const operation of operations) {
    const next = structuredClone(result)
    try {
      apply(next, operation, dialect)
      result = next
    } catch (error) {
      if (!(error instanceof Refused) || !isOwn(operation.place)) throw error
      misfits.push(error)
    }
  }
  // The account's own schemas keep nobody active of whom the message says that he is gone.
  const tells = operations.some(({ place }) => place.urn === null && place.attribute.name === 'active')
  if (misfits[0] !== undefined && !(tells && result.active === false)) throw misfits[0]
  if (typeof result.userName !== 'string' || result.userName.trim() === '') throw new Refused('invalidValue')
  return result
}

function apply(resource: Json, operation: Operation, dialect: Dialect): void {
  const { place, op, value } = operation
  const { attribute, urn } = place
  const owner = (urn === null ? resource : (resource[urn] ?? {})) as Json
  const takesAll = place.sub === null && operation.filter === null && isCleared(operation, dialect)
  if (takesAll && attribute.required === true) throw new Refused('mutability')
  if (takesAll && attribute.name === 'active') throw new Refused('invalidValue')
  if (takesAll) delete owner[attribute.name]
  else if (attribute.multiValued) put(owner, attribute.name, inList(list(owner[attribute.name]), operation, dialect))
  else if (place.sub !== null) put(owner, attribute.name, withSub(owner[attribute.name], place.sub, operation, dialect))
  else if (attribute.type === 'complex')
    put(owner, attribute.name, merged(owner[attribute.name] as Json | undefined, value as Json, dialect))
  else if (op !== 'remove') put(owner, attribute.name, value)
  if (attribute.name === 'manager' && ((owner.manager as Json | undefined)?.value ?? '') === '') delete owner.manager
  if (urn !== null) put(resource, urn, owner)
}

function isOwn({ urn }: Place): boolean {
  return urn === modelUrn
}

function isReadOnly({ attribute, sub }: Place): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly'
}

/** Whether the operation takes the value away. A remove may name those of a list that go; the others stay. */
function isCleared({ op, value, place, filter }: Operation, { emptyClears }: Dialect): boolean {
  const names = place.attribute.multiValued && filter === null && place.sub === null && value !== undefined
  if (op === 'remove') return !names
  const isEmptyElement = filter !== null && place.sub === null && isObject(value) && value.value === ''
  return value === null || (value === '' && emptyClears) || isEmptyElement
}

function put(owner: Json, name: string, value: unknown): void {
  const isNothing =
    value === undefined ||
    value === null ||
    (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)
  if (isNothing) delete owner[name]
  else owner[name] = value
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])

/** What is said of an object; unset parts say nothing. */
function filled(value: unknown): Json {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Json).filter(([, each]) => each !== undefined && each !== null),
  )
}

/** Each part that is told is set, or taken away. */
function merged(before: Json | undefined, told: Json, { emptyClears }: Dialect): Json {
  const result = { ...before }
  for (const [name, value] of Object.entries(told)) {
    if (value === undefined) continue
    if (value === null || (value === '' && emptyClears)) delete result[name]
    else result[name] = value
  }
  return result
}

function withSub(before: unknown, sub: Described, operation: Operation, dialect: Dialect): Json {
  const object = { ...(before as Json) }
  if (isCleared(operation, dialect)) delete object[sub.name]
  else object[sub.name] = operation.value
  return object
}

function inList(before: Json[], operation: Operation, dialect: Dialect): Json[] {
  const { place, filter } = operation
  if (filter === null && place.sub === null) return distinct(wholeList(before, operation))
  const matches = (element: Json): boolean => filter === null || satisfies(asResource(place, element), filter)
  const hits = before.filter(matches)
  const cleared = isCleared(operation, dialect)
  if (hits.length === 0)
    return cleared ? before : [...demoted(before, created(operation, dialect)), created(operation, dialect)]
  if (cleared && (place.sub === null || place.sub.name === 'value')) return before.filter((each) => !matches(each))
  const after = before.map((each) => (matches(each) ? changed(each, operation, dialect) : each))
  return distinct(onlyPrimary(after, hitsOf(after, before, matches))).filter((each) => Object.keys(each).length > 0)
}

function hitsOf(after: readonly Json[], before: readonly Json[], matches: (each: Json) => boolean): Json[] {
  return after.filter((_, index) => matches(before[index] as Json))
}

/** The list as a whole. What is told is a list of its own: each value once, one primary, nothing that is empty. */
function wholeList(before: Json[], { op, value }: Operation): Json[] {
  const told = distinct(
    firstPrimary(
      list(value)
        .map(filled)
        .filter((each) => Object.keys(each).length > 0 && each.value !== ''),
    ),
  )
  if (op === 'replace') return told
  if (op === 'remove') return before.filter((each) => !told.some((other) => sameValue(each, other)))
  const result = [...before]
  const fresh = told.map((each) => {
    const at = result.findIndex((other) => isSame(other, each))
    const merged = at < 0 ? each : { ...result[at], ...each }
    if (at < 0) result.push(merged)
    else result[at] = merged
    return merged
  })
  return onlyPrimary(result, fresh)
}

function sameValue(one: Json, other: Json): boolean {
  return one.value === undefined ? isSame(one, other) : one.value === other.value
}

/** The same value of the same type is one element; without a value, one that says the same. */
function isSame(one: Json, other: Json): boolean {
  if (one.value !== undefined || other.value !== undefined) return one.value === other.value && one.type === other.type
  return text(one) === text(other)
}

const text = (value: Json): string => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

function distinct(elements: readonly Json[]): Json[] {
  return elements.filter((each, index) => elements.findIndex((other) => isSame(other, each)) === index)
}

function firstPrimary(elements: readonly Json[]): Json[] {
  const first = elements.findIndex(({ primary }) => primary === true)
  return elements.map((each, index) => (each.primary === true && index !== first ? { ...each, primary: false } : each))
}

/** Whoever has just been told to be primary is the only one; without such a one nothing changes. */
function onlyPrimary(elements: readonly Json[], fresh: readonly Json[]): Json[] {
  const last = [...fresh].reverse().find(({ primary }) => primary === true)
  return last === undefined ? [...elements] : elements.map((each) => (each === last ? each : notPrimary(each)))
}

const notPrimary = (each: Json): Json => (each.primary === true ? { ...each, primary: false } : each)

function demoted(elements: readonly Json[], fresh: Json): Json[] {
  return fresh.primary === true ? elements.map(notPrimary) : [...elements]
}

/** The element that the brackets describe, made by an add, and in some dialects by a replace. */
function created(operation: Operation, dialect: Dialect): Json {
  const { op, filter } = operation
  if (op === 'replace' && !dialect.replaceCreates) throw new Refused('noTarget')
  const seed = filter === null ? {} : described(filter)
  if (seed === null) throw new Refused('noTarget')
  return changed(seed, { ...operation, op: 'add' }, dialect, true)
}

function described(filter: Term): Json | null {
  if (filter.kind === 'and') {
    const parts = filter.terms.map(described)
    return parts.includes(null) ? null : (Object.assign({}, ...parts) as Json)
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return null
  const { sub, attribute } = filter.place
  const name = sub?.name ?? attribute.name
  if (filter.value === null) return {}
  return { [name]: sub?.type === 'boolean' ? /^true$/i.test(String(filter.value)) : String(filter.value) }
}

function changed(element: Json, operation: Operation, dialect: Dialect, isNew = false): Json {
  const { place, op, filter, value } = operation
  if (place.sub !== null) return withSub(element, place.sub, operation, dialect)
  const kept = op === 'replace' && filter !== null && !isNew ? (described(filter) ?? {}) : element
  return { ...kept, ...filled(value) }
}
