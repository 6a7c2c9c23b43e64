import type { DirectoryGroups, Memberships } from '../../../application/stores.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import { holdForChange, holdForRemoval } from '../nesting.ts'
import { fromGroupRow, groupFactsRow, type GroupRow } from '../rows.ts'
import type { Session } from '../session.ts'

export function createDirectoryGroups(session: Session): DirectoryGroups {
  const { db, dialect } = session
  const live = (connectionId: string) => db('directory_groups').where({ connection_id: connectionId, removed_at: null })
  return {
    async insert(group) {
      const { id, accountId, connectionId, createdAt } = group
      const keys = { id, account_id: accountId, connection_id: connectionId, created_at: createdAt }
      await session.run(db('directory_groups').insert({ ...keys, ...groupFactsRow(group), removed_at: null }))
    },
    async lock(connectionId, id) {
      const [row] = await session.rows<GroupRow>(dialect.forUpdate(live(connectionId).where({ id })))
      return row && fromGroupRow(row)
    },
    async find(connectionId, id) {
      const [row] = await session.rows<GroupRow>(live(connectionId).where({ id }))
      return row && fromGroupRow(row)
    },
    async findByName(connectionId, displayName) {
      const [row] = await session.rows<GroupRow>(live(connectionId).where({ display_name_key: nameKey(displayName) }))
      return row && fromGroupRow(row)
    },
    async update(group) {
      await session.run(db('directory_groups').where({ id: group.id }).update(groupFactsRow(group)))
    },
    async remove(id, at) {
      await session.run(db('directory_groups').where({ id }).update({ removed_at: at, updated_at: at }))
      await session.run(db('memberships').where({ group_id: id }).orWhere({ value: id }).delete())
      await session.run(db('directory_unique_values').where({ resource_id: id }).delete())
    },
  }
}

export function createMemberships(session: Session): Memberships {
  const { db, dialect } = session
  return {
    async add(group, values) {
      // Named twice is meant once: a conflict within one statement is none of the table's.
      const rows = [...new Set(values)].map((value) => ({ group_id: group.id, value }))
      const told = dialect.recordset('told', { group_id: 'text', value: 'text' }, rows)
      const insert = db.raw(
        'insert into memberships (group_id, value) select group_id, value from ? where true on conflict do nothing returning value',
        [told],
      )
      return valuesOf(await session.rows<{ value: string }>(insert))
    },
    async remove(group, values) {
      // Written out, as knex leaves "returning" out of a delete on SQLite.
      const remove = 'delete from memberships where group_id = ? and ? returning value'
      return valuesOf(await session.rows<{ value: string }>(db.raw(remove, [group.id, dialect.among('value', values)])))
    },
    async values(groupId, { after, limit }) {
      const query = db('memberships').select('value').where({ group_id: groupId }).orderBy('value').limit(limit)
      if (after !== undefined) void query.where('value', '>', after)
      return valuesOf(await session.rows<{ value: string }>(query))
    },
    holdForChange: (group, slices, whole) => holdForChange(session, group, slices, whole),
    holdForRemoval: (group) => holdForRemoval(session, group),
  }
}

function valuesOf(rows: readonly { value: string }[]): string[] {
  return rows.map(({ value }) => value)
}
