import type { Filter } from '../../domain/filter.ts'
import { canonicalValue, isEmpty, isObject, requireFew, type Resource } from './canonical.ts'
import { changedList, setOrDelete } from './patch-lists.ts'
import { orMisfit } from './misfits.ts'
import type { PatchStep } from './patch-operations.ts'
import { clears, type PatchContext } from './patch-values.ts'
import { invalidValue, mutability } from './scim-error.ts'
import { isManager, type Attribute } from './schemas.ts'

/** The resource after all steps, or an error and nothing: RFC 7644, 3.5.2, wants a PATCH to be atomic. */
export function applyPatch(resource: Resource, steps: readonly PatchStep[], context: PatchContext): Resource {
  const result = structuredClone(resource)
  let cost = 0
  for (const step of steps) {
    const owner = step.extension === null ? result : extensionOf(result, step.extension)
    cost += costOf(owner, step)
    if (cost > mostCost) throw tooMuch(step)
    const former = owner[step.attribute.name]
    const done = orMisfit(context.misfits, step.attribute.custom, null, () => {
      applyStep(owner, step, context)
      return true
    })
    if (done === undefined) setOrDelete(owner, step.attribute.name, former)
    if (step.extension !== null && isEmpty(owner)) delete result[step.extension]
  }
  return result
}

/** Characters of lists looked at, each as often as a path has terms: what a single user's lists never come near. */
const mostCost = 2_000_000

function costOf(owner: Resource, { attribute, filter }: PatchStep): number {
  if (!attribute.multiValued) return 0
  return (JSON.stringify(owner[attribute.name]) ?? '').length * (1 + (filter === null ? 0 : termsOf(filter)))
}

function termsOf(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.nodes.reduce((sum, node) => sum + termsOf(node), 0)
  return filter.kind === 'not' || filter.kind === 'element' ? termsOf(filter.node) : 1
}

function tooMuch({ where }: PatchStep): Error {
  return invalidValue(`${where}: too much to look at in lists of this length; send the operations in parts`)
}

function extensionOf(resource: Resource, urn: string): Resource {
  const known = resource[urn]
  if (isObject(known)) return known
  const fresh: Resource = {}
  resource[urn] = fresh
  return fresh
}

function applyStep(owner: Resource, step: PatchStep, context: PatchContext): void {
  const { attribute, value, sub } = step
  if (step.filter === null && sub === null && clears(step, context.dialect)) return clear(owner, step)
  if (attribute.multiValued)
    return setOrDelete(owner, attribute.name, few(changedList(owner[attribute.name], step, context), step))
  if (sub !== null) return applySub(owner, step, sub, context)
  const told: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (attribute.type === 'complex' && isObject(told) && !isOtherManager(attribute, told))
    return merge(owner, step, told, context)
  setOrDelete(owner, attribute.name, canonicalValue(attribute, value, step.where, context.notes))
}

/** Another manager: where the former one is found, and how he is called, is said of him no more. */
function isOtherManager(attribute: Attribute, told: Resource): boolean {
  return isManager(attribute) && Object.keys(told).some((key) => /^(value|managerId)$/i.test(key))
}

function few(list: unknown[], { attribute, where }: PatchStep): unknown[] {
  requireFew(list, `${where}: "${attribute.name}"`)
  return list
}

function clear(owner: Resource, { attribute, extension, withExtension, where }: PatchStep): void {
  if (attribute.required && withExtension !== true)
    throw mutability(`${where}: "${attribute.name}" is required and cannot be cleared`)
  // Without the flag a user would count as active: nobody is let in again by saying nothing.
  if (attribute.name === 'active' && extension === null)
    throw invalidValue(`${where}: "active" is true or false and cannot be cleared`)
  delete owner[attribute.name]
}

/** A complex value changes the sub-attributes that it names and leaves the others (RFC 7644, 3.5.2.3). */
function merge(owner: Resource, step: PatchStep, told: Resource, context: PatchContext): void {
  for (const [key, value] of Object.entries(told)) {
    const sub = step.attribute.subAttributes?.get(key.toLowerCase())
    if (sub === undefined || sub.mutability === 'readOnly')
      context.notes.push(`${step.where}: dropped ${key.slice(0, 100)}`)
    else applySub(owner, { ...step, sub, value }, sub, context)
  }
}

function applySub(owner: Resource, step: PatchStep, sub: Attribute, context: PatchContext): void {
  const { attribute } = step
  const before = owner[attribute.name]
  const object: Resource = isObject(before) ? { ...before } : {}
  if (clears(step, context.dialect)) delete object[sub.name]
  else setOrDelete(object, sub.name, canonicalValue(sub, step.value, step.where, context.notes))
  const nobody = isManager(attribute) && (object.value ?? '') === ''
  setOrDelete(owner, attribute.name, nobody ? undefined : object)
}
