import { compared, type Described, type Place } from './schema.ts'

/** A filter of RFC 7644, 3.4.2.2, as a tree of its own. */
export type Term =
  | { kind: 'and' | 'or'; terms: Term[] }
  | { kind: 'not'; term: Term }
  | { kind: 'compare'; place: Place; operator: Operator; value: Value }
  | { kind: 'present'; place: Place }
  | { kind: 'element'; place: Place; term: Term }
export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'
export type Value = string | number | boolean | null

export const operators: Operator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']

type Json = Record<string, unknown>

/** What this service does not search by, and says so with invalidFilter. Shrink it, never grow it. */
export const unsupported = ['meta.location', 'meta.version', 'groups.$ref', 'groups.type', 'manager.$ref']

/** Whether the service has to refuse the filter (400, invalidFilter). */
export function isRefused(term: Term): boolean {
  switch (term.kind) {
    case 'and':
    case 'or':
      return term.terms.some(isRefused)
    case 'not':
      return isRefused(term.term)
    case 'element':
      return isRefused(term.term)
    case 'present':
      return isHidden(term.place) && term.place.attribute.name !== 'meta'
    case 'compare':
      return isHidden(term.place) || doesNotFit(term.place, term.operator, term.value)
  }
}

export function isHidden({ attribute, sub }: Place): boolean {
  return attribute.returned === 'never' || (sub !== null && unsupported.includes(`${attribute.name}.${sub.name}`))
}

/** Operators and values that an attribute's type has no use for (RFC 7644, Table 3). */
function doesNotFit(place: Place, operator: Operator, value: Value): boolean {
  const target = compared(place)
  if (target === null) return true
  const isOrder = ['gt', 'ge', 'lt', 'le'].includes(operator)
  const isPart = ['co', 'sw', 'ew'].includes(operator)
  if (value === null) return isOrder || isPart
  switch (target.type) {
    case 'boolean':
      return isOrder || isPart || !/^(true|false)$/i.test(String(value))
    case 'dateTime':
      return isPart || Number.isNaN(timeOf(value))
    case 'binary':
      return isOrder
    case 'integer':
    case 'decimal':
      return isPart || !isNumeric(value)
    default:
      return false
  }
}

/** A number, also one that is written as a text. */
function isNumeric(value: Value): boolean {
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value))
  return typeof value === 'number'
}

/** Whether a resource, as it is shown, satisfies the filter. */
export function satisfies(resource: Json, term: Term): boolean {
  switch (term.kind) {
    case 'and':
      return term.terms.every((each) => satisfies(resource, each))
    case 'or':
      return term.terms.some((each) => satisfies(resource, each))
    case 'not':
      return !satisfies(resource, term.term)
    case 'compare':
      return holds(resource, term.place, (value, target) => compares(value, target, term.operator, term.value))
    case 'present':
      return isPresent(resource, term.place)
    case 'element':
      return elementsOf(resource, term.place).some((element) => satisfies(asResource(term.place, element), term.term))
  }
}

/** Of a list any element counts; a list without elements has none that could. */
function holds(resource: Json, place: Place, test: (value: unknown, target: Described) => boolean): boolean {
  const target = compared(place) as Described
  return valuesOf(resource, place).some((value) => test(value, target))
}

function isPresent(resource: Json, place: Place): boolean {
  if (place.sub === null) {
    const value = ownerOf(resource, place)?.[place.attribute.name]
    return Array.isArray(value) ? value.length > 0 : isFilled(value)
  }
  return valuesOf(resource, place).some(isFilled)
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function ownerOf(resource: Json, { urn }: Place): Json | undefined {
  return (urn === null ? resource : resource[urn]) as Json | undefined
}

function elementsOf(resource: Json, place: Place): unknown[] {
  const value = ownerOf(resource, place)?.[place.attribute.name]
  return Array.isArray(value) ? value : []
}

/** In brackets names are those of one element. */
export function asResource({ urn, attribute }: Place, element: unknown): Json {
  const list = { [attribute.name]: [element] }
  return urn === null ? list : { [urn]: list }
}

/** One value for a single attribute, one for each element of a list; undefined where there is none. */
function valuesOf(resource: Json, place: Place): unknown[] {
  const { attribute, sub } = place
  const target = compared(place)
  const inner = sub ?? (attribute.type === 'complex' ? target : null)
  const read = (value: unknown): unknown => (inner === null ? value : (value as Json | undefined)?.[inner.name])
  return attribute.multiValued
    ? elementsOf(resource, place).map(read)
    : [read(ownerOf(resource, place)?.[attribute.name])]
}

function compares(actual: unknown, target: Described, operator: Operator, wanted: Value): boolean {
  if (wanted === null) return (operator === 'eq') === (actual === undefined)
  // RFC 7643, 2.4: of an element that does not say so, primary is false.
  const value = actual === undefined && target.name === 'primary' ? false : actual
  if (value === undefined) return operator === 'ne'
  const [left, right] = [comparable(value, target), comparable(wanted, target)]
  switch (operator) {
    case 'eq':
      return left === right
    case 'ne':
      return left !== right
    case 'co':
      return String(left).includes(String(right))
    case 'sw':
      return String(left).startsWith(String(right))
    case 'ew':
      return String(left).endsWith(String(right))
    case 'gt':
      return order(left, right) > 0
    case 'ge':
      return order(left, right) >= 0
    case 'lt':
      return order(left, right) < 0
    case 'le':
      return order(left, right) <= 0
  }
}

export function comparable(value: unknown, { type, caseExact }: Described): string | number {
  if (type === 'boolean') return String(value).toLowerCase()
  if (type === 'dateTime') return timeOf(value)
  if (type === 'integer' || type === 'decimal') return Number(value)
  return caseExact === true ? String(value) : String(value).normalize('NFC').toLowerCase()
}

/**
 * An xsd:dateTime (RFC 7643, 2.3.5): fractions of a second and the zone may be left out, and then it is UTC. Hour 24 is the next
 * midnight; a day that its month does not have is none.
 */
function timeOf(value: unknown): number {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)(:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(String(value))
  if (parts === null) return NaN
  const [, year, month, day, hour, rest, zone = 'Z'] = parts
  if (Number(day) > daysOf(Number(year), Number(month))) return NaN
  if (hour !== '24') return Date.parse(`${year}-${month}-${day}T${hour}${rest}${zone}`)
  return /[1-9]/.test(rest ?? '') ? NaN : Date.parse(`${year}-${month}-${day}T23:00:00${zone}`) + 3_600_000
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** Texts by code point, numbers by size. */
export function order(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [[...String(left)], [...String(right)]]
  for (const [index, character] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const difference = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
