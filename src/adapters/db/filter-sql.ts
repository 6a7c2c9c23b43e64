import type { Knex } from 'knex'
import { nameKey } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import type { AttributeRef, ComparisonOperator, Filter, FilterValue, Sort } from '../../domain/filter.ts'
import { jsonSql, once, type JsonSql } from './json-sql.ts'
import { asksForOne, holderOf, type Comparison, type Owners } from './lookups.ts'
import type { DialectName, Session } from './session.ts'

/** An attribute that has a column of its own: found by an index, or known to the row alone. */
export type Column = { readonly sql: string; readonly type: 'exact' | 'folded' | 'boolean' | 'instant' }
/** A list whose elements are rows. Sub-attributes that have no column are looked for in the stored resource. */
export type Elements = {
  readonly from: string
  readonly columns: Readonly<Record<string, Column>>
  readonly owners: Owners
}
export type Searchable = {
  readonly columns: Readonly<Record<string, Column>>
  readonly elements: Readonly<Record<string, Elements>>
  /** Lists and attributes that are rows alone: nothing of them is in the stored resource. */
  readonly rowsOnly: ReadonlySet<string>
}

type Value = (attribute: AttributeRef) => { readonly sql: Knex.Raw; readonly type: Column['type'] | 'number' }
type Compiler = {
  readonly db: Knex
  readonly dialect: DialectName
  readonly value: Value
  readonly some: Some
  /** Finds whoever has a value by an index, where there is one. */
  readonly lookup: (comparison: Comparison) => Knex.Raw | null
}
type Some = (list: AttributeRef, node: Filter | null) => Knex.Raw

/**
 * Compiles a filter to parameterised SQL on the row `t` of a connection. What is in no column is looked for in the stored
 * resource.
 */
export function filterSql(session: Tools, searchable: Searchable, connectionId: string, filter: Filter): Knex.Raw {
  const { db } = session
  const dialect = session.dialect.name
  const json = jsonSql(db, dialect)
  const value = valueIn(db, searchable.columns, json, searchable.rowsOnly)
  const tools = { db, dialect, json, connectionId }
  const lookup = (comparison: Comparison): Knex.Raw | null => holderOf(db, connectionId, comparison)
  return compile({ db, dialect, value, lookup, some: (list, node) => some(tools, searchable, list, node) }, filter)
}

type Tools = Pick<Session, 'db' | 'dialect'>

/** Enough of a text to order by, and little enough to be carried in a cursor. */
const sortedCharacters = 200

/** What a list is ordered by; of a text its beginning. */
export function sortSql(db: Knex, dialect: DialectName, searchable: Searchable, sort: Sort): Knex.Raw {
  const json = jsonSql(db, dialect)
  if (sort.list !== null) {
    if (searchable.rowsOnly.has(sort.list.path)) throw unsupported(orderedBy(sort.list))
    return start(db, json.first(sort.list, sort.attribute), jsonType(sort.attribute))
  }
  const value = valueIn(db, searchable.columns, json, searchable.rowsOnly, orderedBy)
  const { sql, type } = value(sort.attribute)
  return start(db, ordered(db, dialect, sql, type), type)
}

const searchedBy = ({ path }: AttributeRef): string => `filter: searching by ${path}`
const orderedBy = ({ path }: AttributeRef): string => `sortBy: ordering by ${path}`

function start(db: Knex, sql: Knex.Raw, type: Column['type'] | 'number'): Knex.Raw {
  return isText(type) ? db.raw(`substr(?, 1, ${sortedCharacters})`, [sql]) : sql
}

function compile(compiler: Compiler, filter: Filter): Knex.Raw {
  const { db } = compiler
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.nodes.map((node) => compile(compiler, node))
      return db.raw(`(${parts.map(() => '?').join(` ${filter.kind} `)})`, parts)
    }
    case 'not':
      // What is not known is not so either: an absent attribute satisfies `not (title eq "x")`.
      return db.raw('((?) is not true)', [compile(compiler, filter.node)])
    case 'constant':
      return db.raw(filter.holds ? '1 = 1' : '1 = 0')
    case 'present':
      return presence(compiler, filter.attribute)
    case 'element':
      return compiler.some(filter.attribute, filter.node)
    case 'compare':
      return compiler.lookup(filter) ?? comparison(compiler, filter)
  }
}

function valueIn(
  db: Knex,
  columns: Readonly<Record<string, Column>>,
  json: JsonSql,
  rowsOnly: ReadonlySet<string>,
  what = searchedBy,
): Value {
  return (attribute) => {
    const column = own(columns, attribute.path)
    if (column !== undefined) return { sql: db.raw(column.sql), type: column.type }
    const [top = ''] = attribute.steps
    if (rowsOnly.has(attribute.path) || rowsOnly.has(top)) throw unsupported(what(attribute))
    return { sql: json.value(attribute), type: jsonType(attribute) }
  }
}

