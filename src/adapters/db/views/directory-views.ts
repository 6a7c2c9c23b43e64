import type { GroupMember, Views } from '../../../application/views.ts'
import { fromGroupRow, fromUserRow, type GroupRow, type UserRow } from '../rows.ts'
import type { Session } from '../session.ts'
import { groups, live, mixedPage, pageOf, users } from './directory-pages.ts'

type DirectoryViews = Pick<
  Views,
  | 'directoryUser'
  | 'directoryUsers'
  | 'groupsOfUser'
  | 'directoryGroup'
  | 'directoryGroups'
  | 'directoryResources'
  | 'groupMembers'
>

/** What the SCIM door reads: one connection's live rows, and nothing of another's. */
export function createDirectoryViews(session: Session): DirectoryViews {
  return {
    async directoryUser(connectionId, id) {
      const [row] = await session.rows<UserRow>(live(session, users, connectionId).where('t.id', id))
      return row && fromUserRow(row)
    },
    directoryUsers: (connectionId, query) => pageOf(session, users, connectionId, query, fromUserRow),
    groupsOfUser(connectionId, userId) {
      const query = live(session, groups, connectionId).join('memberships as ms', 'ms.group_id', 't.id')
      const columns = { id: 't.id', displayName: 't.display_name' }
      return session.rows(query.where('ms.value', userId).orderBy('t.id').select(columns))
    },
    async directoryGroup(connectionId, id) {
      const [row] = await session.rows<GroupRow>(live(session, groups, connectionId).where('t.id', id))
      return row && fromGroupRow(row)
    },
    directoryGroups: (connectionId, query) => pageOf(session, groups, connectionId, query, fromGroupRow),
    directoryResources: (connectionId, query) => mixedPage(session, connectionId, query),
    groupMembers: (groupIds) => groupMembers(session, groupIds),
  }
}

async function groupMembers(session: Session, groupIds: readonly string[]): Promise<Map<string, GroupMember[]>> {
  const { db, dialect } = session
  type Row = { group_id: string; value: string; display: string | null; known: string | null }
  const query = db('memberships as ms')
    .join('directory_groups as g', 'g.id', 'ms.group_id')
    .leftJoin('directory_users as u', (on) =>
      on.on('u.id', 'ms.value').andOn('u.connection_id', 'g.connection_id').andOnNull('u.removed_at'),
    )
    .where(dialect.among('ms.group_id', groupIds))
    .orderBy(['ms.group_id', 'ms.value'])
    .select({ group_id: 'ms.group_id', value: 'ms.value', known: 'u.id' })
    .select(db.raw('coalesce(u.display_name, u.user_name) as display'))
  return collect(await session.rows<Row>(query))
}

function collect(rows: readonly { group_id: string; value: string; display: string | null; known: string | null }[]) {
  const members = new Map<string, GroupMember[]>()
  for (const { group_id: id, value, display, known } of rows) {
    const list = members.get(id) ?? []
    list.push({ value, display, known: known !== null })
    members.set(id, list)
  }
  return members
}
