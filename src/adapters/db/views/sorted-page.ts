import type { Knex } from 'knex'
import { isDescending } from '../../../application/list-orders.ts'
import { noPlace, placeIn, placeText, type ListPlace } from '../../../application/list-place.ts'
import type { Slice } from '../../../application/views.ts'
import type { Session } from '../session.ts'

/** What a list is sorted by: a column of texts that are folded, of numbers, or (null) the ids alone, which grow with time. */
type Column = { readonly column: string; readonly type: 'text' | 'number'; readonly nullable?: true } | null
export type Order = { readonly id: string; readonly columns: Readonly<Record<string, Column>> }
type Asked = { readonly sort: string; readonly limit: number; readonly after: string | undefined }

/**
 * A page in a total order, found by where it begins and never by counting rows. Equal values go by their ids; what has no
 * value comes last, and first in the order from the other end. Texts go by code point, on whatever collation.
 */
export async function sortedPage<Row extends { id: string }>(
  session: Session,
  select: Knex.QueryBuilder,
  order: Order,
  { sort, limit, after }: Asked,
): Promise<Slice<Row>> {
  const descending = isDescending(sort)
  const column = columnOf(order, descending ? sort.slice(1) : sort)
  const place = after === undefined ? null : fitting(column, placeIn(after, sort))
  const terms = termsOf(session, order, column)
  const direction = descending ? 'desc' : 'asc'
  if (place !== null) void select.whereRaw(...behind(terms, place, descending))
  const nulls = terms.nullable ? ` nulls ${descending ? 'first' : 'last'}` : ''
  const by = terms.value === null ? '' : `${terms.value} ${direction}${nulls}, `
  if (column !== null) void select.select(session.db.raw('?? as sorted_by', [column.column]))
  const query = select.orderByRaw(`${by}${order.id} ${direction}`).limit(limit + 1)
  const rows = await session.rows<Row & { sorted_by?: ListPlace['value'] }>(query)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items, next: more ? placeText(sort, { value: last.sorted_by ?? null, id: last.id }) : null }
}

function columnOf({ columns }: Order, field: string): Column {
  const column = columns[field]
  if (column !== undefined) return column
  throw new Error(`this list is not sorted by "${field}"`)
}

/** A place is made by a page; one that somebody made up need not fit the column. */
function fitting(column: Column, place: ListPlace): ListPlace {
  const { value } = place
  const fits = column === null ? value === null : value === null ? column.nullable === true : isOf(column.type, value)
  if (!fits) throw noPlace()
  return place
}

function isOf(type: 'text' | 'number', value: string | number): boolean {
  return typeof value === (type === 'text' ? 'string' : 'number')
}

type Terms = { readonly value: string | null; readonly id: string; readonly nullable: boolean }

function termsOf({ dialect }: Session, { id }: Order, column: Column): Terms {
  if (column === null) return { id, value: null, nullable: false }
  const collated = dialect.name === 'postgres' && column.type === 'text'
  const value = collated ? `${column.column} collate "C"` : column.column
  return { id, value, nullable: column.nullable === true }
}

/** One comparison of rows where that is possible: an index answers it. */
function behind({ value, id, nullable }: Terms, place: ListPlace, descending: boolean): [string, (string | number)[]] {
  const sign = descending ? '<' : '>'
  if (value === null) return [`${id} ${sign} ?`, [place.id]]
  if (place.value === null) {
    const same = `(${value} is null and ${id} ${sign} ?)`
    return [descending ? `(${same} or ${value} is not null)` : same, [place.id]]
  }
  const row = `(${value}, ${id}) ${sign} (?, ?)`
  return [nullable && !descending ? `(${row} or ${value} is null)` : row, [place.value, place.id]]
}

/** Whether a text is part of a column. */
export function contains({ db, dialect }: Session, column: string, part: string): Knex.Raw {
  return db.raw(`${dialect.name === 'sqlite' ? 'instr' : 'strpos'}(${column}, ?) > 0`, [part])
}

/** Whether a list of texts, kept as JSON, has one. */
export function lists(session: Session, column: string, text: string): Knex.Raw {
  return contains(session, column, JSON.stringify(text))
}
