import type { MappedMembership } from '../../domain/resolve.ts'
import { chainsFrom, type Chain } from '../../domain/nesting.ts'
import { readNesting } from './nesting.ts'
import type { Session } from './session.ts'

type Standing = { member_id: string; connection_id: string; connection_state: string; user_active: number }
type MappingRow = { group_id: string; mapping_id: string; role: string }
export type MembershipRow = Standing & MappingRow & { via?: readonly string[] }

const standing = { member_id: 'u.member_id', connection_id: 'g.connection_id', connection_state: 'c.state' }

/** Live directory users of these members in live groups of their own connection. */
function liveMemberships({ db, dialect }: Session, memberIds: readonly string[]) {
  return db('directory_users as u')
    .join('memberships as ms', 'ms.value', 'u.id')
    .join('directory_groups as g', 'g.id', 'ms.group_id')
    .join('connections as c', 'c.id', 'g.connection_id')
    .whereNull('u.removed_at')
    .whereNull('g.removed_at')
    .whereRaw('g.connection_id = u.connection_id')
    .andWhere(dialect.among('u.member_id', memberIds))
    .select({ ...standing, user_active: 'u.active', group_id: 'g.id' })
}

/** Memberships that meet a bound mapping of the very group. */
export function readMemberships(session: Session, memberIds: readonly string[]): Promise<MembershipRow[]> {
  const query = liveMemberships(session, memberIds).join('mappings as m', (on) =>
    on.on('m.group_id', 'ms.group_id').andOnVal('m.state', 'bound'),
  )
  return session.rows<MembershipRow>(query.select({ mapping_id: 'm.id', role: 'm.role' }))
}

/** Memberships that meet a bound mapping of a group around theirs. Where no group is in another, one statement says so. */
export async function readNestedMemberships(session: Session, memberIds: readonly string[]): Promise<MembershipRow[]> {
  const nesting = await readNesting(session, memberIds)
  if (nesting.size === 0) return []
  const mappings = await readMappings(session, [...new Set([...nesting.values()].flat())])
  const chains = new Map<string, Chain[]>()
  for (const inner of nesting.keys()) {
    const mapped = chainsFrom(nesting, inner).filter(({ group }) => mappings.has(group))
    if (mapped.length > 0) chains.set(inner, mapped)
  }
  const direct = liveMemberships(session, memberIds).andWhere(session.dialect.among('g.id', [...chains.keys()]))
  return (await session.rows<Standing & { group_id: string }>(direct)).flatMap(({ group_id: inner, ...person }) =>
    (chains.get(inner) ?? []).flatMap(({ group, via }) =>
      (mappings.get(group) ?? []).map((mapping) => ({ ...person, ...mapping, via })),
    ),
  )
}

async function readMappings(session: Session, groupIds: readonly string[]): Promise<Map<string, MappingRow[]>> {
  const { db, dialect } = session
  const query = db('mappings as m').where('m.state', 'bound').andWhere(dialect.among('m.group_id', groupIds))
  const found = new Map<string, MappingRow[]>()
  for (const row of await session.rows<MappingRow>(query.select('m.group_id', 'm.role', { mapping_id: 'm.id' }))) {
    found.set(row.group_id, [...(found.get(row.group_id) ?? []), row])
  }
  return found
}

export function toMembership(row: MembershipRow): MappedMembership {
  return {
    connectionId: row.connection_id,
    connectionActive: row.connection_state === 'active',
    userActive: row.user_active === 1,
    groupId: row.group_id,
    mappingId: row.mapping_id,
    role: row.role,
    via: row.via ?? [],
  }
}
