import type { Filter } from '../../domain/filter.ts'
import { findTarget, pathOf } from './attribute-path.ts'
import { parseFilter, type ResolveAttribute } from './filter-parser.ts'
import { invalidFilter } from './scim-error.ts'
import type { Attribute, ResourceSchema } from './schemas.ts'

/** Names in a filter on a resource: outside brackets whole paths, inside them the list's own sub-attributes. */
export function attributesOf(schema: ResourceSchema): ResolveAttribute {
  return (text, list) => {
    const target = findTarget(schema, list === null ? text : `${list}.${text}`)
    if (target === null)
      throw invalidFilter(`filter: ${schema.name} has no attribute "${list === null ? text : `${list}.${text}`}"`)
    return list === null ? pathOf(target) : (target.sub?.name ?? text)
  }
}

export function parseResourceFilter(schema: ResourceSchema, text: string): Filter {
  return parseFilter(text, attributesOf(schema))
}

/** Parses what stands in the brackets of a PATCH path: a filter on one element of a list. */
export function parseElementFilter(attribute: Attribute, text: string): Filter {
  return parseFilter(text, (name) => {
    const sub = attribute.subAttributes?.get(name.toLowerCase())
    if (sub === undefined) throw invalidFilter(`path: ${attribute.name} has no sub-attribute "${name}"`)
    return sub.name
  })
}

/** Whether an element of a list satisfies a filter. Texts compare without letter case, as the schemas have it. */
export function elementMatches(element: Readonly<Record<string, unknown>>, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.nodes.every((node) => elementMatches(element, node))
    case 'or':
      return filter.nodes.some((node) => elementMatches(element, node))
    case 'not':
      return !elementMatches(element, filter.node)
    case 'present':
      return !isUnset(element[filter.attribute])
    case 'element':
      return false
    case 'compare':
      return compares(element[filter.attribute], filter.operator, filter.value)
  }
}

type Comparison = Extract<Filter, { kind: 'compare' }>

function compares(actual: unknown, operator: Comparison['operator'], wanted: Comparison['value']): boolean {
  if (isUnset(actual))
    return operator === 'eq' ? wanted === null || wanted === false : operator === 'ne' && wanted !== null
  const [left, right] = [fold(actual), fold(wanted)]
  switch (operator) {
    case 'eq':
      return left === right
    case 'ne':
      return left !== right
    case 'co':
      return left.includes(right)
    case 'sw':
      return left.startsWith(right)
    case 'ew':
      return left.endsWith(right)
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
  }
}

/** Booleans and texts alike: Entra asks for `primary eq "True"`. */
function fold(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : String(value)
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
