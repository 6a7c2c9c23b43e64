import { canonicalSpelling, isUriReference } from '../../domain/extension-values.ts'
import { isStorable } from '../storable-text.ts'
import { requireBase64 } from './binary.ts'
import { instantOf } from './date-time.ts'
import { requireIndexable } from './indexable.ts'
import { invalidValue } from './scim-error.ts'
import type { Attribute } from './schemas.ts'

/** A single value in the type of its attribute (RFC 7643, 2.3), as it is kept. */
export function canonicalScalar(attribute: Attribute, value: unknown, where: string, notes: string[]): unknown {
  if (attribute.type === 'boolean') return canonicalBoolean(value, where, notes)
  if (attribute.type === 'integer' || attribute.type === 'decimal')
    return canonicalNumber(attribute, value, where, notes)
  const text = canonicalText(value, where)
  if (attribute.unique) requireIndexable({ [where]: text })
  switch (attribute.type) {
    case 'binary':
      requireBase64(text, where)
      return text
    case 'dateTime':
      return canonicalInstant(text, where, notes)
    case 'reference':
      if (attribute.custom && !isUriReference(text)) throw invalidValue(`${where}: a URI is due (RFC 7643, 2.3.7)`)
      return text
    default:
      return canonicalChoice(attribute, text, where, notes)
  }
}

function canonicalText(value: unknown, where: string): string {
  if (typeof value === 'string') {
    if (isStorable(value)) return value
    throw invalidValue(`${where}: holds a NUL or half of a surrogate pair, which cannot be kept`)
  }
  if (typeof value === 'number') return String(value)
  throw invalidValue(`${where}: a string is due, not ${Array.isArray(value) ? 'a list' : typeof value}`)
}

function canonicalBoolean(value: unknown, where: string, notes: string[]): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) {
    notes.push(`${where}: "${value}" taken for a boolean`)
    return value.toLowerCase() === 'true'
  }
  throw invalidValue(`${where}: true or false is due`)
}

/** An integer has neither fraction nor exponent (RFC 7643, 2.3.4), and is one that JSON keeps exactly. */
function canonicalNumber({ type }: Attribute, value: unknown, where: string, notes: string[]): number {
  const isText = typeof value === 'string' && value.trim() !== ''
  const number = isText ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidValue(`${where}: a number is due`)
  if (type === 'integer' && !Number.isSafeInteger(number))
    throw invalidValue(`${where}: an integer is due, without fraction, and no larger than 9007199254740991 either way`)
  if (isText) notes.push(`${where}: a text taken for a number`)
  return number
}

/** Kept in UTC, so that instants compare as such. */
function canonicalInstant(text: string, where: string, notes: string[]): string {
  const instant = instantOf(text)
  if (instant === null) throw invalidValue(`${where}: a date and time is due, for example "2026-01-31T08:00:00Z"`)
  if (instant !== text) notes.push(`${where}: an instant kept in UTC`)
  return instant
}

const mostNamed = 20

function canonicalChoice(attribute: Attribute, text: string, where: string, notes: string[]): string {
  const { canonicalValues, caseExact } = attribute
  if (canonicalValues === null) return text
  const meant = canonicalSpelling(canonicalValues, caseExact, text)
  if (meant === undefined) {
    const some = canonicalValues.slice(0, mostNamed).join(', ')
    const rest = canonicalValues.length > mostNamed ? ', and others; see the schema' : ''
    throw invalidValue(`${where}: one of these is due: ${some}${rest}`)
  }
  if (meant !== text) notes.push(`${where}: a canonical value in its own letter case`)
  return meant
}
