import type { Nudge } from '../../../application/jobs.ts'
import type { Propagations } from '../../../application/ports.ts'
import { membersInside } from '../nesting.ts'
import { insertRow, type Session } from '../session.ts'

/** What one more change does to a propagation row: it lags from now on, and whatever blocked it is worth another try. */
function marked(session: Session, at: number, leaving: boolean) {
  const { db } = session
  return {
    desired_rev: db.raw('desired_rev + 1'),
    dirty_since: db.raw('case when desired_rev > applied_rev then dirty_since else ? end', [at]),
    ...(leaving ? { leaving: 1 } : {}),
    status: 'open',
    attempts: 0,
    next_attempt_at: 0,
  }
}

/** `noted` is told of everybody marked: they are nudged after the commit. */
export function createPropagations(session: Session, noted: (nudge: Nudge) => void): Propagations {
  const { db, dialect } = session
  return {
    async start(member, op, at) {
      const revisions = { desired_rev: 1, applied_rev: 0, applied_epoch: 0, dirty_since: at, caused_by: op.id }
      const leaving = member.status === 'active' ? 0 : 1
      const idle = { status: 'open', attempts: 0, next_attempt_at: 0, claim: 0, lease_until: 0, leaving }
      const keys = { member_id: member.id, account_id: member.accountId }
      await session.run(insertRow(session, 'propagations', { ...keys, ...revisions, ...idle }))
      noted({ accountId: member.accountId, memberId: member.id, leaving: leaving === 1 })
    },
    async mark(member, leaving, op, at) {
      const change = { ...marked(session, at, leaving), caused_by: op.id }
      await session.run(db('propagations').where({ member_id: member.id }).update(change))
      noted({ accountId: member.accountId, memberId: member.id, leaving })
    },
    async markMoved({ connectionId, values, nested }, op, at) {
      if (values.length === 0) return
      const behind = nested ? membersInside(session, connectionId, values) : usersNamed(session, connectionId, values)
      const inOrder = db('propagations').select('member_id').whereRaw('member_id in (?)', [behind]).orderBy('member_id')
      const change = { ...marked(session, at, false), caused_by: op.id }
      const update = db('propagations').whereIn('member_id', dialect.forUpdate(inOrder)).update(change)
      type Row = { account_id: string; member_id: string }
      const rows = await session.rows<Row>(update.returning(['account_id', 'member_id']))
      for (const row of rows) noted({ accountId: row.account_id, memberId: row.member_id, leaving: false })
    },
    async retry(memberId, op, at) {
      const blocked = db('propagations').where({ member_id: memberId, status: 'blocked' })
      type Row = { account_id: string; leaving: number }
      const change = { ...marked(session, at, false), caused_by: op.id }
      const [row] = await session.rows<Row>(blocked.update(change).returning(['account_id', 'leaving']))
      if (row !== undefined) noted({ accountId: row.account_id, memberId, leaving: row.leaving === 1 })
      return row !== undefined
    },
  }
}

function usersNamed({ db, dialect }: Session, connectionId: string, values: readonly string[]) {
  const users = db('directory_users').select('member_id').where({ connection_id: connectionId })
  return users.andWhere(dialect.among('id', values))
}
