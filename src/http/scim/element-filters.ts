import { nameKey } from '../../domain/directory-user.ts'
import type { Filter } from '../../domain/filter.ts'

/** Whether an element of a list satisfies a filter. Texts compare without letter case unless the schema says otherwise. */
export function elementMatches(element: Readonly<Record<string, unknown>>, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.nodes.every((node) => elementMatches(element, node))
    case 'or':
      return filter.nodes.some((node) => elementMatches(element, node))
    case 'not':
      return !elementMatches(element, filter.node)
    case 'constant':
      return filter.holds
    case 'present':
      return !isAbsent(element[filter.attribute.path]) && element[filter.attribute.path] !== ''
    case 'element':
      return false
    case 'compare':
      return compares(element[filter.attribute.path], filter)
  }
}

function compares(actual: unknown, { attribute, operator, value }: Extract<Filter, { kind: 'compare' }>): boolean {
  if (isAbsent(actual))
    return operator === 'eq'
      ? value === null || value === false
      : operator === 'ne' && value !== null && value !== false
  if (value === null) return operator === 'ne'
  const fold = (text: unknown): string => (attribute.caseExact ? String(text) : nameKey(String(text)))
  const [left, right] =
    typeof actual === 'number' && typeof value === 'number' ? [actual, value] : [fold(actual), fold(value)]
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
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
  }
}

/** An empty text is a value, which is compared; it is only not `present` (RFC 7644, 3.4.2.2). */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}
