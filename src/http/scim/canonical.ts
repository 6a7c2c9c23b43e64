import { canonicalJson } from '../../domain/directory-user.ts'
import { requireOneCertificate } from './binary.ts'
import { canonicalScalar } from './canonical-scalar.ts'
import { orMisfit, type Misfit } from './misfits.ts'
import { invalidSyntax, invalidValue } from './scim-error.ts'
import { isManager, type Attribute, type AttributeTable, type Extension, type ResourceSchema } from './schemas.ts'

/** A resource in the schema's spelling and types, without what only the server says (id, meta, groups). */
export type Resource = Record<string, unknown>

/** What was repaired on the way in, for the request log. */
export type Notes = string[]

/** Never stored: the server's own, or secret. */
const dropped = new Set(['schemas', 'id', 'meta', 'groups', 'password'])

/**
 * A body as an IdP sent it, in the schema's spelling and types: names in any letter case, booleans as text, one object for
 * a list. What the schema does not know is dropped and noted; what cannot be of its type is an error that says where. With
 * `misfits`, those of the account's own schemas are put there, for the caller to judge.
 */
export function canonicalResource(schema: ResourceSchema, body: unknown, notes: Notes, misfits?: Misfit[]): Resource {
  if (!isObject(body)) throw invalidSyntax('the body is not a JSON object')
  const resource: Resource = {}
  for (const [key, value] of Object.entries(body)) {
    const lower = key.toLowerCase()
    const extension = schema.extensions.get(lower)
    const attribute = schema.attributes.get(lower)
    if (extension !== undefined)
      setUnlessEmpty(resource, extension.id, canonicalExtension(extension, value, key, notes, misfits))
    else if (attribute === undefined) notes.push(`dropped ${key.slice(0, 100)}: not in the schema`)
    else if (!dropped.has(attribute.name))
      setUnlessEmpty(resource, attribute.name, canonicalValue(attribute, value, attribute.name, notes))
  }
  return resource
}

function canonicalExtension(
  { id: urn, custom, attributes }: Extension,
  value: unknown,
  where: string,
  notes: Notes,
  misfits: Misfit[] | undefined,
): Resource | undefined {
  if (!custom || !isObject(value))
    return orMisfit(misfits, custom, { urn, name: null }, () => canonicalObject(attributes, value, where, notes))
  const parts = Object.entries(value).map(([key, inner]) => {
    const name = attributes.get(key.toLowerCase())?.name ?? key
    return orMisfit(misfits, custom, { urn, name }, () => canonicalObject(attributes, { [key]: inner }, where, notes))
  })
  return Object.assign({}, ...parts) as Resource
}

/** The value of one attribute in its type; undefined means unset. `where` names it in errors. */
export function canonicalValue(attribute: Attribute, value: unknown, where: string, notes: Notes): unknown {
  if (value === null || value === undefined) return attribute.multiValued && value === null ? [] : undefined
  if (!attribute.multiValued) return canonicalSingle(attribute, singleOf(attribute, value, where, notes), where, notes)
  if (!Array.isArray(value)) notes.push(`${where}: one value taken for a list`)
  const items: unknown[] = Array.isArray(value) ? value : [value]
  requireFew(items, where)
  return distinct(
    onePrimary(
      items.flatMap((item, index) => canonicalItem(attribute, item, `${where}[${index}]`, notes)),
      notes,
    ),
  )
}

/** How many values a list of a resource may have: more is nobody's, and each costs a look with each change. */
const mostValues = 1000

export function requireFew(items: readonly unknown[], where: string): void {
  if (items.length > mostValues) throw invalidValue(`${where}: at most ${mostValues} values, not ${items.length}`)
}

/** A list where one value is due: its only element (Entra's manager). */
function singleOf(attribute: Attribute, value: unknown, where: string, notes: Notes): unknown {
  if (!Array.isArray(value)) return value
  if (value.length > 1) throw invalidValue(`${where}: one value is due, not a list of ${value.length}`)
  notes.push(`${where}: a list taken for one value`)
  return value[0]
}

