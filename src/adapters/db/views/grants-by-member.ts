import type { Grant } from '../../../domain/resolve.ts'
import { fromGrantRow, type GrantRow } from '../rows.ts'
import type { Session } from '../session.ts'

/** The stored grants of each of some members, by role and source. */
export async function grantsByMember(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Grant[]>> {
  const grants = new Map<string, Grant[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return grants
  const { db, dialect } = session
  const query = db('grants').where(dialect.among('member_id', ids)).orderBy(['member_id', 'role', 'source'])
  for (const row of await session.rows<GrantRow>(query)) grants.get(row.member_id)?.push(fromGrantRow(row))
  return grants
}
