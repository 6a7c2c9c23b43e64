import type { Knex } from 'knex'
import type {
  AuditRow,
  MemberQuery,
  MemberRow,
  PropagationState,
  PropagationStatus,
  Slice,
  Views,
} from '../../../application/views.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import { lags } from '../../../domain/propagation.ts'
import type { Grant } from '../../../domain/resolve.ts'
import { readFacts } from '../facts.ts'
import { fromMemberRow, parseJson, type MemberTableRow } from '../rows.ts'
import type { Session } from '../session.ts'
import { linkedColumn, outAtHome } from './home-standing.ts'
import { contains, sortedPage, type Order } from './sorted-page.ts'
import { grantsByMember } from './grants-by-member.ts'

type MemberViews = Pick<Views, 'members' | 'member' | 'memberEvents' | 'facts' | 'propagation'>
type Row = MemberTableRow & {
  profile: string
  desired_rev: number
  applied_rev: number
  applied_epoch: number
  epoch: number
  stopped: number
  revisit_at: number | null
  cells: string | null
  linked: number
  propagation_status: PropagationState['status']
  attempts: number
  next_attempt_at: number
  error_class: string | null
  error: string | null
}

export function createMemberViews(session: Session): MemberViews {
  const { db } = session
  return {
    members: (query) => members(session, query),
    async member(accountId, id) {
      const rows = await session.rows<Row>(withMarks(session).where({ 'm.account_id': accountId, 'm.id': id }))
      return (await withGrants(session, rows))[0]
    },
    async memberEvents(memberId, limit) {
      type EventRow = Omit<AuditRow, 'detail'> & { detail: string }
      const query = db('audit_events').where({ member_id: memberId }).orderByRaw('at desc, id desc').limit(limit)
      const rows = await session.rows<EventRow>(query)
      return rows.map(({ id, at, action, actor, operation, detail }) => ({
        ...{ id, at, action, actor, operation },
        detail: parseJson(detail),
      }))
    },
    facts: (memberIds) => (memberIds.length === 0 ? Promise.resolve(new Map()) : readFacts(session, memberIds)),
    propagation: (accountId) => propagation(session, accountId),
  }
}

function withMarks({ db }: Session) {
  return db('members as m')
    .join('propagations as p', 'p.member_id', 'm.id')
    .join('accounts as a', 'a.id', 'm.account_id')
    .select('m.*', 'p.desired_rev', 'p.applied_rev', 'p.applied_epoch', 'p.revisit_at', 'a.epoch', 'a.stopped')
    .leftJoin('customisations as c', (on) => on.on('c.member_id', 'm.id').andOn('c.incarnation', 'm.incarnation'))
    .select({ propagation_status: 'p.status' }, db.raw(linkedColumn))
    .select('c.cells', 'p.attempts', 'p.next_attempt_at', 'p.error_class', 'p.error')
}

const order: Order = {
  id: 'm.id',
  columns: {
    createdAt: null,
    userName: { column: 'm.user_name_key', type: 'text' },
    displayName: { column: 'm.shown_key', type: 'text' },
  },
}

async function members(session: Session, query: MemberQuery): Promise<Slice<MemberRow>> {
  const { sort = 'createdAt', limit, after } = query
  const select = narrowed(session, withMarks(session).where('m.account_id', query.accountId), query)
  const { items, next } = await sortedPage<Row>(session, select, order, { sort, limit, after })
  return { items: await withGrants(session, items), next }
}

function narrowed(session: Session, select: Knex.QueryBuilder, query: MemberQuery): Knex.QueryBuilder {
  const { accountId, userName, name, status, suspendedBy, customised, role } = query
  if (userName !== undefined) void select.where('m.user_name_key', nameKey(userName))
  if (name !== undefined) {
    const parts = ['m.shown_key', 'm.user_name_key'].map((column) => contains(session, column, nameKey(name)))
    void select.whereRaw('(? or ?)', parts)
  }
  if (status !== undefined) void select.where('m.status', status)
  if (suspendedBy !== undefined)
    void select.where(contains(session, "',' || m.suspended_by || ','", `,${suspendedBy},`))
  if (customised !== undefined) void (customised ? select.whereNotNull('c.cells') : select.whereNull('c.cells'))
  if (role === undefined) return select
  const holders = session.db('grants').where({ account_id: accountId, role }).select('member_id')
  return select.whereIn('m.id', holders).where('m.status', 'active')
}

async function withGrants(session: Session, rows: readonly Row[]): Promise<MemberRow[]> {
  const grants = await grantsByMember(
    session,
    rows.map(({ id }) => id),
  )
  const out = await outAtHome(session, rows)
  return rows.map((row) => ({ ...toMember(row, grants.get(row.id) ?? []), outAtHome: out.has(row.id) }))
}

function toMember(row: Row, grants: readonly Grant[]): Omit<MemberRow, 'outAtHome'> {
  const { desired_rev: desiredRev, applied_rev: appliedRev, applied_epoch: appliedEpoch, epoch } = row
  const lagging = lags({ desiredRev, appliedRev, appliedEpoch, epoch })
  const time = { accountStopped: row.stopped > 0, revisitAt: row.revisit_at }
  return {
    ...fromMemberRow(row),
    desiredRev,
    appliedRev,
    lagging,
    ...time,
    cells: row.cells === null ? null : parseJson(row.cells),
    grants,
    profile: parseJson(row.profile),
    propagation: toState(row),
  }
}

function toState({
  propagation_status: status,
  attempts,
  next_attempt_at: at,
  error_class,
  error,
}: Row): PropagationState {
  return { status, attempts, nextAttemptAt: at === 0 ? null : at, errorClass: error_class, error }
}

async function propagation(session: Session, accountId: string): Promise<PropagationStatus> {
  const { db, dialect } = session
  const behind = '(p.desired_rev > p.applied_rev or p.applied_epoch < a.epoch)'
  const open = `${behind} and p.status = 'open'`
  const query = db('propagations as p').join('accounts as a', 'a.id', 'p.account_id').where('p.account_id', accountId)
  const count = (condition: string, ...bindings: ReturnType<typeof dialect.now>[]) =>
    db.raw(`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`, bindings)
  const [row] = await session.rows<PropagationStatus & { oldest: number | null; now: number }>(
    query.select({
      pending: count(`${open} and p.lease_until <= ?`, dialect.now()),
      running: count(`${open} and p.lease_until > ?`, dialect.now()),
      held: count("p.status = 'held'"),
      blocked: count("p.status = 'blocked'"),
      oldest: db.raw(
        `min(case when p.desired_rev > p.applied_rev then p.dirty_since when p.applied_epoch < a.epoch then a.epoch_at end) filter (where p.status = 'open')`,
      ),
      now: dialect.now(),
    }),
  )
  const { pending = 0, running = 0, held = 0, blocked = 0, oldest = null, now = 0 } = row ?? {}
  return { pending, running, held, blocked, oldestPendingMs: oldest === null ? 0 : Math.max(0, now - oldest) }
}
