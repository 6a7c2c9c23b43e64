import type { Knex } from 'knex'
import { AppError } from '../../domain/errors.ts'
import { nameKey } from '../../domain/directory-user.ts'
import type { ComparisonOperator, Filter } from '../../domain/filter.ts'

/** How an attribute is stored: in a column of the row, or as rows that a subselect looks at. */
export type Column = { readonly sql: string; readonly type: 'exact' | 'folded' | 'boolean' | 'instant' }
export type Elements = { readonly from: string; readonly columns: Readonly<Record<string, Column>> }
export type Searchable = {
  readonly columns: Readonly<Record<string, Column>>
  readonly elements: Readonly<Record<string, Elements>>
}

type Comparison = Extract<Filter, { kind: 'compare' }>

/** Compiles a filter to parameterised SQL over an allow-list of attributes; anything else is refused, never scanned. */
export function filterSql(db: Knex, searchable: Searchable, filter: Filter): Knex.Raw {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.nodes.map((node) => filterSql(db, searchable, node))
      return db.raw(`(${parts.map(() => '?').join(` ${filter.kind} `)})`, parts)
    }
    case 'not':
      // What is not known is not so either: an absent attribute satisfies `not (title eq "x")`.
      return db.raw('(? is not true)', [filterSql(db, searchable, filter.node)])
    case 'present':
      return presence(db, searchable, filter.attribute)
    case 'element':
      return within(db, searchable, filter.attribute, filter.node)
    case 'compare':
      return comparison(db, searchable, filter)
  }
}

function comparison(db: Knex, searchable: Searchable, filter: Comparison): Knex.Raw {
  const column = own(searchable.columns, filter.attribute)
  if (column !== undefined) return compare(db, column, filter)
  const [list, ...rest] = filter.attribute.split('.')
  if (list === undefined || own(searchable.elements, list) === undefined) throw unsupported(filter.attribute)
  return within(db, searchable, list, { ...filter, attribute: rest.length === 0 ? 'value' : rest.join('.') })
}

function within(db: Knex, searchable: Searchable, list: string, node: Filter): Knex.Raw {
  const elements = own(searchable.elements, list)
  if (elements === undefined) throw unsupported(list)
  return db.raw(`exists (${elements.from} and ?)`, [filterSql(db, { columns: elements.columns, elements: {} }, node)])
}

function presence(db: Knex, searchable: Searchable, attribute: string): Knex.Raw {
  const column = own(searchable.columns, attribute)
  if (column !== undefined) return db.raw(`(${column.sql} is not null and cast(${column.sql} as text) <> '')`)
  const elements = own(searchable.elements, attribute)
  if (elements === undefined) throw unsupported(attribute)
  return db.raw(`exists (${elements.from})`)
}

const signs: Partial<Record<ComparisonOperator, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' }

function compare(db: Knex, column: Column, { operator, value, attribute }: Comparison): Knex.Raw {
  if (value === null) return nullComparison(db, column, operator, attribute)
  const bound = toColumnValue(column, value, attribute)
  const sign = signs[operator]
  if (column.type === 'boolean' && operator !== 'eq' && operator !== 'ne') throw unfit(attribute, operator)
  if (operator === 'ne') return db.raw(`(${column.sql} <> ? or ${column.sql} is null)`, [bound])
  if (sign !== undefined) return db.raw(`${column.sql} ${sign} ?`, [bound])
  if (typeof bound !== 'string') throw unfit(attribute, operator)
  return db.raw(`${column.sql} like ? escape '!'`, [likePattern(operator, bound)])
}

function nullComparison(db: Knex, column: Column, operator: ComparisonOperator, attribute: string): Knex.Raw {
  if (operator === 'eq') return db.raw(`${column.sql} is null`)
  if (operator === 'ne') return db.raw(`${column.sql} is not null`)
  throw unfit(attribute, operator)
}

function toColumnValue(column: Column, value: string | number | boolean, attribute: string): string | number {
  switch (column.type) {
    case 'boolean':
      if (/^(true|false)$/i.test(String(value))) return /^true$/i.test(String(value)) ? 1 : 0
      throw new AppError('invalid_input', `filter: ${attribute} is true or false, not "${value}"`)
    case 'instant': {
      const instant = Date.parse(String(value))
      if (Number.isNaN(instant))
        throw new AppError(
          'invalid_input',
          `filter: ${attribute} is compared with a date-time, for example "2026-01-31T08:00:00Z"`,
        )
      return instant
    }
    case 'folded':
      return nameKey(String(value))
    case 'exact':
      return String(value)
  }
}

function likePattern(operator: ComparisonOperator, value: string): string {
  const escaped = value.replaceAll(/[!%_]/g, '!$&')
  return `${operator === 'sw' ? '' : '%'}${escaped}${operator === 'ew' ? '' : '%'}`
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function unsupported(attribute: string): AppError {
  return new AppError('invalid_input', `filter: searching by ${attribute} is not supported`)
}

function unfit(attribute: string, operator: ComparisonOperator): AppError {
  return new AppError('invalid_input', `filter: ${operator} does not fit ${attribute}`)
}
