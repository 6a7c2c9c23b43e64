import type { ConnectionViews } from '../../../application/connections/connection-views.ts'
import { written, type Session } from '../session.ts'

/** Members in the directory of a connection, and those of its account who sign in by it. */
const people = `
  select u.member_id from directory_users u where u.connection_id = ? and u.removed_at is null
  union
  select l.member_id from identity_links l join connections c on c.id = l.connection_id and c.account_id = l.account_id
  where l.connection_id = ? and l.ended_at is null`

/** Assignments of a former life give nothing, and those that begin later give something then. */
const rolesOfPeople = `
with people as (${people})
select a.role from assignments a join members m on m.id = a.member_id and m.incarnation = a.incarnation
where m.status <> 'removed' and a.member_id in (select member_id from people)
union
select g.role from grants g where g.member_id in (select member_id from people)
order by role`

export function createConnectionViews(session: Session): ConnectionViews {
  return {
    async rolesOfPeople(connectionId) {
      const query = written(session, rolesOfPeople, [connectionId, connectionId])
      return (await session.rows<{ role: string }>(query)).map(({ role }) => role)
    },
  }
}
