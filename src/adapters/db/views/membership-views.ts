import type { GroupMember, GroupOfUser, Keyset } from '../../../application/views.ts'
import { nestingLimit } from '../../../domain/nesting.ts'
import { written, type Session } from '../session.ts'

const around = `
with recursive around (id, depth) as (
  select g.id, 0 from memberships ms
  join directory_groups g on g.id = ms.group_id and g.connection_id = ? and g.removed_at is null
  where ms.value = ?
  union
  select g.id, around.depth + 1 from around join memberships ms on ms.value = around.id
  join directory_groups g on g.id = ms.group_id and g.connection_id = ? and g.removed_at is null
  where around.depth < ${nestingLimit}
)
select nearest.id, g.display_name, nearest.depth
from (select id, min(depth) as depth from around group by id) as nearest
join directory_groups g on g.id = nearest.id order by nearest.id`

/** The groups that a user is in, and those around them as far as they count. */
export async function groupsOfUser(session: Session, connectionId: string, userId: string): Promise<GroupOfUser[]> {
  type Row = { id: string; display_name: string; depth: number }
  const query = written(session, around, [connectionId, userId, connectionId])
  return (await session.rows<Row>(query)).map(({ id, display_name: displayName, depth }) => ({
    ...{ id, displayName, direct: depth === 0 },
  }))
}

type MemberRow = {
  group_id: string
  value: string
  display: string | null
  user_id: string | null
  inner: string | null
}

/** Whom a group holds, in the order of the index: it may be a hundred thousand, who are never read in one go. */
export async function groupMembers(
  session: Session,
  connectionId: string,
  groupId: string,
  { after, limit }: Keyset,
): Promise<GroupMember[]> {
  const query = membersOf(session, connectionId).where('ms.group_id', groupId).orderBy('ms.value').limit(limit)
  if (after !== undefined) void query.where('ms.value', '>', after)
  return (await session.rows<MemberRow>(query)).map(toMember)
}

/** Those of the groups whose members are among the first `limit` of all; a group that is not has more than that. */
export async function membersOfGroups(
  session: Session,
  connectionId: string,
  groupIds: readonly string[],
  limit: number,
): Promise<Map<string, GroupMember[]>> {
  if (groupIds.length === 0) return new Map()
  const query = membersOf(session, connectionId).where(session.dialect.among('ms.group_id', groupIds))
  // One more than wanted tells that there are more.
  const rows = await session.rows<MemberRow>(query.orderBy(['ms.group_id', 'ms.value']).limit(limit + 1))
  const cut = rows[limit]?.group_id
  const whole = new Map<string, GroupMember[]>(cut === undefined ? groupIds.map((id) => [id, []]) : [])
  for (const row of rows) {
    const members = whole.get(row.group_id)
    if (members === undefined) whole.set(row.group_id, [toMember(row)])
    else members.push(toMember(row))
  }
  if (cut !== undefined) whole.delete(cut)
  return whole
}

/** Users and groups of the same connection, and values that nobody is known by. */
function membersOf({ db }: Session, connectionId: string) {
  return db('memberships as ms')
    .leftJoin('directory_users as u', (on) =>
      on.on('u.id', 'ms.value').andOnVal('u.connection_id', connectionId).andOnNull('u.removed_at'),
    )
    .leftJoin('directory_groups as i', (on) =>
      on.on('i.id', 'ms.value').andOnVal('i.connection_id', connectionId).andOnNull('i.removed_at'),
    )
    .select({ group_id: 'ms.group_id', value: 'ms.value', user_id: 'u.id', inner: 'i.id' })
    .select(db.raw('coalesce(u.display_name, u.user_name, i.display_name) as display'))
}

function toMember({ value, display, user_id: user, inner }: MemberRow): GroupMember {
  return { value, display, kind: user === null ? (inner === null ? null : 'group') : 'user' }
}
