import type { ProfileRole } from '../../domain/resolve.ts'
import { parseJson } from './rows.ts'
import type { DialectName, Session } from './session.ts'

type ProfileRow = {
  member_id: string
  connection_id: string
  connection_state: string
  accepted: number
  user_active: number
  roles: string
}

/** The roles of a profile as JSON; profiles that do not speak of roles are not even parsed. */
const roles: Record<DialectName, { spoken: string; list: string }> = {
  sqlite: { spoken: `instr(u.attributes, '"roles"') > 0`, list: `json_extract(u.attributes, '$.roles')` },
  postgres: { spoken: `strpos(u.attributes, '"roles"') > 0`, list: `(u.attributes::json -> 'roles')::text` },
}

/** What the live directory users of these members were told to be, whether their connection lets it count or not. */
export async function readProfileRoles(session: Session, memberIds: readonly string[]): Promise<ProfileRow[]> {
  const { db, dialect } = session
  const { spoken, list } = roles[dialect.name]
  const query = db('directory_users as u')
    .join('connections as c', 'c.id', 'u.connection_id')
    .whereNull('u.removed_at')
    .whereRaw(spoken)
    .andWhere(dialect.among('u.member_id', memberIds))
    .select({ member_id: 'u.member_id', connection_id: 'c.id', connection_state: 'c.state' })
    .select({ accepted: 'c.roles_from_idp', user_active: 'u.active', roles: db.raw(list) })
  const rows = await session.rows<Omit<ProfileRow, 'roles'> & { roles: string | null }>(query)
  return rows.flatMap((row) => (row.roles === null ? [] : { ...row, roles: row.roles }))
}

type Told = { value?: unknown; display?: unknown }

export function toProfileRoles(row: ProfileRow): ProfileRole[] {
  const place = {
    connectionId: row.connection_id,
    connectionActive: row.connection_state === 'active',
    userActive: row.user_active === 1,
    accepted: row.accepted === 1,
  }
  return parseJson<Told[]>(row.roles).flatMap(({ value, display }) => {
    const label = typeof display === 'string' ? display : null
    const named = typeof value === 'string' ? value : label
    return named === null ? [] : { ...place, value: named, display: label }
  })
}
