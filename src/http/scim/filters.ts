import type { AttributeRef, Filter, Sort } from '../../domain/filter.ts'
import { findTarget, refInElement, refOf, refToElement, type Target } from './attribute-path.ts'
import { checkedComparison } from './filter-values.ts'
import { parseFilter, type FilterNames } from './filter-parser.ts'
import { invalidFilter, invalidPath } from './scim-error.ts'
import type { Attribute, ResourceSchema } from './schemas.ts'

export function parseResourceFilter(schema: ResourceSchema, text: string): Filter {
  return parseFilter(text, namesOf(schema, null))
}

/** What a type among several lacks: the names are noted, and `kinds` tell what else they could be. */
export type Lacking = { readonly names: Set<string>; readonly kinds: readonly ResourceSchema[] }

/** A filter over resources of several types: what a type lacks has no value there (RFC 7644, 3.4.2.1), and is noted. */
export function parseSharedFilter(schema: ResourceSchema, text: string, lacking: Lacking): Filter {
  return parseFilter(text, namesOf(schema, lacking))
}

/** Parses what stands in the brackets of a PATCH path: a filter on one element of a list. */
export function parseElementFilter(attribute: Attribute, text: string): Filter {
  return parseFilter(text, elementNames(attribute, 'path'))
}

/** The order that `sortBy` asks for (RFC 7644, 3.4.2.3). */
export function parseSort(schema: ResourceSchema, sortBy: string, descending: boolean): Sort | null {
  const target = findTarget(schema, sortBy)
  if (target === null) return null
  const { attribute } = target
  if (isHidden(target)) throw invalidPath(`sortBy: nobody may order by "${sortBy}"`)
  if (attribute.multiValued) {
    const inner = inElement(target)
    if (inner === null) throw invalidPath(`sortBy: ${nameOneOf(attribute)}`)
    return { attribute: inner, list: refOf({ ...target, sub: null }), descending }
  }
  const simple = withValue(target)
  if (simple === null) throw invalidPath(`sortBy: ${nameOneOf(attribute)}`)
  return { attribute: refOf(simple), list: null, descending }
}

/** Names in a filter on a resource: outside brackets whole paths, inside them the list's own sub-attributes. */
function namesOf(schema: ResourceSchema, lacking: Lacking | null): FilterNames {
  const find = (text: string): Target | null => {
    const target = findTarget(schema, text)
    if (target !== null && !isHidden(target)) return target
    if (target !== null) throw invalidFilter(`filter: nobody may search by "${text}"`)
    if (lacking === null) throw invalidFilter(`filter: ${schema.name} has no attribute "${text}"`)
    lacking.names.add(text)
    return null
  }
  return {
    require: (name) => void find(name),
    compare(name, operator, value) {
      const target = find(name)
      if (target === null) return ofNoValue(lacking?.kinds ?? [], name, { operator, value })
      if (isCommon(target, ['schemas'])) return ofSchemas(schema, { operator, value })
      return inList(target, (attribute) => checkedComparison(attribute, operator, value))
    },
    present(name) {
      const target = find(name)
      if (target === null) return nothing
      // `schemas`, `id` and `meta` are in every resource (RFC 7643, 3.1).
      if (isCommon(target, ['schemas', 'id', 'meta'])) return { kind: 'constant', holds: true }
      if (target.sub === null) return { kind: 'present', attribute: refOf(target) }
      return inList(target, (attribute) => ({ kind: 'present', attribute }))
    },
    element(name, inner) {
      const target = find(name)
      if (target === null) return (inner(noNames), nothing)
      const { attribute, sub } = target
      if (sub !== null || (!attribute.multiValued && attribute.type !== 'complex'))
        throw invalidFilter(`filter: "${name}" is no list; leave the brackets out`)
      if (!attribute.multiValued) return inner(within(schema, target))
      return { kind: 'element', attribute: refOf(target), node: inner(elementNames(attribute, 'filter')) }
    },
  }
}

/** What nobody is shown is not searched by either, or the search would show it. */
function isHidden({ attribute, sub }: Target): boolean {
  return attribute.returned === 'never' || sub?.returned === 'never'
}

function isCommon({ extension, attribute }: Target, names: readonly string[]): boolean {
  return extension === null && names.includes(attribute.name)
}

/** What holds of an attribute without a value; of a list without elements nothing does. */
function ofNoValue(kinds: readonly ResourceSchema[], name: string, { operator, value }: Comparison): Filter {
  const isList = kinds.some((kind) => findTarget(kind, name)?.attribute.multiValued === true)
  return { kind: 'constant', holds: value === null ? operator === 'eq' : operator === 'ne' && !isList }
}

