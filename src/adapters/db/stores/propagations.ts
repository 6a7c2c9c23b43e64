import type { Knex } from 'knex'
import type { Nudge } from '../../../application/jobs.ts'
import type { Operation } from '../../../application/operation.ts'
import type { Moved, Propagations } from '../../../application/stores.ts'
import type { Member } from '../../../domain/member.ts'
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
  const { db } = session
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
    markLeaving: (members, op, at) => markLeaving(session, members, { op, at }, noted),
    markMoved: (moved, op, at) => markMoved(session, moved, { op, at }, noted),
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

/** How many members are marked and told of at once: other requests get their turn between two slices. */
const slice = 2000

type Change = { readonly op: Operation; readonly at: number }
type Marked = { account_id: string; member_id: string }

/** Some are told of, and the rest is left to the sweep. */
async function markLeaving(
  session: Session,
  members: readonly Pick<Member, 'id' | 'accountId'>[],
  { op, at }: Change,
  noted: (nudge: Nudge) => void,
): Promise<void> {
  const { db, dialect } = session
  for (let start = 0; start < members.length; start += slice) {
    const ids = members.slice(start, start + slice).map(({ id }) => id)
    const change = { ...marked(session, at, true), caused_by: op.id }
    await session.run(db('propagations').where(dialect.among('member_id', ids)).update(change))
  }
  for (const { id: memberId, accountId } of members.slice(0, slice)) noted({ accountId, memberId, leaving: true })
}

async function markMoved(
  session: Session,
  { connectionId, values, nested }: Moved,
  change: Change,
  noted: (nudge: Nudge) => void,
): Promise<void> {
  const all = [...values]
  if (all.length > slice && !nested) await lockInOrder(session, connectionId, all)
  for (let start = 0; start < all.length; start += slice) {
    const part = all.slice(start, start + slice)
    const rows = nested
      ? await markInside(session, membersInside(session, connectionId, part), change)
      : await markNamed(session, usersNamed(session, connectionId, part), change)
    for (const row of rows) noted({ accountId: row.account_id, memberId: row.member_id, leaving: false })
  }
}

function markNamed(session: Session, behind: Knex.QueryBuilder, change: Change): Promise<Marked[]> {
  return session.rows<Marked>(marking(session, behind, change).returning(['account_id', 'member_id']))
}

const inOrder = ({ db }: Session, behind: Knex.QueryBuilder | Knex.Raw) =>
  db('propagations').select('member_id').whereRaw('member_id in (?)', [behind]).orderBy('member_id')

function marking(session: Session, behind: Knex.QueryBuilder | Knex.Raw, { op, at }: Change) {
  const { db, dialect } = session
  return db('propagations')
    .whereIn('member_id', dialect.forUpdate(inOrder(session, behind)))
    .update({ ...marked(session, at, false), caused_by: op.id })
}

/** One group may hold any number: all of them are marked, some are told of, and the rest is left to the sweep. */
async function markInside(session: Session, behind: Knex.Raw, change: Change): Promise<Marked[]> {
  const some = await session.rows<Marked>(inOrder(session, behind).select('account_id').limit(slice))
  await session.run(marking(session, behind, change))
  return some
}

/**
 * Locks the rows of many members in one order before they are marked slice by slice, so that two large changes wait for one
 * another and do not lock each other out. One writer at a time needs no lock.
 */
async function lockInOrder({ db, dialect, rows }: Session, connectionId: string, userIds: readonly string[]) {
  if (dialect.name === 'sqlite') return
  const users = 'select jsonb_array_elements_text(?::jsonb)'
  const behind = `select member_id from directory_users where connection_id = ? and id in (${users})`
  const locked = `select 1 from propagations where member_id in (${behind}) order by member_id for update`
  await rows(db.raw(`select count(*) from (${locked}) as locked`, [connectionId, JSON.stringify(userIds)]))
}

function usersNamed({ db, dialect }: Session, connectionId: string, values: readonly string[]) {
  const users = db('directory_users').select('member_id').where({ connection_id: connectionId })
  return users.andWhere(dialect.among('id', values))
}
