import type { PeopleAround, PersonAround, RetiringFrom } from '../../application/connections/retirement-store.ts'
import { readFacts } from './facts.ts'
import { leaversOfConnection } from './leavers.ts'
import type { Session } from './session.ts'
import { catalogMembers } from './views/catalog-views.ts'

/** Active people of the account of a connection, and who of them leaves with it. */
export async function retirementPeople(
  session: Session,
  { connectionId: id, accountId, catalog }: RetiringFrom,
  { limit, after }: Parameters<PeopleAround>[0],
): Promise<PersonAround[]> {
  const place = after === undefined ? undefined : { accountId, memberId: after }
  const members = await catalogMembers(session, { catalog, accountId, limit, after: place })
  const ids = members.map((member) => member.id)
  const facts = await readFacts(session, ids)
  const among = session.dialect.among('id', ids)
  const leaving = session.db.raw(`with ${leaversOfConnection} select id from leavers where ?`, [id, id, id, id, among])
  const leavers = new Set((await session.rows<{ id: string }>(leaving)).map((row) => row.id))
  return members.flatMap((member) => {
    const known = facts.get(member.id)
    return known === undefined ? [] : [{ member, facts: known, leaves: leavers.has(member.id) }]
  })
}
