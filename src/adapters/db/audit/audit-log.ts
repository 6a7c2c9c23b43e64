import type { AuditLog } from '../../../application/audit/audit-log.ts'
import type { CheckpointStatement, KeyStatement } from '../../../domain/audit-statement.ts'
import type { Database } from '../database.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'
import { createAuditReads } from './reads.ts'
import { seal } from './seal.ts'

/** The audit log as the sealer and its readers see it; lines are written by the unit of work. */
export function createAuditLog({ reads, transaction }: Database): AuditLog {
  return {
    ...createAuditReads(reads),
    async seal(limit, at) {
      const waiting = await reads.rows(reads.db('audit_events').select('id').whereNull('seq').limit(1))
      return waiting.length === 0 ? 0 : transaction((session) => seal(session, limit, at))
    },
    due: (query) => due(reads, query),
    async addCheckpoints(statements) {
      if (statements.length > 0) await transaction((session) => addCheckpoints(session, statements))
    },
    async notInSink(limit) {
      const query = reads.db('audit_checkpoints').select('statement').where('in_sink', 0)
      const rows = await reads.rows<{ statement: string }>(query.orderBy(['account_id', 'seq']).limit(limit))
      return rows.map(({ statement }) => parseJson<CheckpointStatement>(statement))
    },
    async markInSink(statements) {
      await transaction((session) => markInSink(session, statements))
    },
    async keys() {
      const rows = await reads.rows<{ statement: string }>(reads.db('audit_keys').orderBy('position'))
      return rows.map(({ statement }) => parseJson<KeyStatement>(statement))
    },
  }
}

async function due({ db, rows }: Session, { lines, openUntil, limit }: Parameters<AuditLog['due']>[0]) {
  const query = db('audit_heads')
    .select({ accountId: 'account_id' }, 'seq', 'hash')
    .whereRaw('seq > checkpoint_seq and (seq - checkpoint_seq >= ? or open_since <= ?)', [lines, openUntil])
  return rows<{ accountId: string; seq: number; hash: string }>(query.orderBy('open_since').limit(limit))
}

const checkpointColumns = {
  account_id: 'text',
  seq: 'bigint',
  at: 'bigint',
  key_id: 'text',
  statement: 'text',
  in_sink: 'bigint',
} as const
const names = Object.keys(checkpointColumns).join(', ')

/** Two processes may sign the same line: the first is kept. */
async function addCheckpoints({ db, dialect, run }: Session, statements: readonly CheckpointStatement[]) {
  const rows = statements.map((statement) => ({
    account_id: statement.account,
    seq: statement.seq,
    at: Date.parse(statement.at),
    key_id: statement.key,
    statement: JSON.stringify(statement),
    in_sink: 0,
  }))
  const insert = `insert into audit_checkpoints (${names}) select ${names} from ? where true on conflict do nothing`
  await run(db.raw(insert, [dialect.recordset('told', checkpointColumns, rows)]))
  const advance = `update audit_heads set checkpoint_seq = told.seq, open_since = told.at from ?
    where audit_heads.account_id = told.account_id and audit_heads.checkpoint_seq < told.seq`
  const columns = { account_id: 'text', seq: 'bigint', at: 'bigint' } as const
  await run(db.raw(advance, [dialect.recordset('told', columns, rows)]))
}

async function markInSink({ db, dialect, run }: Session, statements: readonly CheckpointStatement[]): Promise<void> {
  const rows = statements.map(({ account, seq }) => ({ account_id: account, seq }))
  const told = dialect.recordset('told', { account_id: 'text', seq: 'bigint' }, rows)
  const sql = `update audit_checkpoints set in_sink = 1 from ?
    where audit_checkpoints.account_id = told.account_id and audit_checkpoints.seq = told.seq`
  await run(db.raw(sql, [told]))
}
