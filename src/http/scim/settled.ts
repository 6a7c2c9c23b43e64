import { canonicalJson } from '../../domain/directory-user.ts'
import { pathOf, type Target } from './attribute-path.ts'
import { isObject, type Notes, type Resource } from './canonical.ts'
import { marksOf } from './marks.ts'
import { keptNote, type Misfit } from './misfits.ts'
import { invalidValue, mutability } from './scim-error.ts'
import type { AttributeTable, Extension, ResourceSchema } from './schemas.ts'

type Kept = Readonly<Record<string, unknown>>

/** The request log, where the request says that the person is gone; null where it does not. */
export type Leaving = Notes | null

/**
 * Refuses the first misfit, unless the request says that the person is gone: an account's own schemas keep nobody active.
 * What does not fit then stays as it was, and the request log tells of it.
 */
export function settledMisfits(told: Resource, before: Kept, misfits: readonly Misfit[], leaving: Leaving): Resource {
  const [first] = misfits
  if (first === undefined) return told
  if (leaving === null) throw first.error
  const after = { ...told }
  for (const { error, place } of misfits) {
    leaving.push(keptNote(error.message))
    if (place !== null) restore(after, before, place)
  }
  return after
}

function restore(after: Resource, before: Kept, { urn, name }: NonNullable<Misfit['place']>) {
  const former = before[urn]
  if (!isObject(former)) return
  const now = isObject(after[urn]) ? after[urn] : {}
  if (name === null) after[urn] = { ...former }
  else if (former[name] !== undefined) after[urn] = { ...now, [name]: former[name] }
}

/** A resource that is made has what its schemas require. */
export function settledCreate<T extends Kept>(schema: ResourceSchema, resource: T): T {
  for (const extension of schema.extensions.values()) requireAll(extension, resource)
  return resource
}

/**
 * A resource that is replaced: what is immutable keeps its value, told again or not (RFC 7644, 3.5.1), and what stands
 * under a schema that the account has no more stays as it was told.
 */
export function settledReplace(schema: ResourceSchema, before: Kept, wanted: Kept, leaving: Leaving): Resource {
  const after = withUnknown(schema, before, structuredClone(wanted))
  for (const target of marksOf(schema).immutable) {
    const [first, told] = [valueAt(before, target), valueAt(after, target)]
    if (first === undefined) continue
    if (told === undefined) setAt(after, target, first)
    else keepSame(after, target, first, leaving)
  }
  for (const extension of schema.extensions.values()) requireAll(extension, after)
  return after
}

/** A resource after a PATCH. Of an extension that the PATCH leaves alone nothing is asked. */
export function settledPatch<T extends Kept>(schema: ResourceSchema, before: Kept, told: T, leaving: Leaving): T {
  const after = structuredClone(told)
  for (const target of marksOf(schema).immutable) {
    const first = valueAt(before, target)
    if (first !== undefined) keepSame(after, target, first, leaving)
  }
  for (const extension of schema.extensions.values()) {
    const isTouched = canonicalJson(before[extension.id] ?? null) !== canonicalJson(after[extension.id] ?? null)
    if (isTouched) requireAll(extension, after)
  }
  return after
}

/** Nobody stays active because something is missing of what is told of him. */
function requireAll({ id, required, attributes }: Extension, resource: Kept): void {
  if (resource.active === false) return
  const told = resource[id]
  if (told === undefined) {
    if (required) throw invalidValue(`${id}: this extension is required; send it with its required attributes`)
  } else if (isObject(told)) {
    const [missing] = missingFrom(attributes, told, '')
    if (missing !== undefined) throw invalidValue(`${id}:${missing}: required; send it with the extension`)
  }
}

function missingFrom(table: AttributeTable, told: Kept, above: string): string[] {
  return [...table.values()].flatMap(({ name, required, subAttributes }) => {
    const value = told[name]
    if (value === undefined) return required ? [`${above}${name}`] : []
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (subAttributes === null) return []
    return elements.flatMap((each) => (isObject(each) ? missingFrom(subAttributes, each, `${above}${name}.`) : []))
  })
}

/** Refuses another value; of the account's own schemas, where the person is gone, the first one stays without a refusal. */
function keepSame(after: Resource, target: Target, first: unknown, leaving: Leaving): void {
  if (canonicalJson(first) === canonicalJson(valueAt(after, target) ?? null)) return
  const why = `${pathOf(target)}: immutable: it keeps the value that it was first given`
  if (leaving === null || !target.attribute.custom) throw mutability(why)
  setAt(after, target, first)
  leaving.push(keptNote(why))
}

/** Lists have no place in which a part of them could stay the same. */
function valueAt(resource: Kept, { extension, attribute, sub }: Target): unknown {
  const owner = extension === null ? resource : resource[extension]
  const value = isObject(owner) ? owner[attribute.name] : undefined
  if (sub === null) return value
  return isObject(value) ? value[sub.name] : undefined
}

function setAt(resource: Resource, { extension, attribute, sub }: Target, value: unknown): void {
  const owner = extension === null ? resource : within(resource, extension)
  if (sub === null) owner[attribute.name] = value
  else within(owner, attribute.name)[sub.name] = value
}

function within(owner: Resource, key: string): Resource {
  const inner = owner[key]
  if (isObject(inner)) return inner
  const fresh: Resource = {}
  owner[key] = fresh
  return fresh
}

function withUnknown(schema: ResourceSchema, before: Kept, after: Resource): Resource {
  for (const [urn, value] of Object.entries(before)) {
    if (!urn.startsWith('urn:') || !isObject(value)) continue
    const table = schema.extensions.get(urn.toLowerCase())?.attributes
    const unknown = Object.entries(value).filter(([name]) => table?.has(name.toLowerCase()) !== true)
    for (const [name, inner] of unknown) within(after, urn)[name] = inner
  }
  return after
}

/** What a stored resource has by the schemas of today. What was told by others is kept, and not shown. */
export function shownBy(schema: ResourceSchema, stored: Kept): Kept {
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]) => {
      if (!key.startsWith('urn:') || !isObject(value)) return [[key, value]]
      const table = schema.extensions.get(key.toLowerCase())?.attributes
      const shown = Object.entries(value).filter(([name]) => table?.has(name.toLowerCase()) === true)
      return shown.length === 0 ? [] : [[key, Object.fromEntries(shown)]]
    }),
  )
}
