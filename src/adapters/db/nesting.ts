import type { Knex } from 'knex'
import { nestingSight, type Nesting } from '../../domain/nesting.ts'
import type { Session } from './session.ts'

const around = `
with recursive direct (connection_id, id) as (
  select distinct g.connection_id, g.id
  from directory_users u join memberships ms on ms.value = u.id
  join directory_groups g on g.id = ms.group_id and g.connection_id = u.connection_id and g.removed_at is null
  where u.removed_at is null and ?
), nesting (connection_id, inner_id, outer_id, depth) as (
  select direct.connection_id, direct.id, o.id, 1
  from direct join memberships ms on ms.value = direct.id
  join directory_groups o on o.id = ms.group_id and o.connection_id = direct.connection_id and o.removed_at is null
  union
  select nesting.connection_id, nesting.outer_id, o.id, nesting.depth + 1
  from nesting join memberships ms on ms.value = nesting.outer_id
  join directory_groups o on o.id = ms.group_id and o.connection_id = nesting.connection_id and o.removed_at is null
  where nesting.depth < ${nestingSight}
)
select distinct inner_id, outer_id from nesting`

/** Which groups are in which, from those that these members are in outward. Groups that are in none cost a look each. */
export async function readNesting({ db, dialect, rows }: Session, memberIds: readonly string[]): Promise<Nesting> {
  type Row = { inner_id: string; outer_id: string }
  const nesting = new Map<string, string[]>()
  for (const row of await rows<Row>(db.raw(around, [dialect.among('u.member_id', memberIds)]))) {
    const outer = nesting.get(row.inner_id)
    if (outer === undefined) nesting.set(row.inner_id, [row.outer_id])
    else outer.push(row.outer_id)
  }
  return nesting
}

const inside = `
with recursive inside (id) as (
  select g.id from directory_groups g where g.connection_id = ? and g.removed_at is null and ?
  union
  select g.id from inside join memberships ms on ms.group_id = inside.id
  join directory_groups g on g.id = ms.value and g.connection_id = ? and g.removed_at is null
)
select u.member_id from directory_users u where u.connection_id = ? and ?
union
select u.member_id from inside join memberships ms on ms.group_id = inside.id
join directory_users u on u.id = ms.value and u.connection_id = ?`

/** The members behind these values of one connection: its users, and whoever is in its groups, however deep. */
export function membersInside({ db, dialect }: Session, connectionId: string, values: readonly string[]): Knex.Raw {
  const [groups, users] = [dialect.among('g.id', values), dialect.among('u.id', values)]
  return db.raw(inside, [connectionId, groups, connectionId, connectionId, users, connectionId])
}

const named = 'exists (select 1 from directory_groups g where g.connection_id = ? and g.removed_at is null and ?)'
const held = `exists (select 1 from memberships ms join directory_groups g on g.id = ms.value
  and g.connection_id = ? and g.removed_at is null where ms.group_id = ?)`
const holding = `exists (select 1 from memberships ms join directory_groups g on g.id = ms.group_id
  and g.removed_at is null where ms.value = ?)`

type Group = { readonly id: string; readonly connectionId: string }

/**
 * Whether a change of a group's members moves groups too: those of the values, or, with `whole`, any that it holds. What is
 * inside what then stands still until the transaction ends: one who changes it waits for those who move people, so that
 * nobody comes into a group unmarked while it is put into another one.
 */
export async function holdForChange(
  session: Session,
  group: Group,
  slices: readonly (readonly string[])[],
  whole: boolean,
): Promise<boolean> {
  const { db, dialect } = session
  const areGroups = (values: readonly string[]) => db.raw(named, [group.connectionId, dialect.among('g.id', values)])
  for (const values of slices.slice(0, -1)) {
    if (await isTrue(session, areGroups(values))) return hold(session, group, db.raw('true'))
  }
  const byName = areGroups(slices.at(-1) ?? [])
  const nested = whole ? db.raw('(? or ?)', [byName, db.raw(held, [group.connectionId, group.id])]) : byName
  return hold(session, group, nested)
}

/** The same before a group goes: whether it is in another one. */
export async function holdForRemoval(session: Session, group: Group): Promise<boolean> {
  await hold(session, group, session.db.raw('true'))
  return isTrue(session, session.db.raw(holding, [group.id]))
}

const lock = `
select n.nested, case when n.nested then pg_advisory_xact_lock(hashtextextended(?, 0))::text
  else pg_advisory_xact_lock_shared(hashtextextended(?, 0))::text end as held
from (select ? as nested) as n`

/** SQLite has one writer at a time, and needs no lock. */
async function hold(session: Session, { connectionId }: Group, nested: Knex.Raw): Promise<boolean> {
  if (session.dialect.name === 'sqlite') return isTrue(session, nested)
  const [row] = await session.rows<{ nested: boolean }>(session.db.raw(lock, [connectionId, connectionId, nested]))
  return row?.nested === true
}

async function isTrue({ db, rows }: Session, condition: Knex.Raw): Promise<boolean> {
  return (await rows(db.raw('select 1 as yes where ?', [condition]))).length > 0
}