function jsonType({ type, caseExact }: AttributeRef): 'exact' | 'folded' | 'boolean' | 'number' {
  if (type === 'boolean') return 'boolean'
  if (type === 'integer' || type === 'decimal') return 'number'
  return caseExact || type === 'dateTime' ? 'exact' : 'folded'
}

/** Elements that are rows are asked there if the rows know all that is asked of them. */
function some(
  { db, dialect, json, connectionId }: { db: Knex; dialect: DialectName; json: JsonSql; connectionId: string },
  { elements: lists, rowsOnly }: Searchable,
  list: AttributeRef,
  node: Filter | null,
): Knex.Raw {
  const rows = own(lists, list.path)
  const noMore: Some = () => {
    throw unsupported('filter: brackets inside brackets')
  }
  if (rows !== undefined && (node === null || pathsOf(node).every((path) => own(rows.columns, path) !== undefined))) {
    if (node === null) return db.raw(`exists (${rows.from} ${once})`)
    const value: Value = ({ path }) => columnOf(db, rows.columns[path])
    const those = compile({ db, dialect, value, some: noMore, lookup: nowhere }, node)
    if (asksForOne(node, rows.owners.by)) return rows.owners.having(db, connectionId, those)
    return db.raw(`exists (${rows.from} and ? ${once})`, [those])
  }
  const [top = ''] = list.steps
  if (rowsOnly.has(list.path) || rowsOnly.has(top))
    throw unsupported(`filter: searching by ${[list.path, ...(node === null ? [] : pathsOf(node))].join('.')}`)
  return json.some(list, (element) => {
    const value: Value = (attribute) => ({ sql: element.value(attribute), type: jsonType(attribute) })
    return node === null ? db.raw('1 = 1') : compile({ db, dialect, value, some: noMore, lookup: nowhere }, node)
  })
}

const nowhere = (): null => null

function columnOf(db: Knex, column: Column | undefined) {
  if (column === undefined) throw new Error('a column that nobody has')
  return { sql: db.raw(column.sql), type: column.type }
}

function pathsOf(filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.nodes.flatMap(pathsOf)
    case 'not':
      return pathsOf(filter.node)
    case 'constant':
      return []
    case 'present':
      return [whetherThere(filter.attribute)]
    case 'compare':
      return [filter.value === null ? whetherThere(filter.attribute) : filter.attribute.path]
    case 'element':
      return [filter.attribute.path]
  }
}

/** Rows know a flag as set or not, and not whether it was told. */
function whetherThere({ type, path }: AttributeRef): string {
  return type === 'boolean' ? `${path} pr` : path
}

/** Neither null nor empty (RFC 7644, 3.4.2.2). A list without elements and an object without members are not stored. */
function presence({ db, value, some: someOf }: Compiler, attribute: AttributeRef): Knex.Raw {
  if (attribute.multiValued) return someOf(attribute, null)
  const { sql, type } = value(attribute)
  return isText(type) ? db.raw("(? is not null and ? <> '')", [sql, sql]) : db.raw('(? is not null)', [sql])
}

const signs: Partial<Record<ComparisonOperator, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' }

function comparison({ db, dialect, value: valueOf }: Compiler, filter: Comparison): Knex.Raw {
  const { attribute, operator, value } = filter
  const { sql, type } = valueOf(attribute)
  if (value === null) return db.raw(operator === 'eq' ? '(? is null)' : '(? is not null)', [sql])
  const bound = toBound(type, value)
  // RFC 7643, 2.4: where nothing is said of `primary` it is false.
  const left = attribute.path === 'primary' ? db.raw('coalesce(?, 0)', [sql]) : sql
  const sign = signs[operator]
  if (operator === 'ne') return db.raw('(? <> ? or ? is null)', [left, bound, left])
  if (operator === 'eq') return db.raw('(? = ?)', [left, bound])
  if (sign !== undefined) return db.raw(`(? ${sign} ?)`, [ordered(db, dialect, left, type), bound])
  return db.raw("(? like ? escape '!')", [left, likePattern(operator, String(bound))])
}

/** Texts are ordered by code point, on whatever collation the database runs. */
function ordered(db: Knex, dialect: DialectName, sql: Knex.Raw, type: Column['type'] | 'number'): Knex.Raw {
  return dialect === 'postgres' && isText(type) ? db.raw('(? collate "C")', [sql]) : sql
}

function isText(type: Column['type'] | 'number'): boolean {
  return type === 'exact' || type === 'folded'
}

function toBound(type: Column['type'] | 'number', value: Exclude<FilterValue, null>): string | number {
  switch (type) {
    case 'boolean':
      return value === true ? 1 : 0
    case 'instant':
      return Date.parse(String(value))
    case 'number':
      return Number(value)
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

function unsupported(what: string): AppError {
  return new AppError('invalid_input', `${what} is not supported; use another attribute`)
}
