import type { Nudge } from '../../application/jobs.ts'
import type { Operation } from '../../application/operation.ts'
import type {
  Applied,
  Claim,
  Failure,
  Lagging,
  ReconcileInput,
  ReconcileStore,
} from '../../application/propagation/reconcile-ports.ts'
import { retryDelayMs } from '../../domain/propagation.ts'
import type { Database } from './database.ts'
import type { Profile, ProfileSource } from '../../domain/profile.ts'
import { readFacts } from './facts.ts'
import { readProfileSources } from './profile-sources.ts'
import { parseJson } from './rows.ts'
import type { Session } from './session.ts'
import { createAudit } from './stores/audit.ts'
import { writeOutcomes } from './write-outcomes.ts'

type Options = { newId: () => string; now: () => number; random: () => number }

export function createReconcileStore(database: Database, options: Options): ReconcileStore {
  return {
    lagging: (query) => lagging(database.reads, query),
    claim: (memberIds, owner, leaseMs) => database.transaction((session) => claim(session, memberIds, owner, leaseMs)),
    read: (claims) => database.snapshot((session) => read(session, claims)),
    async apply(op, outcomes): Promise<Applied> {
      if (outcomes.length === 0) return { applied: [], behind: [], fenced: [] }
      return database.transaction((session) => writeOutcomes(session, op, outcomes, options))
    },
    async fail(op, failures) {
      if (failures.length > 0) await database.transaction((session) => fail(session, op, failures, options))
    },
  }
}

type LaggingRow = { account_id: string; member_id: string; leaving: number; dirty_since: number }
type LaggingQuery = Parameters<ReconcileStore['lagging']>[0]

/** Those whose own facts moved first, leavers before all; then those whose account moved; then those whose time came. */
async function lagging(session: Session, query: LaggingQuery): Promise<Lagging[]> {
  const { limit, after } = query
  const own = after === undefined || after.kind === 'own' ? await laggingByOwnFacts(session, query) : []
  const found = own.map(toOwnLagging)
  if (found.length < limit && after?.kind !== 'time') {
    const rows = await laggingByAccount(session, { ...query, limit: limit - found.length })
    found.push(...rows.map(toAccountLagging))
  }
  if (found.length < limit) {
    const rows = await laggingByTime(session, { ...query, limit: limit - found.length })
    found.push(...rows.map(toTimeLagging))
  }
  return found
}

function laggingByOwnFacts(session: Session, { limit, olderThanMs, after }: LaggingQuery): Promise<LaggingRow[]> {
  const { db, dialect } = session
  const query = due(session)
    .whereRaw('p.desired_rev > p.applied_rev')
    .orderBy([{ column: 'p.leaving', order: 'desc' }, 'p.dirty_since', 'p.member_id'])
    .limit(limit)
  if (olderThanMs > 0) void query.where('p.dirty_since', '<', db.raw('? - ?', [dialect.now(), olderThanMs]))
  if (after?.kind === 'own') {
    const position = [after.leaving ? 1 : 0, after.leaving ? 1 : 0, after.dirtySince, after.memberId]
    void query.whereRaw('(p.leaving < ? or (p.leaving = ? and (p.dirty_since, p.member_id) > (?, ?)))', position)
  }
  return session.rows<LaggingRow>(query)
}

function laggingByAccount(
  session: Session,
  { limit, accountOlderThanMs = 0, after }: LaggingQuery,
): Promise<LaggingRow[]> {
  const { db, dialect } = session
  const query = due(session)
    .join('accounts as a', 'a.id', 'p.account_id')
    .whereRaw('p.applied_epoch < a.epoch and p.desired_rev <= p.applied_rev')
    .orderBy(['p.account_id', 'p.member_id'])
    .limit(limit)
  if (accountOlderThanMs > 0) void query.where('a.epoch_at', '<', db.raw('? - ?', [dialect.now(), accountOlderThanMs]))
  if (after?.kind === 'account')
    void query.whereRaw('(p.account_id, p.member_id) > (?, ?)', [after.accountId, after.memberId])
  return session.rows<LaggingRow>(query)
}

type TimeRow = LaggingRow & { revisit_at: number }

function laggingByTime(session: Session, { limit, after }: LaggingQuery): Promise<TimeRow[]> {
  const query = due(session)
    .select('p.revisit_at')
    .where('p.revisit_at', '<=', session.dialect.now())
    .orderBy(['p.revisit_at', 'p.member_id'])
    .limit(limit)
  if (after?.kind === 'time')
    void query.whereRaw('(p.revisit_at, p.member_id) > (?, ?)', [after.revisitAt, after.memberId])
  return session.rows<TimeRow>(query)
}

function due({ db, dialect }: Session) {
  return db('propagations as p')
    .select('p.account_id', 'p.member_id', 'p.leaving', 'p.dirty_since')
    .where('p.status', 'open')
    .where('p.next_attempt_at', '<=', dialect.now())
    .where('p.lease_until', '<=', dialect.now())
}

