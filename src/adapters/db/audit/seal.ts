import { createHash } from 'node:crypto'
import { emptyHead, sealLines, type Head, type RecordedLine } from '../../../domain/audit-chain.ts'
import type { Session } from '../session.ts'
import { toRecorded, type EventRow } from './rows.ts'

/** Any number will do, as long as no other program of the same database takes it. */
const advisoryLock = 748_120_562

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Numbers and chains what waits. The lock is taken before anything is read, so that a second process that waited for it sees
 * what the first has sealed; the index of numbers in a chain would refuse a fork besides.
 */
export async function seal(session: Session, limit: number, at: number): Promise<number> {
  const { db, dialect } = session
  if (dialect.name === 'postgres') await session.rows(db.raw('select pg_advisory_xact_lock(?)', [advisoryLock]))
  const rows = await session.rows<EventRow>(db('audit_events').whereNull('seq').orderBy('id').limit(limit))
  if (rows.length === 0) return 0
  const byAccount = new Map<string, RecordedLine[]>()
  for (const line of rows.map(toRecorded)) {
    const lines = byAccount.get(line.accountId)
    if (lines === undefined) byAccount.set(line.accountId, [line])
    else lines.push(line)
  }
  const before = await headsOf(session, [...byAccount.keys()])
  const chained = [...byAccount].map(([accountId, lines]) => chain(accountId, lines, before.get(accountId)))
  await writeSeals(
    session,
    chained.flatMap(({ sealed }) => sealed),
  )
  await writeHeads(
    session,
    chained.map(({ head, accountId }) => ({ account_id: accountId, ...head, checkpoint_seq: 0, open_since: at })),
  )
  return rows.length
}

function chain(accountId: string, lines: readonly RecordedLine[], head: Head | undefined) {
  return { accountId, ...sealLines(head ?? emptyHead, lines, sha256) }
}

async function headsOf({ db, dialect, rows }: Session, accountIds: readonly string[]): Promise<Map<string, Head>> {
  type HeadRow = { account_id: string; seq: number; hash: string }
  const query = db('audit_heads').select('account_id', 'seq', 'hash').where(dialect.among('account_id', accountIds))
  return new Map((await rows<HeadRow>(query)).map(({ account_id, seq, hash }) => [account_id, { seq, hash }]))
}

async function writeSeals({ db, dialect, run }: Session, sealed: readonly (Head & { id: string })[]): Promise<void> {
  const told = dialect.recordset('told', { id: 'text', seq: 'bigint', hash: 'text' }, sealed)
  await run(
    db.raw('update audit_events set seq = told.seq, hash = told.hash from ? where audit_events.id = told.id', [told]),
  )
}

const columns = {
  account_id: 'text',
  seq: 'bigint',
  hash: 'text',
  checkpoint_seq: 'bigint',
  open_since: 'bigint',
} as const
const upsertHeads = `
insert into audit_heads (account_id, seq, hash, checkpoint_seq, open_since)
select account_id, seq, hash, checkpoint_seq, open_since from ? where true
on conflict (account_id) do update set seq = excluded.seq, hash = excluded.hash, open_since = case
  when audit_heads.seq > audit_heads.checkpoint_seq then audit_heads.open_since else excluded.open_since end`

async function writeHeads({ db, dialect, run }: Session, heads: readonly object[]): Promise<void> {
  await run(db.raw(upsertHeads, [dialect.recordset('told', columns, heads)]))
}
