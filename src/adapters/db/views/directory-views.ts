import type { Views } from '../../../application/views.ts'
import { groupMembers, groupsOfUser, membersOfGroups } from './membership-views.ts'
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
  | 'membersOfGroups'
>

/** What the SCIM door reads: one connection's live rows, and nothing of another's. */
export function createDirectoryViews(session: Session): DirectoryViews {
  return {
    async directoryUser(connectionId, id) {
      const [row] = await session.rows<UserRow>(live(session, users, connectionId).where('t.id', id))
      return row && fromUserRow(row)
    },
    directoryUsers: (connectionId, query) => pageOf(session, users, connectionId, query, fromUserRow),
    groupsOfUser: (connectionId, userId) => groupsOfUser(session, connectionId, userId),
    async directoryGroup(connectionId, id) {
      const [row] = await session.rows<GroupRow>(live(session, groups, connectionId).where('t.id', id))
      return row && fromGroupRow(row)
    },
    directoryGroups: (connectionId, query) => pageOf(session, groups, connectionId, query, fromGroupRow),
    directoryResources: (connectionId, query) => mixedPage(session, connectionId, query),
    groupMembers: (connectionId, groupId, slice) => groupMembers(session, connectionId, groupId, slice),
    membersOfGroups: (connectionId, groupIds, limit) => membersOfGroups(session, connectionId, groupIds, limit),
  }
}
