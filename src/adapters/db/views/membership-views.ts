import type { GroupMember, GroupOfUser } from '../../../application/views.ts'
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
select g.id, g.display_name, min(around.depth) as depth
from around join directory_groups g on g.id = around.id group by g.id, g.display_name order by g.id`

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

/** Whom these groups hold: users and groups of the same connection, and values that nobody is known by. */
export async function groupMembers(session: Session, groupIds: readonly string[]): Promise<Map<string, GroupMember[]>> {
  const { db, dialect } = session
  const query = db('memberships as ms')
    .join('directory_groups as g', 'g.id', 'ms.group_id')
    .leftJoin('directory_users as u', (on) =>
      on.on('u.id', 'ms.value').andOn('u.connection_id', 'g.connection_id').andOnNull('u.removed_at'),
    )
    .leftJoin('directory_groups as i', (on) =>
      on.on('i.id', 'ms.value').andOn('i.connection_id', 'g.connection_id').andOnNull('i.removed_at'),
    )
    .where(dialect.among('ms.group_id', groupIds))
    .orderBy(['ms.group_id', 'ms.value'])
    .select({ group_id: 'ms.group_id', value: 'ms.value', user_id: 'u.id', inner: 'i.id' })
    .select(db.raw('coalesce(u.display_name, u.user_name, i.display_name) as display'))
  return collect(await session.rows<MemberRow>(query))
}

function collect(rows: readonly MemberRow[]): Map<string, GroupMember[]> {
  const members = new Map<string, GroupMember[]>()
  for (const { group_id: id, value, display, user_id: user, inner } of rows) {
    const list = members.get(id) ?? []
    list.push({ value, display, kind: user === null ? (inner === null ? null : 'group') : 'user' })
    members.set(id, list)
  }
  return members
}
