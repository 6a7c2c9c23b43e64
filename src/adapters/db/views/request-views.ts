import type { Knex } from 'knex'
import type { RequestDetail, RequestQuery, RequestSummary } from '../../../application/requests/request-entry.ts'
import type { Views } from '../../../application/views.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'
import { sortedPage, type Order } from './sorted-page.ts'

type SummaryRow = {
  id: string
  connection_id: string
  at: number
  operation: string
  method: string
  path: string
  query: string | null
  status: number
  scim_type: string | null
  detail: string | null
  micros: number
  credential_id: string | null
  notes: string
  changed: string
}
type DetailRow = SummaryRow & { request_body: string | null; answer_body: string | null }

const summary = [
  ...['id', 'connection_id', 'at', 'operation', 'method', 'path', 'query', 'status', 'scim_type', 'detail'],
  ...['micros', 'credential_id', 'notes', 'changed'],
].map((name) => `r.${name}`)

/** What is read of the request log; a list leaves the bodies where they are. */
export function createRequestViews(session: Session): Pick<Views, 'requests' | 'request'> {
  return {
    async requests(query) {
      const { sort = '-at', limit, after, memberId } = query
      const order = memberId === undefined ? orderOfLog : orderOfLinks
      const page = await sortedPage<SummaryRow>(session, list(session, query), order, { sort, limit, after })
      return { items: page.items.map(fromSummaryRow), next: page.next }
    },
    async request(connectionId, id) {
      const query = session.db('scim_requests as r').where({ 'r.id': id, 'r.connection_id': connectionId })
      const [row] = await session.rows<DetailRow>(query.select([...summary, 'r.request_body', 'r.answer_body']))
      return row && fromDetailRow(row)
    },
  }
}

const byDuration = { column: 'r.micros', type: 'number' } as const
const orderOfLog: Order = { id: 'r.id', columns: { at: { column: 'r.at', type: 'number' }, millis: byDuration } }
const orderOfLinks: Order = {
  id: 'm.request_id',
  columns: { at: { column: 'm.at', type: 'number' }, millis: byDuration },
}

/** By member the links are walked, which are in time as well. */
function list({ db }: Session, query: RequestQuery): Knex.QueryBuilder {
  const { connectionId, method, since, until, memberId } = query
  const at = memberId === undefined ? 'r.at' : 'm.at'
  const select: Knex.QueryBuilder = db('scim_requests as r').select(summary).where('r.connection_id', connectionId)
  if (memberId !== undefined)
    void select.join('scim_request_members as m', 'm.request_id', 'r.id').where('m.member_id', memberId)
  if (since !== undefined) void select.where(at, '>=', since)
  if (until !== undefined) void select.where(at, '<', until)
  if (method !== undefined) void select.where('r.method', method)
  narrowByStatus(select, query)
  return select
}

/** What failed is asked for in the words of the index of failures. */
function narrowByStatus(select: Knex.QueryBuilder, { status, failed }: RequestQuery): void {
  const isClass = status !== undefined && status < 10
  const [from, to] = status === undefined ? [0, 1000] : isClass ? [status * 100, status * 100 + 99] : [status, status]
  if (status !== undefined) void select.whereBetween('r.status', [from, to])
  if (failed === true || from >= 400) void select.whereRaw('r.status >= 400')
  if (failed === false) void select.whereRaw('r.status < 400')
}

function fromSummaryRow(row: SummaryRow): RequestSummary {
  return {
    id: row.id,
    connectionId: row.connection_id,
    at: row.at,
    operation: row.operation,
    method: row.method,
    path: row.path,
    query: row.query,
    status: row.status,
    scimType: row.scim_type,
    detail: row.detail,
    ms: row.micros / 1000,
    credentialId: row.credential_id,
    notes: parseJson(row.notes),
    changes: parseJson(row.changed),
  }
}

function fromDetailRow(row: DetailRow): RequestDetail {
  return { ...fromSummaryRow(row), request: row.request_body, answer: row.answer_body }
}
