import type { Knex } from 'knex'
import type { GroupUse, NamedByIdp } from '../../../application/permission-groups/permission-group-store.ts'
import type { MemberStatus } from '../../../domain/member.ts'
import { groupRoleId, type PermissionGroup } from '../../../domain/permission-group.ts'
import { readFacts } from '../facts.ts'
import type { Session } from '../session.ts'
import { lists } from '../views/sorted-page.ts'

/** Of a grant `g` of a member `m`: that he is in, and that the assignment or the mapping that it comes from is there still. */
export const stillComes = `m.status = 'active' and (
  g.source = 'idp'
  or (g.source = 'directory' and exists (
    select 1 from mappings p where p.account_id = g.account_id and p.role = g.role and p.state = 'bound'))
  or exists (
    select 1 from assignments a where a.member_id = g.member_id and a.role = g.role and a.source = g.source
      and a.incarnation = m.incarnation and (a.valid_to is null or a.valid_to > ?)))`

function standingGrants(db: Knex, accountId: string, now: number): Knex.QueryBuilder {
  return db('grants as g')
    .join('members as m', 'm.id', 'g.member_id')
    .where('g.account_id', accountId)
    .whereRaw(stillComes, [now])
}

export async function groupUse(session: Session, { accountId, id }: PermissionGroup, now: number): Promise<GroupUse> {
  const { db } = session
  const role = groupRoleId(id)
  const one = async (query: Knex.QueryBuilder): Promise<number> => {
    const [row] = await session.rows<{ n: number | string }>(query)
    return Number(row?.n ?? 0)
  }
  const assigned = db('assignments as a')
    .join('members as m', (on) => on.on('m.id', 'a.member_id').andOn('m.incarnation', 'a.incarnation'))
    .where({ 'a.account_id': accountId, 'a.role': role })
    .whereNot('m.status', 'removed')
    .whereRaw('(a.valid_to is null or a.valid_to > ?)', [now])
  const invited = db('invitations as i')
    .where('i.account_id', accountId)
    .whereIn('i.state', ['pending', 'awaiting_confirmation'])
    .where('i.expires_at', '>', now)
    .where(lists(session, 'i.roles', role))
  const carried = db('access_keys as k')
    .where('k.account_id', accountId)
    .whereRaw('(k.expires_at is null or k.expires_at > ?)', [now])
    .where(lists(session, 'k.roles', role))
  return {
    people: await one(standingGrants(db, accountId, now).where('g.role', role).countDistinct({ n: 'g.member_id' })),
    assignments: await one(assigned.count({ n: '*' })),
    mappings: await one(db('mappings').where({ account_id: accountId, role }).count({ n: '*' })),
    invitations: await one(invited.count({ n: '*' })),
    keys: await one(carried.count({ n: '*' })),
  }
}

type Row = { id: string; status: string; incarnation: number }

export async function namedByIdp(
  session: Session,
  { accountId, id }: PermissionGroup,
  { after, limit }: { after: string; limit: number },
): Promise<NamedByIdp[]> {
  const query = session
    .db('grants as g')
    .join('members as m', 'm.id', 'g.member_id')
    .where({ 'g.account_id': accountId, 'g.role': groupRoleId(id), 'g.source': 'idp' })
    .where('g.member_id', '>', after)
    .orderBy('g.member_id')
    .limit(limit)
    .select('m.id', 'm.status', 'm.incarnation')
  const rows = await session.rows<Row>(query)
  const facts = await readFacts(
    session,
    rows.map((row) => row.id),
  )
  return rows.flatMap(({ id: memberId, status, incarnation }) => {
    const own = facts.get(memberId)
    return own === undefined
      ? []
      : [{ member: { id: memberId, status: status as MemberStatus, incarnation }, facts: own }]
  })
}
