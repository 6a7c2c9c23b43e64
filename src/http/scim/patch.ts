import type { Filter } from '../../domain/filter.ts'
import { canonicalValue, distinct, isEmpty, isObject, type Notes, type Resource } from './canonical.ts'
import type { Dialect } from './dialects.ts'
import { elementMatches } from './filters.ts'
import type { PatchStep } from './patch-operations.ts'
import { invalidValue, mutability, noTarget } from './scim-error.ts'
import type { Attribute } from './schemas.ts'

type Element = Record<string, unknown>
type Context = { dialect: Dialect; notes: Notes }

/** The resource after all steps, or an error and nothing: RFC 7644, 3.5.2, wants a PATCH to be atomic. */
export function applyPatch(resource: Resource, steps: readonly PatchStep[], dialect: Dialect, notes: Notes): Resource {
  const result = structuredClone(resource)
  for (const step of steps) {
    const owner = step.extension === null ? result : extensionOf(result, step.extension)
    applyStep(owner, step, { dialect, notes })
    if (step.extension !== null && isEmpty(owner)) delete result[step.extension]
  }
  return result
}

function extensionOf(resource: Resource, urn: string): Resource {
  const known = resource[urn]
  if (isObject(known)) return known
  const fresh: Resource = {}
  resource[urn] = fresh
  return fresh
}

function applyStep(owner: Resource, step: PatchStep, context: Context): void {
  const { attribute } = step
  if (clears(step, context.dialect) && step.filter === null && step.sub === null) return clear(owner, step)
  if (attribute.multiValued)
    return setOrDelete(owner, attribute.name, changedList(listOf(owner[attribute.name]), step, context))
  if (step.sub !== null) return applySub(owner, step, step.sub, context)
  const value = canonicalValue(attribute, step.value, step.where, context.notes)
  const before = owner[attribute.name]
  const merges = attribute.type === 'complex' && attribute.name !== 'manager' && isObject(before) && isObject(value)
  setOrDelete(owner, attribute.name, merges ? { ...before, ...value } : value)
}

/** A remove, null, and for some IdPs the empty string, take the value away. */
function clears({ op, value, attribute, filter, sub }: PatchStep, dialect: Dialect): boolean {
  if (op === 'remove') return !(Array.isArray(value) && attribute.multiValued && filter === null && sub === null)
  return value === null || (value === '' && dialect.emptyClears)
}

function clear(owner: Resource, { attribute, where }: PatchStep): void {
  if (attribute.required) throw mutability(`${where}: "${attribute.name}" is required and cannot be cleared`)
  delete owner[attribute.name]
}

function applySub(owner: Resource, step: PatchStep, sub: Attribute, context: Context): void {
  const { attribute } = step
  const before = owner[attribute.name]
  const object: Element = isObject(before) ? { ...before } : {}
  if (clears(step, context.dialect)) delete object[sub.name]
  else setOrDelete(object, sub.name, canonicalValue(sub, step.value, step.where, context.notes))
  setOrDelete(owner, attribute.name, object)
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function changedList(list: readonly unknown[], step: PatchStep, context: Context): unknown[] {
  if (step.filter === null && step.sub === null) return changedWhole(list, step, context)
  const matches = (item: unknown): boolean =>
    step.filter === null || (isObject(item) && elementMatches(item, step.filter))
  if (!list.some(matches)) return withoutMatch(list, step, context)
  if (clears(step, context.dialect) && step.sub === null) return list.filter((item) => !matches(item))
  const changed = list.map((item) => (matches(item) && isObject(item) ? changedElement(item, step, context) : item))
  return distinct(
    primaryLast(
      changed,
      changed.filter((_, index) => matches(list[index])),
    ),
  )
}

/** The list itself: add appends, replace replaces, remove with values takes out those named. */
function changedWhole(list: readonly unknown[], step: PatchStep, { notes }: Context): unknown[] {
  const told = listOf(canonicalValue(step.attribute, step.value, step.where, notes))
  switch (step.op) {
    case 'add':
      return distinct(primaryLast([...list, ...told], told))
    case 'replace':
      return told
    case 'remove': {
      const named = new Set(told.map((item) => valueOf(item)))
      return list.filter((item) => !named.has(valueOf(item)))
    }
  }
}

/** Nothing there: remove has nothing to do, add creates the element, replace does so where the dialect says. */
function withoutMatch(list: readonly unknown[], step: PatchStep, context: Context): unknown[] {
  if (clears(step, context.dialect)) return [...list]
  if (step.op === 'replace' && !context.dialect.replaceCreates) {
    throw noTarget(`${step.where}: no element of "${step.attribute.name}" matches; use op add to create it`)
  }
  const created = changedElement(seedOf(step.filter, step.attribute, context.notes), step, context)
  context.notes.push(`${step.where}: created the element that the path names`)
  return primaryLast([...list, created], [created])
}

/** The element that a path such as `[type eq "work"]` describes, where only equalities are and-ed. */
function seedOf(filter: Filter | null, attribute: Attribute, notes: Notes): Element {
  if (filter === null) return {}
  if (filter.kind === 'and')
    return Object.assign({}, ...filter.nodes.map((node) => seedOf(node, attribute, notes))) as Element
  if (filter.kind !== 'compare' || filter.operator !== 'eq') {
    throw noTarget(`path: no element matches, and one can only be created from "eq" terms`)
  }
  const sub = attribute.subAttributes?.get(filter.attribute.toLowerCase())
  return sub === undefined ? {} : { [sub.name]: canonicalValue(sub, filter.value, filter.attribute, notes) }
}

function changedElement(element: Element, step: PatchStep, { dialect, notes }: Context): Element {
  const result = { ...element }
  if (step.sub !== null) {
    if (clears(step, dialect)) delete result[step.sub.name]
    else setOrDelete(result, step.sub.name, canonicalValue(step.sub, step.value, step.where, notes))
    return result
  }
  const [told] = listOf(canonicalValue(step.attribute, step.value, step.where, notes))
  if (!isObject(told)) throw invalidValue(`${step.where}.value: an object is due`)
  return { ...result, ...told }
}

/** Whoever has just been made primary is the only one (RFC 7643, 2.4). */
function primaryLast(list: readonly unknown[], fresh: readonly unknown[]): unknown[] {
  const primary = fresh.findLast((item) => isObject(item) && item.primary === true)
  if (primary === undefined) return [...list]
  return list.map((item) =>
    item !== primary && isObject(item) && item.primary === true ? { ...item, primary: false } : item,
  )
}

function valueOf(item: unknown): unknown {
  return isObject(item) ? item.value : item
}

function setOrDelete(target: Resource, key: string, value: unknown): void {
  if (isEmpty(value)) delete target[key]
  else target[key] = value
}