/** Takes the rows that nobody holds a live lease on; each claim has a number that only its holder knows as the last. */
async function claim(session: Session, memberIds: readonly string[], owner: string, leaseMs: number): Promise<Claim[]> {
  const { db, dialect } = session
  const free = db('propagations')
    .select('member_id')
    .where(dialect.among('member_id', memberIds))
    .where('lease_until', '<=', dialect.now())
    .where('status', 'open')
    .orderBy('member_id')
  const update = db('propagations')
    .whereIn('member_id', dialect.forUpdate(free))
    .where('lease_until', '<=', dialect.now())
    .update({ claim: db.raw('claim + 1'), lease_owner: owner, lease_until: db.raw('? + ?', [dialect.now(), leaseMs]) })
  type Row = { account_id: string; member_id: string; claim: number }
  const rows = await session.rows<Row>(update.returning(['account_id', 'member_id', 'claim']))
  return rows.map((row) => ({ accountId: row.account_id, memberId: row.member_id, claim: row.claim }))
}

type StateRow = {
  member_id: string
  desired_rev: number
  applied_rev: number
  attempts: number
  epoch: number
  status: string
  incarnation: number
  status_version: number
  profile: string
}

/** Revisions and facts of one and the same moment. */
async function read(session: Session, claims: readonly Claim[]): Promise<ReconcileInput[]> {
  const { db, dialect } = session
  const ids = claims.map(({ memberId }) => memberId)
  const query = db('propagations as p')
    .join('members as m', 'm.id', 'p.member_id')
    .join('accounts as a', 'a.id', 'p.account_id')
    .select(
      'p.member_id',
      'p.desired_rev',
      'p.applied_rev',
      'p.attempts',
      'a.epoch',
      'm.status',
      'm.incarnation',
      'm.status_version',
      'm.profile',
    )
    .where(dialect.among('p.member_id', ids))
  const states = new Map((await session.rows<StateRow>(query)).map((row) => [row.member_id, row]))
  const facts = await readFacts(session, ids)
  const sources = await readProfileSources(session, ids)
  return claims.flatMap((held) => {
    const state = states.get(held.memberId)
    const known = facts.get(held.memberId)
    return state === undefined || known === undefined
      ? []
      : [toInput(held, state, known, sources.get(held.memberId) ?? [])]
  })
}

function toInput(
  held: Claim,
  state: StateRow,
  facts: ReconcileInput['facts'],
  sources: readonly ProfileSource[],
): ReconcileInput {
  return {
    ...held,
    desiredRev: state.desired_rev,
    appliedRev: state.applied_rev,
    epoch: state.epoch,
    attempts: state.attempts,
    member: {
      status: state.status as ReconcileInput['member']['status'],
      incarnation: state.incarnation,
      statusVersion: state.status_version,
    },
    facts,
    profile: { kept: parseJson<Profile>(state.profile), sources },
  }
}

async function fail(session: Session, op: Operation, failures: readonly Failure[], options: Options): Promise<void> {
  const { db, dialect } = session
  for (const { claim: held, errorClass, message, blocked, attempts } of failures) {
    const wait = db.raw('? + ?', [dialect.now(), retryDelayMs(attempts, options.random())])
    const error = { error_class: errorClass, error: message.slice(0, 500) }
    const state = { status: blocked ? 'blocked' : 'open', next_attempt_at: wait, lease_until: 0 }
    const own = db('propagations').where({ member_id: held.memberId, claim: held.claim })
    await session.run(own.update({ ...error, ...state, attempts: db.raw('attempts + 1') }))
    if (blocked) await recordBlocked(session, op, held, errorClass, options)
  }
}

async function recordBlocked(session: Session, op: Operation, held: Claim, errorClass: string, options: Options) {
  const line = { action: 'propagation.blocked', accountId: held.accountId, target: held.memberId } as const
  const detail = { errorClass }
  await createAudit(session, options.newId).record(op, { ...line, memberId: held.memberId, detail }, options.now())
}

function toNudge(row: LaggingRow): Nudge {
  return { accountId: row.account_id, memberId: row.member_id, leaving: row.leaving === 1 }
}

function toOwnLagging(row: LaggingRow): Lagging {
  const nudge = toNudge(row)
  return {
    ...nudge,
    cursor: { kind: 'own', leaving: nudge.leaving, dirtySince: row.dirty_since, memberId: nudge.memberId },
  }
}

function toAccountLagging(row: LaggingRow): Lagging {
  const nudge = toNudge(row)
  return { ...nudge, cursor: { kind: 'account', accountId: nudge.accountId, memberId: nudge.memberId } }
}

function toTimeLagging(row: TimeRow): Lagging {
  const nudge = toNudge(row)
  return { ...nudge, cursor: { kind: 'time', revisitAt: row.revisit_at, memberId: nudge.memberId } }
}
