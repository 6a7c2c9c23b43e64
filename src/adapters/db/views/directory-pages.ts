import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { DirectoryQuery, MixedItem, MixedQuery, Page, Place } from '../../../application/views.ts'
import { filterSql, sortSql, type Searchable } from '../filter-sql.ts'
import { fromGroupRow, fromUserRow, type GroupRow, type UserRow } from '../rows.ts'
import type { Session } from '../session.ts'
import { searchableGroups, searchableUsers } from './directory-search.ts'

export type Kind = {
  readonly name: 'User' | 'Group'
  readonly table: string
  readonly searchable: Searchable
}
export const users: Kind = { name: 'User', table: 'directory_users', searchable: searchableUsers }
export const groups: Kind = { name: 'Group', table: 'directory_groups', searchable: searchableGroups }

type Selection = Pick<DirectoryQuery, 'filter' | 'sort'>
type Placed = { readonly id: string; readonly sort_value?: string | number | null }

/** The live rows `t` of one connection, and nothing of another's. */
export function live({ db }: Session, { table }: Pick<Kind, 'table'>, connectionId: string): Knex.QueryBuilder {
  return db(`${table} as t`).where({ 't.connection_id': connectionId, 't.removed_at': null })
}

/** A page of one type in a total order, with the true total. */
export async function pageOf<Row extends Placed & { attributes: string }, T>(
  session: Session,
  kind: Kind,
  connectionId: string,
  query: DirectoryQuery,
  fromRow: (row: Row) => T,
): Promise<Page<T>> {
  const { db, dialect } = session
  const selected = matching(session, kind, connectionId, query)
  const sort = query.sort && sortSql(db, dialect.name, kind.searchable, query.sort)
  const rows = await readPage<Row>(
    session,
    selected.clone().select('t.*'),
    { ...query, descending: query.sort?.descending === true },
    sort,
  )
  const total = await countAll(query, rows.length, () => counted(session, kind, connectionId, query, selected))
  const { items, next } = cut(rows, query, sort !== null)
  return { total, items: await mapped(items, fromRow), next }
}

/** A page over users, groups and what is listed beside them: where they stand comes from one query, the rows from one for each type. */
export async function mixedPage(session: Session, connectionId: string, query: MixedQuery): Promise<Page<MixedItem>> {
  const { db } = session
  const parts = [
    part(session, users, connectionId, query.users),
    part(session, groups, connectionId, query.groups),
    listedPart(session, query.listed),
  ]
  const both = db.from(db.unionAll(parts.flatMap((each) => each?.select ?? [])).as('t'))
  const isListedSorted = query.listed.some(({ value }) => value !== null)
  const hasSort = query.users?.sort != null || query.groups?.sort != null || isListedSorted
  const sort = hasSort ? db.raw('t.sorted_by') : null
  const none = parts.every((each) => each === null)
  const rows = none ? [] : await readPage<Placed>(session, both.select('t.id'), query, sort)
  const total = none
    ? 0
    : await countAll(query, rows.length, async () => {
        const counts = await Promise.all(parts.map((each) => each?.count() ?? Promise.resolve(0)))
        return counts.reduce((sum, each) => sum + each, 0)
      })
  const { items, next } = cut(rows, query, sort !== null)
  return {
    items: await itemsOf(
      session,
      items.map(({ id }) => id),
      query.listed,
    ),
    next,
    total,
  }
}

function part(session: Session, kind: Kind, connectionId: string, query: Selection | null) {
  if (query === null) return null
  const { db, dialect } = session
  const selected = matching(session, kind, connectionId, query)
  const sort = query.sort === null ? db.raw('null') : sortSql(db, dialect.name, kind.searchable, query.sort)
  return {
    select: selected.clone().select({ id: 't.id', sorted_by: sort }),
    count: () => counted(session, kind, connectionId, query, selected),
  }
}

/** What is in no table, as rows of this one statement. */
function listedPart({ db, dialect }: Session, listed: MixedQuery['listed']) {
  if (listed.length === 0) return null
  const isNumber = listed.some(({ value }) => typeof value === 'number')
  const columns = { id: 'text', sorted_by: isNumber ? 'bigint' : 'text' } as const
  const rows = listed.map(({ id, value }) => ({ id, sorted_by: value }))
  const isSorted = listed.some(({ value }) => value !== null)
  return {
    select: db
      .from(dialect.recordset('told', columns, rows))
      .select({ id: 'told.id', sorted_by: db.raw(isSorted ? 'told.sorted_by' : 'null') }),
    count: () => Promise.resolve(listed.length),
  }
}

