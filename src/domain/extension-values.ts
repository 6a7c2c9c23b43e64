import { nameKey } from './directory-user.ts'
import type { ExtensionAttribute, ExtensionSchema } from './extension-schema.ts'

type Told = Readonly<Record<string, unknown>>

/** Why a stored value does not fit a schema: the attribute’s path, and a few words. */
export type Misfit = { readonly path: string; readonly why: string }

/**
 * What of the values that a resource has under a URN would not fit a schema. Values of names that the schema does not know
 * fit: they are kept, and not shown. What is missing fits too, as it counts from the next write on.
 */
export function misfitsOf(schema: Pick<ExtensionSchema, 'attributes'>, stored: unknown): Misfit[] {
  return isObject(stored) ? misfitsIn(schema.attributes, stored, '') : [{ path: '', why: 'no object' }]
}

/** Which required attributes a resource that has the extension lacks. */
export function missingFrom(schema: Pick<ExtensionSchema, 'attributes'>, stored: unknown): string[] {
  return missingIn(schema.attributes, isObject(stored) ? stored : {}, '')
}

function missingIn(attributes: readonly ExtensionAttribute[], told: Told, above: string): string[] {
  return attributes.flatMap(({ name, required, subAttributes = [] }) => {
    const value = told[name]
    if (value === undefined) return required ? [`${above}${name}`] : []
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value]
    const inner = elements.flatMap((each) => (isObject(each) ? missingIn(subAttributes, each, `${above}${name}.`) : []))
    return [...new Set(inner)]
  })
}

function misfitsIn(attributes: readonly ExtensionAttribute[], stored: Told, above: string): Misfit[] {
  return Object.entries(stored).flatMap(([key, value]) => {
    const attribute = attributes.find(({ name }) => name.toLowerCase() === key.toLowerCase())
    if (attribute === undefined) return []
    const path = `${above}${attribute.name}`
    if (attribute.name !== key) return [{ path, why: `is kept as "${key}": keep that spelling` }]
    return misfits(attribute, value, path)
  })
}

function misfits(attribute: ExtensionAttribute, value: unknown, path: string): Misfit[] {
  if (attribute.multiValued !== Array.isArray(value))
    return [{ path, why: attribute.multiValued ? 'has one value, not a list' : 'has a list of values' }]
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const found = values.flatMap((each) => misfitsOfOne(attribute, each, path))
  return [...new Map(found.map((each) => [`${each.path} ${each.why}`, each])).values()]
}

function misfitsOfOne(attribute: ExtensionAttribute, value: unknown, path: string): Misfit[] {
  const { type, subAttributes = [] } = attribute
  if (type === 'complex')
    return isObject(value) ? misfitsIn(subAttributes, value, `${path}.`) : [{ path, why: 'is no object' }]
  if (!isOfType(type, value)) return [{ path, why: `is not of type ${type}` }]
  if (!isCanonical(attribute, value)) return [{ path, why: 'is none of the canonical values' }]
  return []
}

/** Whether a value, as it is kept, is of a type. */
function isOfType(type: ExtensionAttribute['type'], value: unknown): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isSafeInteger(value)
    case 'decimal':
      return typeof value === 'number'
    case 'dateTime':
      return typeof value === 'string' && keptInstant.test(value)
    case 'reference':
      return typeof value === 'string' && isUriReference(value)
    case 'binary':
      return typeof value === 'string' && isBase64(value)
    case 'string':
      return typeof value === 'string'
    case 'complex':
      return isObject(value)
  }
}

/** Instants are kept in UTC with milliseconds, so that they compare as texts. */
const keptInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

function isCanonical({ canonicalValues, caseExact }: ExtensionAttribute, value: unknown): boolean {
  return canonicalValues === undefined || canonicalSpelling(canonicalValues, caseExact, String(value)) !== undefined
}

/** The canonical value that is meant, in its own spelling. */
export function canonicalSpelling(values: readonly string[], caseExact: boolean, told: string): string | undefined {
  return values.find((value) => (caseExact ? value === told : nameKey(value) === nameKey(told)))
}

/** An absolute or relative URI (RFC 7643, 2.3.7): what stands in one, and no blank. */
export function isUriReference(text: string): boolean {
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(text)
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
const base64url = /^[A-Za-z0-9_-]*={0,2}$/

/** Base64 of either alphabet, with or without padding (RFC 7643, 2.3.6). */
export function isBase64(text: string): boolean {
  const bare = text.replace(/=+$/, '')
  const padded = bare.length !== text.length
  return (base64.test(text) || base64url.test(text)) && bare.length % 4 !== 1 && (!padded || text.length % 4 === 0)
}

/** A value that no other resource of its type on the connection may have. */
export type UniqueValue = { readonly attribute: string; readonly key: string }

/** The values of a resource that are unique by its account’s schemas, as they are compared. */
export function uniqueValuesOf(schemas: readonly ExtensionSchema[], attributes: Told): UniqueValue[] {
  return schemas.flatMap(({ id, attributes: known }) => {
    const stored = attributes[id]
    if (!isObject(stored)) return []
    return known.flatMap(({ name, uniqueness, caseExact }) => {
      const value = stored[name]
      if (uniqueness !== 'server' || (typeof value !== 'string' && typeof value !== 'number')) return []
      return [{ attribute: `${id}:${name}`, key: uniqueKey(value, caseExact) }]
    })
  })
}

/** A unique value as it is compared. */
export function uniqueKey(value: string | number, caseExact: boolean): string {
  return caseExact ? String(value) : nameKey(String(value))
}

function isObject(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
