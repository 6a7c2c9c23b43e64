import type { Profile, ProfileMapping, ProfileSource } from '../../domain/profile.ts'
import { parseJson } from './rows.ts'
import type { Session } from './session.ts'

type Row = { member_id: string; profile_mapping: string; attributes: string }

/** What the live directory users of these members say of them, with the mappings of their connections; the oldest first. */
export async function readProfileSources(
  { db, dialect, rows }: Session,
  memberIds: readonly string[],
): Promise<Map<string, ProfileSource[]>> {
  const query = db('directory_users as u')
    .join('connections as c', 'c.id', 'u.connection_id')
    .whereNull('u.removed_at')
    .andWhere(dialect.among('u.member_id', memberIds))
    .select('u.member_id', 'c.profile_mapping', 'u.attributes')
    .orderBy(['u.created_at', 'u.id'])
  const sources = new Map<string, ProfileSource[]>()
  for (const row of await rows<Row>(query)) {
    const source = {
      mapping: parseJson<ProfileMapping>(row.profile_mapping),
      attributes: parseJson<object>(row.attributes),
    }
    sources.set(row.member_id, [...(sources.get(row.member_id) ?? []), source as ProfileSource])
  }
  return sources
}

/** Writes the profiles that differ from those that are kept. */
export async function setProfiles(
  { db, dialect, run }: Session,
  changed: readonly { readonly memberId: string; readonly profile: Profile }[],
): Promise<void> {
  if (changed.length === 0) return
  const told = changed.map(({ memberId, profile }) => ({ member_id: memberId, profile: JSON.stringify(profile) }))
  const recordset = dialect.recordset('told', { member_id: 'text', profile: 'text' }, told)
  await run(db.raw('update members set profile = told.profile from ? where members.id = told.member_id', [recordset]))
}
