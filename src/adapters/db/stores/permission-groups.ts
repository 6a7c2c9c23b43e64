import type { PermissionGroups } from '../../../application/permission-groups/permission-group-store.ts'
import { groupRoleId } from '../../../domain/permission-group.ts'
import { groupsOfAccount, toGroupRow } from '../permission-group-rows.ts'
import type { Session } from '../session.ts'
import { groupUse, namedByIdp } from './group-use.ts'

export function createPermissionGroups(session: Session): PermissionGroups {
  const { db } = session
  return {
    insert: (group) => session.run(db('permission_groups').insert(toGroupRow(group))),
    update: ({ id, ...group }) =>
      session.run(
        db('permission_groups')
          .where({ id })
          .update(toGroupRow({ id, ...group })),
      ),
    ofAccount: (accountId) => groupsOfAccount(session, accountId),
    use: (group, now) => groupUse(session, group, now),
    namedByIdp: (group, slice) => namedByIdp(session, group, slice),
    async remove({ accountId, id }) {
      const role = groupRoleId(id)
      for (const table of ['assignments', 'mappings'])
        await session.run(db(table).where({ account_id: accountId, role }).delete())
      await session.run(db('permission_groups').where({ id }).delete())
    },
  }
}
