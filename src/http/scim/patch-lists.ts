import { canonicalJson } from '../../domain/directory-user.ts'
import type { Filter } from '../../domain/filter.ts'
import { canonicalValue, distinct, elementKey, isEmpty, isObject, type Notes, type Resource } from './canonical.ts'
import { elementMatches } from './element-filters.ts'
import type { PatchStep } from './patch-operations.ts'
import { clears, type PatchContext } from './patch-values.ts'
import { invalidValue, mutability, noTarget } from './scim-error.ts'
import type { Attribute } from './schemas.ts'

/** A multi-valued attribute after one step. */
export function changedList(before: unknown, step: PatchStep, context: PatchContext): unknown[] {
  const list = listOf(before)
  if (step.filter === null && step.sub === null) return changedWhole(list, step, context)
  const matches = (item: unknown): boolean =>
    step.filter === null || (isObject(item) && elementMatches(item, step.filter))
  if (!list.some(matches)) return withoutMatch(list, step, context)
  // An element without its value says nothing, so that it goes as a whole.
  if (clears(step, context.dialect) && (step.sub === null || step.sub.name === 'value'))
    return list.filter((item) => !matches(item))
  const changed = list.map((item) => (matches(item) && isObject(item) ? changedElement(item, step, context) : item))
  const fresh = changed.filter((_, index) => matches(list[index]))
  return distinct(primaryLast(changed, fresh)).filter((item) => !isEmpty(item))
}

/** The list itself: add appends, replace replaces, remove with values takes out those named. */
function changedWhole(list: readonly unknown[], step: PatchStep, { notes }: PatchContext): unknown[] {
  const told = listOf(canonicalValue(step.attribute, step.value, step.where, notes))
  switch (step.op) {
    case 'add':
      return added(list, told)
    case 'replace':
      return told
    case 'remove': {
      const named = new Set(told.map(nameOf))
      return list.filter((item) => !named.has(nameOf(item)))
    }
  }
}

/** What is there already is brought up to date, not doubled. */
function added(list: readonly unknown[], told: readonly unknown[]): unknown[] {
  const result = [...list]
  const places = new Map(list.map((item, index) => [elementKey(item), index]))
  const fresh = told.map((item) => {
    const place = places.get(elementKey(item))
    const before = place === undefined ? undefined : result[place]
    const after = isObject(before) && isObject(item) ? { ...before, ...item } : item
    if (place === undefined) result.push(after)
    else result[place] = after
    return after
  })
  return primaryLast(result, fresh)
}

/** Nothing there: remove has nothing to do, add creates the element, replace does so where the dialect says. */
function withoutMatch(list: readonly unknown[], step: PatchStep, context: PatchContext): unknown[] {
  if (clears(step, context.dialect)) return [...list]
  if (step.op === 'replace' && !context.dialect.replaceCreates) {
    throw noTarget(`${step.where}: no element of "${step.attribute.name}" matches; use op add to create it`)
  }
  const seed = step.filter === null ? {} : describedBy(step.filter, step.attribute, context.notes)
  if (seed === null) throw noTarget(`${step.where}: no element matches, and one is only created from "eq" terms`)
  const created = changedElement(seed, step, context)
  context.notes.push(`${step.where}: created the element that the path names`)
  return primaryLast([...list, created], [created])
}

/** The element that a path such as `[type eq "work"]` describes; null where it is more than and-ed equalities. */
function describedBy(filter: Filter, attribute: Attribute, notes: Notes): Resource | null {
  if (filter.kind === 'and') {
    const parts = filter.nodes.map((node) => describedBy(node, attribute, notes))
    return parts.includes(null) ? null : (Object.assign({}, ...parts) as Resource)
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return null
  const sub = attribute.subAttributes?.get(filter.attribute.path.toLowerCase())
  const value = sub && canonicalValue(sub, filter.value, filter.attribute.path, notes)
  return sub === undefined || value === undefined ? {} : { [sub.name]: value }
}

function changedElement(element: Resource, step: PatchStep, { dialect, notes }: PatchContext): Resource {
  const { attribute, filter, sub, value, where } = step
  if (sub !== null) {
    const result = { ...element }
    if (clears(step, dialect)) delete result[sub.name]
    else setOrDelete(result, sub.name, canonicalValue(sub, value, where, notes))
    requireFirstValue(sub, element[sub.name], result[sub.name], where)
    return result
  }
  const [told = isObject(value) ? {} : undefined] = listOf(canonicalValue(attribute, value, where, notes))
  if (!isObject(told)) throw invalidValue(`${where}.value: an object is due`)
  // A replace of an element replaces it (RFC 7644, 3.5.2.3); what the path says of it still holds.
  const kept = step.op === 'replace' && filter !== null ? (describedBy(filter, attribute, notes) ?? {}) : element
  return { ...kept, ...told }
}

/** Of an element, what is immutable stays as it was first told; another element may take its place. */
function requireFirstValue(
  { name, mutability: kind }: Attribute,
  before: unknown,
  after: unknown,
  where: string,
): void {
  if (kind !== 'immutable' || before === undefined || canonicalJson(before) === canonicalJson(after)) return
  throw mutability(`${where}: "${name}" is immutable; remove the element and add another`)
}

/** Whoever has just been made primary is the only one (RFC 7643, 2.4). */
function primaryLast(list: readonly unknown[], fresh: readonly unknown[]): unknown[] {
  const primary = fresh.findLast((item) => isObject(item) && item.primary === true)
  if (primary === undefined) return [...list]
  return list.map((item) =>
    item !== primary && isObject(item) && item.primary === true ? { ...item, primary: false } : item,
  )
}

/** Elements are named by their value alone (a stale display names them too), or, where they have none, by all they say. */
function nameOf(item: unknown): string {
  return isObject(item) && item.value !== undefined ? JSON.stringify(item.value) : elementKey(item)
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function setOrDelete(target: Resource, key: string, value: unknown): void {
  if (isEmpty(value)) delete target[key]
  else target[key] = value
}