const nothing: Filter = { kind: 'constant', holds: false }

/** Inside the brackets of an attribute that a type lacks, whatever is named has no value. */
const noNames: FilterNames = {
  require: () => undefined,
  compare: () => nothing,
  present: () => nothing,
  element: () => nothing,
}

/** Brackets on a complex attribute that is no list: its sub-attributes, as with a dot. */
function within(schema: ResourceSchema, { extension, attribute }: Target): FilterNames {
  const names = namesOf(schema, null)
  const whole = (name: string): string => `${extension === null ? '' : `${extension}:`}${attribute.name}.${name}`
  return {
    require: (name) => names.require(whole(name)),
    compare: (name, operator, value) => names.compare(whole(name), operator, value),
    present: (name) => names.present(whole(name)),
    element: (name, inner) => names.element(whole(name), inner),
  }
}

function elementNames(attribute: Attribute, where: string): FilterNames {
  return {
    require: (name) => void elementAttribute(attribute, name, where),
    compare: (name, operator, value) => checkedComparison(elementAttribute(attribute, name, where), operator, value),
    present: (name) => ({ kind: 'present', attribute: elementAttribute(attribute, name, where) }),
    element: () => {
      throw invalidFilter(`${where}: brackets inside brackets`)
    },
  }
}

function elementAttribute(attribute: Attribute, name: string, where: string): AttributeRef {
  const sub = attribute.subAttributes?.get(name.toLowerCase())
  if (sub?.returned === 'never' && where === 'filter') throw invalidFilter(`filter: nobody may search by "${name}"`)
  if (sub !== undefined) return refInElement(sub)
  if (attribute.subAttributes === null && name.toLowerCase() === 'value') return refToElement(attribute)
  throw invalidFilter(`${where}: ${attribute.name} has no sub-attribute "${name}"`)
}

/** Of a list any element counts. A complex attribute named whole stands for its `value`, as IdPs and the RFC itself write. */
function inList(target: Target, node: (attribute: AttributeRef) => Filter): Filter {
  const { attribute } = target
  if (!attribute.multiValued) {
    const simple = withValue(target)
    if (simple === null) throw invalidFilter(`filter: ${nameOneOf(attribute)}`)
    return node(refOf(simple))
  }
  const inner = inElement(target)
  if (inner === null) throw invalidFilter(`filter: ${nameOneOf(attribute)}`)
  return { kind: 'element', attribute: refOf({ ...target, sub: null }), node: node(inner) }
}

/** What is looked at in each element of a list; null where it is complex and none of its parts stands for it. */
function inElement({ attribute, sub }: Target): AttributeRef | null {
  if (attribute.subAttributes === null) return refToElement(attribute)
  const named = sub ?? attribute.subAttributes.get('value')
  return named === undefined ? null : refInElement(named)
}

function nameOneOf({ name, subAttributes }: Attribute): string {
  const parts = [...(subAttributes?.values() ?? [])].map((sub) => `${name}.${sub.name}`)
  return `"${name}" has no value of its own; name one of ${parts.join(', ')}`
}

function withValue(target: Target): Target | null {
  const { attribute, sub } = target
  if (sub !== null || attribute.type !== 'complex') return target
  const value = attribute.subAttributes?.get('value')
  return value === undefined ? null : { ...target, sub: value }
}

type Comparison = Pick<Extract<Filter, { kind: 'compare' }>, 'operator' | 'value'>

/** Which schemas a resource has follows from what it holds: the core one, and each extension that it has something of. */
function ofSchemas(schema: ResourceSchema, comparison: Comparison): Filter {
  const extensions = [...schema.extensions.values()].filter(({ id }) => matchesText(id, comparison))
  const present = extensions.map(({ id }): Filter => {
    const whole = { path: id, steps: [id], type: 'complex', caseExact: false, multiValued: false } as const
    return { kind: 'present', attribute: whole }
  })
  return { kind: 'or', nodes: [{ kind: 'constant', holds: matchesText(schema.id, comparison) }, ...present] }
}

function matchesText(text: string, { operator, value }: Comparison): boolean {
  const [left, right] = [text.toLowerCase(), String(value).toLowerCase()]
  if (operator === 'eq') return left === right
  if (operator === 'ne') return left !== right
  if (operator === 'co') return left.includes(right)
  if (operator === 'sw') return left.startsWith(right)
  if (operator === 'ew') return left.endsWith(right)
  throw invalidFilter(`filter: ${operator} does not fit schemas`)
}