function canonicalItem(attribute: Attribute, item: unknown, where: string, notes: Notes): unknown[] {
  if (item === null) throw invalidValue(`${where}: null is no value of a list; leave the element out`)
  const value = canonicalSingle(attribute, item, where, notes)
  return isEmpty(value) || isHollow(value) ? [] : [value]
}

/** An element whose value is empty says nothing (OneLogin's empty phones). */
function isHollow(value: unknown): boolean {
  return isObject(value) && value.value === ''
}

function canonicalSingle(attribute: Attribute, value: unknown, where: string, notes: Notes): unknown {
  if (value === null || value === undefined) return undefined
  if (attribute.type !== 'complex') return canonicalScalar(attribute, value, where, notes)
  const object = isObject(value) ? value : bareValue(attribute, value, where, notes)
  const result = canonicalObject(attribute.subAttributes ?? new Map(), renamed(attribute, object), where, notes)
  if (attribute.name === 'x509Certificates' && !attribute.custom && typeof result?.value === 'string')
    requireOneCertificate(result.value, `${where}.value`)
  return isManager(attribute) && (result?.value ?? '') === '' ? undefined : result
}

/** `manager: "u2"`, `members: ["u1"]`, `emails: "x@y"`: the value alone. */
function bareValue(attribute: Attribute, value: unknown, where: string, notes: Notes): Record<string, unknown> {
  if (!attribute.subAttributes?.has('value') || typeof value === 'object') {
    throw invalidValue(`${where}: an object is due`)
  }
  notes.push(`${where}: a bare value taken for its "value"`)
  return { value }
}

/** Names that some IdPs use for others: OneLogin's managerId, Entra's displayName in roles. */
function renamed(attribute: Attribute, object: Record<string, unknown>): Record<string, unknown> {
  if (attribute.custom) return object
  const { managerId, displayName } = object
  if (isManager(attribute) && managerId !== undefined) return { value: managerId, ...object }
  const hasDisplay = attribute.subAttributes?.has('display') === true && !attribute.subAttributes.has('displayname')
  return hasDisplay && displayName !== undefined ? { display: displayName, ...object } : object
}

function canonicalObject(table: AttributeTable, value: unknown, where: string, notes: Notes): Resource | undefined {
  if (value === null || value === undefined) return undefined
  if (!isObject(value)) throw invalidValue(`${where}: an object is due`)
  const result: Resource = {}
  for (const [key, inner] of Object.entries(value)) {
    const attribute = table.get(key.toLowerCase())
    if (attribute === undefined) notes.push(`dropped ${where}.${key.slice(0, 100)}: not in the schema`)
    else if (attribute.mutability !== 'readOnly')
      setUnlessEmpty(result, attribute.name, canonicalValue(attribute, inner, `${where}.${attribute.name}`, notes))
  }
  return result
}

/** At most one element is primary (RFC 7643, 2.4): the first one stays. */
function onePrimary(items: unknown[], notes: Notes): unknown[] {
  let found = false
  return items.map((item) => {
    if (!isObject(item) || item.primary !== true) return item
    if (!found) {
      found = true
      return item
    }
    notes.push('several primary values: the first one stays')
    return { ...item, primary: false }
  })
}

/** The same value of the same type counts once (RFC 7643, 2.4). */
export function distinct(items: readonly unknown[]): unknown[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = elementKey(item)
    return seen.has(key) ? false : (seen.add(key), true)
  })
}

/** What makes two elements of a list the same one. */
export function elementKey(item: unknown): string {
  return isObject(item) && item.value !== undefined
    ? JSON.stringify([item.value, item.type ?? null])
    : canonicalJson(item)
}

function setUnlessEmpty(target: Resource, key: string, value: unknown): void {
  if (value !== undefined && !isEmpty(value)) target[key] = value
}

/** Unassigned, null and the empty list are one and the same state (RFC 7643, 2.5). */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
