import type { RetirementFacts } from '../../application/connections/retirement-store.ts'
import { leaversOfConnection, peopleOfConnection } from './leavers.ts'
import { written, type Session } from './session.ts'

const counted = `
with ${leaversOfConnection}, here as (select account_id from connections where id = ?)
select
  (select count(*) from brought) as people,
  (select count(*) from directory_groups where connection_id = ? and removed_at is null) as "groups",
  (select count(*) from identity_links where connection_id = ? and ended_at is null
    and account_id = (select account_id from here)) as identities,
  (select count(*) from identity_links where connection_id = ? and ended_at is null
    and account_id <> (select account_id from here)) as elsewhere,
  (select count(*) from mappings where connection_id = ?) as mappings,
  (select count(*) from scim_tokens where connection_id = ? and revoked_at is null and expires_at > ?) as tokens,
  (select count(*) from oauth_clients where connection_id = ? and revoked_at is null) as clients,
  (select count(*) from leavers) as leave,
  (select count(*) from members where status <> 'removed' and id in (select member_id from people)
    and id not in (select id from leavers)) as stay`

const rolesOfLeavers = `
with ${leaversOfConnection}
select g.role, count(distinct g.member_id) as members from grants g
where g.member_id in (select id from leavers) group by g.role order by g.role`

const ownersOfConnection = `
with ${peopleOfConnection}
select distinct m.id from members m
  join assignments a on a.member_id = m.id and a.source = 'owner' and a.incarnation = m.incarnation
where m.status <> 'removed' and m.id in (select member_id from people) order by m.id`

type Counts = Omit<RetirementFacts, 'owners' | 'roles'>

/** What a connection has, and who leaves with it, as this session sees it. */
export async function retirementFacts(session: Session, id: string, now: number): Promise<RetirementFacts> {
  const ask = <T extends object>(text: string, bindings: readonly unknown[]): Promise<T[]> =>
    session.rows<T>(written(session, text, bindings))
  const four = [id, id, id, id]
  const [counts] = await ask<Counts>(counted, [...four, id, id, id, id, id, id, now, id])
  const owners = await ask<{ id: string }>(ownersOfConnection, [id, id])
  const roles = await ask<{ role: string; members: number }>(rolesOfLeavers, four)
  return { ...(counts ?? nothing), owners: owners.map((owner) => owner.id), roles }
}

const nothing: Counts = {
  ...{ people: 0, groups: 0, identities: 0, elsewhere: 0, mappings: 0 },
  ...{ tokens: 0, clients: 0, leave: 0, stay: 0 },
}
