import type { Knex } from 'knex'
import { uniqueKey } from '../../domain/extension-values.ts'
import type { Filter } from '../../domain/filter.ts'

/**
 * Whose elements satisfy a condition, found from the elements' side: by what is compared for equality. Neither database can
 * be trusted to turn an `exists` around, and SQLite never does.
 */
export type Owners = {
  /** The sub-attribute that an index finds elements by. */
  readonly by: string
  readonly having: (db: Knex, connectionId: string, those: Knex.Raw) => Knex.Raw
}
export type Comparison = Extract<Filter, { kind: 'compare' }>

/** Whether a condition on an element asks for one value of the sub-attribute that elements are found by. */
export function asksForOne(node: Filter, by: string): boolean {
  if (node.kind === 'and') return node.nodes.some((each) => asksForOne(each, by))
  return node.kind === 'compare' && node.operator === 'eq' && node.value !== null && node.attribute.path === by
}

/** Who has a value that is unique on the connection, from the rows that keep it so; null for any other question. */
export function holderOf(db: Knex, connectionId: string, { attribute, operator, value }: Comparison): Knex.Raw | null {
  if (attribute.unique !== true || operator !== 'eq' || (typeof value !== 'string' && typeof value !== 'number'))
    return null
  return db.raw(
    `(t.id in (
      select u.resource_id from directory_unique_values u
      where u.connection_id = ? and u.attribute = ? and u.value_key = ?
    ))`,
    [connectionId, attribute.path, uniqueKey(value, attribute.caseExact)],
  )
}
