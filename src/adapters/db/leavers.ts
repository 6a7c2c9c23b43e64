/** People of a connection's directory, and those of its account who sign in by it; the connection twice. */
export const peopleOfConnection = `
  brought as (select member_id from directory_users where connection_id = ? and removed_at is null),
  people as (
    select member_id from brought
    union
    select l.member_id from identity_links l
      join connections c on c.id = l.connection_id and c.account_id = l.account_id
      join members m on m.id = l.member_id and m.incarnation = l.incarnation
      where l.connection_id = ? and l.ended_at is null
  )`

const inOtherDirectory = `exists (
  select 1 from directory_users u join connections c on c.id = u.connection_id and c.state = 'active'
  where u.member_id = m.id and u.removed_at is null and u.connection_id <> ?)`
const signsInOtherwise = `exists (
  select 1 from identity_links l join connections c on c.id = l.connection_id and c.state = 'active'
  where l.member_id = m.id and l.ended_at is null and l.incarnation = m.incarnation and l.connection_id <> ?)`
const owns = `exists (
  select 1 from assignments a where a.member_id = m.id and a.source = 'owner' and a.incarnation = m.incarnation)`

/**
 * Who is left without a way in when the connection goes: people of its directory, unless another directory has them too, and
 * people who sign in by it, unless they have another way. The owner stays. The connection four times.
 */
export const leaversOfConnection = `${peopleOfConnection},
  leavers as (
    select m.id, m.status from members m
    where m.status <> 'removed' and m.id in (select member_id from people) and not ${inOtherDirectory}
      and (m.id in (select member_id from brought) or not ${signsInOtherwise}) and not ${owns}
  )`
