import type { RequestLog } from '../../application/ports.ts'
import type { RequestEntry } from '../../application/requests/request-entry.ts'
import type { Database } from './database.ts'
import type { Session } from './session.ts'

const texts = [
  'id',
  'connection_id',
  'operation',
  'method',
  'path',
  'query',
  'scim_type',
  'detail',
  'credential_id',
] as const
const bodies = ['request_body', 'answer_body', 'notes', 'changed'] as const
const columns: Record<string, 'text' | 'bigint'> = {
  ...Object.fromEntries([...texts, ...bodies].map((name) => [name, 'text'])),
  ...{ at: 'bigint', status: 'bigint', micros: 'bigint' },
}
const own = Object.keys(columns).filter((name) => name !== 'credential_id')
const linkColumns = { request_id: 'text', member_id: 'text', at: 'bigint' } as const
const subjectColumns = { request_id: 'text', connection_id: 'text', user_id: 'text', at: 'bigint' } as const

/** Writes batches of requests, each in a transaction of its own that no request waits for. */
export function createRequestLogStore(database: Database): RequestLog {
  return {
    append: (entries) => database.transaction((session) => append(session, entries)),
    purge: (before, limit) => database.transaction((session) => purge(session, before, limit)),
  }
}

/**
 * The account is the connection's own, and a token or client counts only where it is one of that connection: what a caller
 * without a genuine credential says of itself is not believed. Requests to connections that there are not leave no trace.
 */
async function append(session: Session, entries: readonly RequestEntry[]): Promise<void> {
  const { db, dialect } = session
  const rows = dialect.recordset('r', columns, entries.map(toRow))
  const known = db(rows)
    .join('connections as c', 'c.id', 'r.connection_id')
    .leftJoin('scim_tokens as t', (on) => on.on('t.id', 'r.credential_id').andOn('t.connection_id', 'r.connection_id'))
    .leftJoin('oauth_clients as o', (on) =>
      on.on('o.id', 'r.credential_id').andOn('o.connection_id', 'r.connection_id'),
    )
    .select(['c.account_id', db.raw('coalesce(t.id, o.id)'), ...own.map((name) => `r.${name}`)])
  await session.run(db(db.raw(`scim_requests (account_id, credential_id, ${own.join(', ')})`)).insert(known))
  await link(session, entries)
}

async function link(session: Session, entries: readonly RequestEntry[]): Promise<void> {
  const { db, dialect } = session
  const target = db.raw('scim_request_members (request_id, member_id, at)')
  const links = entries.flatMap(({ id, at, changes }) =>
    changes.memberIds.map((memberId) => ({ request_id: id, member_id: memberId, at })),
  )
  const subjects = entries.flatMap(({ id, at, connectionId, resourceId }) =>
    resourceId === null ? [] : [{ request_id: id, connection_id: connectionId, user_id: resourceId, at }],
  )
  if (links.length > 0) {
    const told = db(dialect.recordset('l', linkColumns, links)).join('scim_requests as q', 'q.id', 'l.request_id')
    await session.run(db(target).insert(told.select('l.request_id', 'l.member_id', 'l.at')))
  }
  if (subjects.length > 0) {
    const found = db(dialect.recordset('s', subjectColumns, subjects))
      .join('scim_requests as q', 'q.id', 's.request_id')
      .join('directory_users as u', (on) => on.on('u.id', 's.user_id').andOn('u.connection_id', 's.connection_id'))
      .select('s.request_id', 'u.member_id', 's.at')
      // Written out: knex leaves "on conflict" out of an insert of what is selected.
      .whereRaw(
        'not exists (select 1 from scim_request_members k where k.request_id = s.request_id and k.member_id = u.member_id)',
      )
    await session.run(db(target).insert(found))
  }
}

function toRow(entry: RequestEntry): object {
  return {
    id: entry.id,
    connection_id: entry.connectionId,
    at: entry.at,
    operation: entry.operation,
    method: entry.method,
    path: entry.path,
    query: entry.query,
    status: entry.status,
    scim_type: entry.scimType,
    detail: entry.detail,
    micros: Math.round(entry.ms * 1000),
    credential_id: entry.credentialId,
    request_body: entry.request,
    answer_body: entry.answer,
    notes: JSON.stringify(entry.notes),
    changed: JSON.stringify(entry.changes),
  }
}

async function purge({ db, dialect, rows, run }: Session, before: number, limit: number): Promise<number> {
  const oldest = db('scim_requests').select('id').where('at', '<', before).orderBy('at').limit(limit)
  const ids = (await rows<{ id: string }>(oldest)).map(({ id }) => id)
  if (ids.length > 0) await run(db('scim_requests').where(dialect.among('id', ids)).delete())
  return ids.length
}
