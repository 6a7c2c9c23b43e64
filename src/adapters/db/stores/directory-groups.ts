import type { DirectoryGroups, Memberships } from '../../../application/ports.ts'
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
    },
  }
}

/** How many memberships one statement writes: other requests get their turn between two slices. */
const slice = 2000

export function createMemberships(session: Session): Memberships {
  const { db, dialect } = session
  return {
    async add(group, values) {
      return inSlices(values, async (part) => {
        const rows = part.map((value) => ({ group_id: group.id, value }))
        const told = dialect.recordset('told', { group_id: 'text', value: 'text' }, rows)
        const insert = db.raw(
          'insert into memberships (group_id, value) select group_id, value from ? where true on conflict do nothing returning value',
          [told],
        )
        return session.rows<{ value: string }>(insert)
      })
    },
    async remove(group, values) {
      return inSlices(values, (part) => {
        // Written out, as knex leaves "returning" out of a delete on SQLite.
        const remove = 'delete from memberships where group_id = ? and ? returning value'
        return session.rows<{ value: string }>(db.raw(remove, [group.id, dialect.among('value', part)]))
      })
    },
    async values(groupId) {
      const rows = await session.rows<{ value: string }>(db('memberships').select('value').where({ group_id: groupId }))
      return rows.map(({ value }) => value)
    },
    holdForChange: (group, values, whole) => holdForChange(session, group, values, whole),
    holdForRemoval: (group) => holdForRemoval(session, group),
  }
}

async function inSlices(
  values: readonly string[],
  write: (part: readonly string[]) => Promise<{ value: string }[]>,
): Promise<string[]> {
  const named = [...new Set(values)]
  const moved: string[] = []
  for (let start = 0; start < named.length; start += slice) {
    moved.push(...(await write(named.slice(start, start + slice))).map(({ value }) => value))
  }
  return moved
}
