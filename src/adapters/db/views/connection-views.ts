import type { ConnectionViews } from '../../../application/connections/connection-views.ts'
import { peopleOfConnection } from '../leavers.ts'
import { retirementFacts } from '../retirement-facts.ts'
import { retirementPeople } from '../retirement-people.ts'
import { written, type Session } from '../session.ts'

/** Assignments of a former life give nothing, and those that begin later give something then. */
const rolesOfPeople = `
with ${peopleOfConnection}
select a.role from assignments a join members m on m.id = a.member_id and m.incarnation = a.incarnation
where m.status <> 'removed' and a.member_id in (select member_id from people)
union
select g.role from grants g where g.member_id in (select member_id from people)
order by role`

const rolesInAccount = `
select a.role from members m join assignments a on a.member_id = m.id and a.incarnation = m.incarnation
where m.account_id = ? and m.status <> 'removed'
union
select role from grants where account_id = ?
order by role`

export function createConnectionViews(session: Session): ConnectionViews {
  return {
    async rolesOfPeople(connectionId) {
      const query = written(session, rolesOfPeople, [connectionId, connectionId])
      return (await session.rows<{ role: string }>(query)).map(({ role }) => role)
    },
    async rolesInAccount(accountId) {
      const query = written(session, rolesInAccount, [accountId, accountId])
      return (await session.rows<{ role: string }>(query)).map(({ role }) => role)
    },
    retirementFacts: (connectionId, now) => retirementFacts(session, connectionId, now),
    retirementPeople: (from, slice) => retirementPeople(session, from, slice),
  }
}
