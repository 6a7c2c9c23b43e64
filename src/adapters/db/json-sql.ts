import type { Knex } from 'knex'
import type { AttributeRef } from '../../domain/filter.ts'
import type { DialectName } from './session.ts'

/**
 * How an attribute of a stored resource is reached in SQL. Each row keeps its resource twice: `attributes` as told and
 * `search` with its texts folded, so that both databases compare without letter case alike, and by Unicode.
 */
export type JsonSql = {
  /** The value of an attribute of the row: text, number, or 0 and 1. */
  value(attribute: AttributeRef): Knex.Raw
  /** `exists (… and node)`: an element of the list that satisfies what `node` makes of it. */
  some(list: AttributeRef, node: (element: JsonSql) => Knex.Raw): Knex.Raw
  /** One value of a list's primary, else first element. */
  first(list: AttributeRef, attribute: AttributeRef): Knex.Raw
}

/**
 * Ends each subquery of an `exists`. SQLite makes a join of one that has no limit, and the offset of a page then skips rows
 * before they are looked at (seen with 3.52.0).
 */
export const once = 'limit 1'

export function jsonSql(db: Knex, dialect: DialectName): JsonSql {
  return dialect === 'sqlite' ? sqliteRow(db) : postgresRow(db)
}

function documentOf({ type, caseExact }: AttributeRef): string {
  return caseExact || type === 'dateTime' ? 't.attributes' : 't.search'
}

/** Names come from schemas whose names are checked; they are bound all the same. */
function sqlitePath(steps: readonly string[]): string {
  return `$${steps.map((step) => `."${step}"`).join('')}`
}

function sqliteRow(db: Knex): JsonSql {
  return {
    value: (attribute) => db.raw(`json_extract(${documentOf(attribute)}, ?)`, [sqlitePath(attribute.steps)]),
    some: (list, node) =>
      db.raw(`exists (select 1 from json_each(t.search, ?) as e where ? ${once})`, [
        sqlitePath(list.steps),
        node(sqliteElement(db, list)),
      ]),
    first: (list, attribute) =>
      db.raw(
        "(select ? from json_each(t.search, ?) as e order by coalesce(case when e.type = 'object' then json_extract(e.value, '$.primary') end, 0) desc, e.key limit 1)",
        [sqliteElement(db, list).value(attribute), sqlitePath(list.steps)],
      ),
  }
}

function sqliteElement(db: Knex, list: AttributeRef): JsonSql {
  return {
    value(attribute) {
      if (documentOf(attribute) === 't.attributes') {
        const [start, end] = [sqlitePath(list.steps), sqlitePath(attribute.steps).slice(1)]
        return db.raw("json_extract(t.attributes, ? || '[' || e.key || ']' || ?)", [start, end])
      }
      if (attribute.steps.length === 0) return db.raw('e.value')
      return db.raw('json_extract(e.value, ?)', [sqlitePath(attribute.steps)])
    },
    ...noLists,
  }
}

function postgresRow(db: Knex): JsonSql {
  const elements = `jsonb_array_elements(t.search::jsonb #> ?::text[]) with ordinality as e(value, place)`
  return {
    value: (attribute) => typed(db, attribute, `${documentOf(attribute)}::jsonb #> ?::text[]`, [attribute.steps]),
    some: (list, node) =>
      db.raw(`exists (select 1 from ${elements} where ?)`, [array(list.steps), node(postgresElement(db, list))]),
    first: (list, attribute) =>
      db.raw(`(select ? from ${elements} order by coalesce(e.value ->> 'primary', 'false') desc, e.place limit 1)`, [
        postgresElement(db, list).value(attribute),
        array(list.steps),
      ]),
  }
}

function postgresElement(db: Knex, list: AttributeRef): JsonSql {
  return {
    value(attribute) {
      if (documentOf(attribute) === 't.search') return typed(db, attribute, 'e.value #> ?::text[]', [attribute.steps])
      const told = 't.attributes::jsonb #> ?::text[] -> (e.place - 1)::int #> ?::text[]'
      return typed(db, attribute, told, [list.steps, attribute.steps])
    },
    ...noLists,
  }
}

/** An array as one bound value: knex would spread a list over several. */
function array(steps: readonly string[]): string {
  return `{${steps.map((step) => JSON.stringify(step)).join(',')}}`
}

/** PostgreSQL gives texts, which compare by code point here; what is not of its attribute's type is no value at all. */
function typed(db: Knex, { type }: AttributeRef, json: string, steps: readonly (readonly string[])[]): Knex.Raw {
  const bindings = steps.map(array)
  const twice = [...bindings, ...bindings]
  if (type === 'boolean')
    return db.raw(`(case when jsonb_typeof(${json}) = 'boolean' then (${json})::boolean::int end)`, twice)
  if (type === 'integer' || type === 'decimal')
    return db.raw(`(case when jsonb_typeof(${json}) = 'number' then (${json})::float8 end)`, twice)
  return db.raw(`(((${json}) #>> '{}') collate "C")`, bindings)
}

const nested = (): never => {
  throw new Error('a list inside a list is no SCIM attribute')
}
const noLists = { some: nested, first: nested }
