import type { Knex } from 'knex'
import type { AuditLog, AuditQuery, AuditState, SealedLine } from '../../../application/audit/audit-log.ts'
import type { Head } from '../../../domain/audit-chain.ts'
import type { CheckpointStatement } from '../../../domain/audit-statement.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'
import { sortedPage, type Order } from '../views/sorted-page.ts'
import { toEntry, type EventRow } from './rows.ts'

type Reads = Pick<AuditLog, 'head' | 'sealed' | 'checkpoints' | 'list' | 'state' | 'linesAbout'>
type Row = EventRow & { content: string | null }

/** Everything that is only read of the audit log. */
export function createAuditReads(session: Session): Reads {
  const { db } = session
  return {
    async head(accountId) {
      const query = db('audit_heads').select('seq', 'hash').where('account_id', accountId)
      return (await session.rows<Head>(query))[0]
    },
    async sealed(accountId, { after, until, limit }) {
      const query = lines(db).where('e.account_id', accountId).whereNotNull('e.seq')
      const slice = query.where('e.seq', '>', after).where('e.seq', '<=', until).orderBy('e.seq').limit(limit)
      return (await session.rows<Row>(slice)).map(toEntry) as SealedLine[]
    },
    async checkpoints(accountId, { after, limit, key, descending = false }) {
      const query = db('audit_checkpoints').select('statement').where('account_id', accountId)
      if (after !== undefined) void query.where('seq', descending ? '<' : '>', after)
      if (key !== undefined) void query.where('key_id', key)
      const slice = query.orderBy('seq', descending ? 'desc' : 'asc').limit(limit)
      return (await session.rows<{ statement: string }>(slice)).map(({ statement }) =>
        parseJson<CheckpointStatement>(statement),
      )
    },
    async list(query) {
      const { sort = '-at', limit, after } = query
      const page = await sortedPage<Row>(session, list(db, query), order, { sort, limit, after })
      return { items: page.items.map(toEntry), next: page.next }
    },
    state: () => state(session),
    linesAbout: (thing) => linesAbout(session, thing),
  }
}

function lines(db: Knex): Knex.QueryBuilder {
  return db('audit_events as e').leftJoin('audit_personal as p', 'p.event_id', 'e.id').select('e.*', 'p.content')
}

const order: Order = { id: 'e.id', columns: { at: { column: 'e.at', type: 'number' } } }

/** Lines of one member, actor, target or action are walked by it, else the account’s are, always in time. */
function list(db: Knex, { accountId, since, until, ...told }: AuditQuery) {
  const query = lines(db).where('e.account_id', accountId)
  const { memberId, actor, action, target, door } = told
  const exact = { member_id: memberId, action, actor, target, door }
  for (const [column, value] of Object.entries(exact)) if (value !== undefined) void query.where(`e.${column}`, value)
  if (since !== undefined) void query.where('e.at', '>=', since)
  if (until !== undefined) void query.where('e.at', '<', until)
  return query
}

const mostCounted = 10_000

async function state({ db, rows }: Session): Promise<AuditState> {
  const waiting = db('audit_events').select('at').whereNull('seq').orderBy('id').limit(mostCounted).as('waiting')
  const outside = db('audit_checkpoints').select('seq').where('in_sink', 0).limit(mostCounted).as('outside')
  const [unsealed, unchecked, sink] = await Promise.all([
    rows<{ count: number; oldest: number | null }>(db(waiting).select(db.raw('count(*) as count, min(at) as oldest'))),
    rows<{ oldest: number | null }>(
      db('audit_heads').whereRaw('seq > checkpoint_seq').select(db.raw('min(open_since) as oldest')),
    ),
    rows<{ count: number }>(db(outside).select(db.raw('count(*) as count'))),
  ])
  return {
    unsealed: unsealed[0]?.count ?? 0,
    oldestUnsealedAt: unsealed[0]?.oldest ?? null,
    oldestUncheckedAt: unchecked[0]?.oldest ?? null,
    checkpointsNotInSink: sink[0]?.count ?? 0,
  }
}

const about = `select
  (select count(*) from audit_events where account_id = ? and target = ?) +
  (select count(*) from audit_events where account_id = ? and member_id = ? and target <> ?) as count`

export async function linesAbout(
  { db, rows }: Session,
  { accountId, id }: { readonly accountId: string; readonly id: string },
): Promise<number> {
  const [found] = await rows<{ count: number }>(db.raw(about, [accountId, id, accountId, id, id]))
  return Number(found?.count ?? 0)
}
