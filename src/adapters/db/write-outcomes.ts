import type { Operation } from '../../application/operation.ts'
import type { Applied, Outcome, ReconcileInput } from '../../application/propagation/reconcile-ports.ts'
import { setProfiles } from './profile-sources.ts'
import type { Session } from './session.ts'
import { insertAudit } from './stores/audit.ts'

type Options = { newId: () => string; now: () => number }

/**
 * Writes what reconciles decided, each under its fence: the claim must still be the reconcile's own, and the member's
 * incarnation and status version those that it read. Whoever is not under the fence any more writes nothing at all.
 * Removals come first, so that half of a plan would leave too little access, never too much.
 */
export async function writeOutcomes(
  session: Session,
  op: Operation,
  outcomes: readonly Outcome[],
  options: Options,
): Promise<Applied> {
  const passed = await passFence(session, outcomes)
  const winners = outcomes.filter(({ input }) => passed.has(input.memberId))
  const losers = outcomes.filter(({ input }) => !passed.has(input.memberId)).map(({ input }) => input)
  await removeGrants(session, winners)
  await setGrants(session, winners, options.now())
  await setProfiles(
    session,
    winners.flatMap(({ input: { memberId }, profile }) => (profile === null ? [] : { memberId, profile })),
  )
  await recordMoves(session, op, winners, options)
  const freed = await giveBack(session, losers)
  const still = [
    ...winners.filter(({ input }) => passed.get(input.memberId)?.behind).map(({ input }) => input),
    ...freed,
  ]
  return {
    applied: winners.map(({ input }) => ({ memberId: input.memberId, lagMs: lagOf(input, passed) })),
    behind: still.map(({ accountId, memberId }) => ({
      accountId,
      memberId,
      leaving: passed.get(memberId)?.leaving ?? true,
    })),
    fenced: losers.map(({ memberId }) => memberId),
  }
}

function lagOf({ memberId, desiredRev, appliedRev }: ReconcileInput, passed: Passed): number | null {
  return desiredRev > appliedRev ? (passed.get(memberId)?.lagMs ?? null) : null
}

type Passed = Map<string, { behind: boolean; leaving: boolean; lagMs: number }>

const fence = `
update propagations set applied_rev = told.rev, applied_epoch = told.epoch, applied_at = ?, revisit_at = told.revisit_at,
  leaving = case when desired_rev > told.rev then leaving else 0 end,
  attempts = 0, next_attempt_at = 0, error_class = null, error = null, lease_until = 0
from ?
where propagations.member_id = told.member_id and propagations.claim = told.claim
  and exists (select 1 from members where members.id = told.member_id
    and members.incarnation = told.incarnation and members.status_version = told.status_version)
returning propagations.member_id, desired_rev - applied_rev as behind, leaving, applied_at - dirty_since as lag`

async function passFence(session: Session, outcomes: readonly Outcome[]): Promise<Passed> {
  const told = outcomes.map(({ input, revisitAt }) => ({
    member_id: input.memberId,
    revisit_at: revisitAt,
    claim: input.claim,
    rev: input.desiredRev,
    epoch: input.epoch,
    incarnation: input.member.incarnation,
    status_version: input.member.statusVersion,
  }))
  const columns = {
    revisit_at: 'bigint',
    claim: 'bigint',
    rev: 'bigint',
    epoch: 'bigint',
    incarnation: 'bigint',
    status_version: 'bigint',
  } as const
  const recordset = session.dialect.recordset('told', { member_id: 'text', ...columns }, told)
  await lockInOrder(
    session,
    told.map(({ member_id }) => member_id),
  )
  type Row = { member_id: string; behind: number; leaving: number; lag: number }
  const rows = await session.rows<Row>(session.db.raw(fence, [session.dialect.now(), recordset]))
  return new Map(
    rows.map((row) => [
      row.member_id,
      { behind: row.behind > 0, leaving: row.leaving === 1, lagMs: Math.max(0, row.lag) },
    ]),
  )
}

/** A suspension that commits meanwhile waits for these rows, or has moved the status version before. */
async function lockInOrder({ db, dialect, rows }: Session, ids: readonly string[]): Promise<void> {
  if (dialect.name === 'sqlite') return
  await rows(dialect.forUpdate(db('members').select('id').where(dialect.among('id', ids)).orderBy('id')))
}

async function removeGrants(session: Session, outcomes: readonly Outcome[]): Promise<void> {
  const gone = outcomes.flatMap(({ input, plan }) =>
    plan.removed.map(({ role, source }) => ({ member_id: input.memberId, role, source })),
  )
  if (gone.length === 0) return
  const told = session.dialect.recordset('told', { member_id: 'text', role: 'text', source: 'text' }, gone)
  await session.run(
    session.db.raw('delete from grants where (member_id, role, source) in (select member_id, role, source from ?)', [
      told,
    ]),
  )
}

async function setGrants(session: Session, outcomes: readonly Outcome[], at: number): Promise<void> {
  const wanted = outcomes.flatMap(({ input, plan }) =>
    plan.set.map(({ role, source, paths }) => ({
      member_id: input.memberId,
      account_id: input.accountId,
      role,
      source,
      paths: JSON.stringify(paths),
      incarnation: input.member.incarnation,
      granted_at: at,
    })),
  )
  if (wanted.length === 0) return
  const columns = { member_id: 'text', account_id: 'text', role: 'text', source: 'text', paths: 'text' } as const
  const told = session.dialect.recordset('told', { ...columns, incarnation: 'bigint', granted_at: 'bigint' }, wanted)
  await session.run(session.db.raw(upsertGrants, [told]))
}

const upsertGrants = `
insert into grants (member_id, account_id, role, source, paths, incarnation, granted_at)
select member_id, account_id, role, source, paths, incarnation, granted_at from ? where true
on conflict (member_id, role, source) do update set paths = excluded.paths, incarnation = excluded.incarnation`

/** Who lost under the fence but still holds the last claim gives the lease back, so that nobody waits for its end. */
async function giveBack({ db, dialect, rows }: Session, losers: readonly ReconcileInput[]): Promise<ReconcileInput[]> {
  if (losers.length === 0) return []
  const told = losers.map(({ memberId, claim }) => ({ member_id: memberId, claim }))
  const recordset = dialect.recordset('told', { member_id: 'text', claim: 'bigint' }, told)
  const sql = `update propagations set lease_until = 0 from ?
    where propagations.member_id = told.member_id and propagations.claim = told.claim returning propagations.member_id`
  const freed = new Set((await rows<{ member_id: string }>(db.raw(sql, [recordset]))).map((row) => row.member_id))
  return losers.filter(({ memberId }) => freed.has(memberId))
}

async function recordMoves(
  session: Session,
  op: Operation,
  outcomes: readonly Outcome[],
  options: Options,
): Promise<void> {
  const moved = outcomes.filter(({ gained, lost }) => gained.length > 0 || lost.length > 0)
  if (moved.length === 0) return
  const lines = moved.map(({ input, gained, lost }) => ({
    ...({
      action: 'grants.changed',
      accountId: input.accountId,
      target: input.memberId,
      memberId: input.memberId,
    } as const),
    detail: { gained, lost, rev: input.desiredRev },
  }))
  await insertAudit(session, options.newId, op, lines, options.now())
}