async function itemsOf(session: Session, ids: readonly string[], listed: MixedQuery['listed']): Promise<MixedItem[]> {
  const { db, dialect } = session
  const found = new Map<string, MixedItem>()
  const read = <Row>({ table }: Kind) => session.rows<Row>(db(table).where(dialect.among('id', ids)))
  const foundUsers = await mapped(await read<UserRow>(users), fromUserRow)
  for (const user of foundUsers) found.set(user.id, { kind: 'User', user })
  for (const row of await read<GroupRow>(groups)) found.set(row.id, { kind: 'Group', group: fromGroupRow(row) })
  for (const { id } of listed) found.set(id, { kind: 'Listed', id })
  return ids.flatMap((id) => found.get(id) ?? [])
}

function matching(session: Session, kind: Kind, connectionId: string, { filter }: Selection): Knex.QueryBuilder {
  const query = live(session, kind, connectionId)
  if (filter === null) return query
  return query.andWhere(filterSql(session, kind.searchable, connectionId, filter))
}

/** One row more than asked tells whether others follow. Nobody's values come last, or first in descending order. */
async function readPage<Row>(
  session: Session,
  selected: Knex.QueryBuilder,
  { descending, limit, offset, after }: Pick<DirectoryQuery, 'limit' | 'offset' | 'after'> & { descending: boolean },
  sort: Knex.Raw | null,
): Promise<Row[]> {
  if (limit === 0) return []
  const { db } = session
  if (sort !== null) {
    const direction = descending ? 'desc' : 'asc'
    void selected.select({ sort_value: sort })
    void selected.orderByRaw(`(? is null) ${direction}, ? ${direction}`, [sort, sort])
  }
  if (after !== null) void selected.andWhere(behind(db, sort, after, descending))
  return session.rows<Row>(
    selected
      .orderBy('t.id')
      .offset(offset)
      .limit(limit + 1),
  )
}

function behind(db: Knex, sort: Knex.Raw | null, { value, id }: Place, descending: boolean): Knex.Raw {
  if (sort === null) return db.raw('t.id > ?', [id])
  if (value === null) {
    const same = db.raw('(? is null and t.id > ?)', [sort, id])
    return descending ? db.raw('(? or ? is not null)', [same, sort]) : same
  }
  const same = db.raw('(? = ? and t.id > ?)', [sort, value, id])
  return descending
    ? db.raw('(? < ? or ?)', [sort, value, same])
    : db.raw('(? > ? or ? or ? is null)', [sort, value, same, sort])
}

/** How many characters of stored resources are parsed before others get their turn. */
const slice = 512 * 1024

async function mapped<Row extends { attributes: string }, T>(
  rows: readonly Row[],
  fromRow: (row: Row) => T,
): Promise<T[]> {
  const items: T[] = []
  let size = 0
  for (const row of rows) {
    items.push(fromRow(row))
    size += row.attributes.length
    if (size < slice) continue
    size = 0
    await othersTurn()
  }
  return items
}

function cut<Row extends Placed>(
  rows: readonly Row[],
  { limit }: Pick<DirectoryQuery, 'limit'>,
  isSorted: boolean,
): Omit<Page<Row>, 'total'> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: kept,
    next: more ? { value: isSorted ? (last.sort_value ?? null) : null, id: last.id } : null,
  }
}

/** Counting is saved where the page itself tells. */
async function countAll(
  { limit, offset, after }: Pick<DirectoryQuery, 'limit' | 'offset' | 'after'>,
  found: number,
  count: () => Promise<number>,
): Promise<number> {
  const isAll = after === null && limit > 0 && found <= limit && (found > 0 || offset === 0)
  return isAll ? offset + found : count()
}

/** How many match; of a whole connection that is kept, and not counted. */
async function counted(
  session: Session,
  { name }: Kind,
  connectionId: string,
  { filter }: Selection,
  selected: Knex.QueryBuilder,
): Promise<number> {
  const kept = session.db('directory_counts').where({ connection_id: connectionId, kind: name }).sum({ total: 'live' })
  const query = filter === null ? kept : selected.clone().count({ total: '*' })
  const [row] = await session.rows<{ total: number | string | null }>(query)
  return Number(row?.total ?? 0)
}
