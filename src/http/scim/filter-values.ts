import type { AttributeRef, ComparisonOperator, Filter, FilterValue } from '../../domain/filter.ts'
import { instantOf } from './date-time.ts'
import { invalidFilter } from './scim-error.ts'

const ordering: readonly ComparisonOperator[] = ['gt', 'ge', 'lt', 'le']
const parts: readonly ComparisonOperator[] = ['co', 'sw', 'ew']

/** A comparison whose operator fits the attribute, its value in the attribute's own type (RFC 7644, 3.4.2.2). */
export function checkedComparison(attribute: AttributeRef, operator: ComparisonOperator, value: FilterValue): Filter {
  const unfit = invalidFilter(`filter: ${operator} does not fit ${attribute.path}, which is of type ${attribute.type}`)
  if (value === null && operator !== 'eq' && operator !== 'ne') throw unfit
  const { type } = attribute
  const noOrder = type === 'boolean' || type === 'binary'
  const noParts = type === 'boolean' || type === 'integer' || type === 'decimal' || type === 'dateTime'
  if ((noOrder && ordering.includes(operator)) || (noParts && parts.includes(operator))) throw unfit
  return { kind: 'compare', attribute, operator, value: value === null ? null : typedValue(attribute, value) }
}

function typedValue({ type, path }: AttributeRef, value: string | number | boolean): string | number | boolean {
  switch (type) {
    case 'boolean':
      if (/^(true|false)$/i.test(String(value))) return /^true$/i.test(String(value))
      throw invalidFilter(`filter: ${path} is true or false, not "${value}"`)
    case 'integer':
    case 'decimal': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number === 'number' && Number.isFinite(number)) return number
      throw invalidFilter(`filter: ${path} is a number, not "${value}"`)
    }
    case 'dateTime': {
      const instant = instantOf(String(value))
      if (instant !== null) return instant
      throw invalidFilter(`filter: ${path} is compared with a date-time, for example "2026-01-31T08:00:00Z"`)
    }
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return String(value)
  }
}
