import { holdingKey, type HoldingFacts, type ReportViews } from '../../../application/reports/report-views.ts'
import type { Session } from '../session.ts'

export function createReportViews(session: Session): ReportViews {
  return {
    holdingFacts: async (memberIds, groupIds) => ({
      since: await readSince(session, memberIds),
      assignments: await readAssignments(session, memberIds),
      lastSeenAt: await readLastSeen(session, memberIds),
      groupNames: await readGroupNames(session, groupIds),
    }),
  }
}

async function readSince({ db, dialect, rows }: Session, memberIds: readonly string[]) {
  type Row = { member_id: string; role: string; source: string; granted_at: number }
  const query = db('grants').select('member_id', 'role', 'source', 'granted_at')
  const found = await rows<Row>(query.where(dialect.among('member_id', memberIds)))
  return new Map(found.map((row) => [holdingKey(row.member_id, row.role, row.source), row.granted_at]))
}

async function readAssignments(
  { db, dialect, rows }: Session,
  memberIds: readonly string[],
): Promise<HoldingFacts['assignments']> {
  type Row = {
    id: string
    assigned_by: string | null
    created_at: number
    valid_from: number | null
    valid_to: number | null
  }
  const query = db('assignments').select('id', 'assigned_by', 'created_at', 'valid_from', 'valid_to')
  const found = await rows<Row>(query.where(dialect.among('member_id', memberIds)))
  return new Map(
    found.map(({ id, assigned_by, created_at, valid_from, valid_to }) => [
      id,
      { assignedBy: assigned_by, createdAt: created_at, validFrom: valid_from, validTo: valid_to },
    ]),
  )
}

/** Sessions go when they end; what they were used for stays with the identity that began them. */
async function readLastSeen({ db, dialect, rows }: Session, memberIds: readonly string[]) {
  const last = new Map<string, number>()
  for (const [table, column] of [
    ['sessions', 'last_seen_at'],
    ['identity_links', 'last_used_at'],
  ] as const) {
    const query = db(`${table} as t`)
      .join('members as m', (on) => on.on('m.id', 't.member_id').andOn('m.incarnation', 't.incarnation'))
      .select({ id: 'm.id' })
      .max({ at: `t.${column}` })
      .where(dialect.among('t.member_id', memberIds))
      .groupBy('m.id')
    for (const { id, at } of await rows<{ id: string; at: number | string | null }>(query))
      if (at !== null) last.set(id, Math.max(Number(at), last.get(id) ?? 0))
  }
  return last
}

async function readGroupNames({ db, dialect, rows }: Session, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, string>()
  const query = db('directory_groups').select('id', 'display_name').where(dialect.among('id', ids))
  const found = await rows<{ id: string; display_name: string }>(query)
  return new Map(found.map(({ id, display_name }) => [id, display_name]))
}
