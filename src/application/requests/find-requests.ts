import { requireMaySee } from '../access/require-may-reach.ts'
import { AppError } from '../../domain/errors.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import { placeIn, placeText } from '../list-place.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { RequestDetail, RequestQuery, RequestSummary } from './request-entry.ts'

type Needs = Pick<Ports, 'catalogs' | 'clock' | 'views'>
export type ListRequests = ConnectionRef & Omit<RequestQuery, 'connectionId' | 'after'> & { after?: string | undefined }
export type RequestPage = { readonly items: readonly RequestSummary[]; readonly next: string | null }

/** What a connection's IdP has asked, the newest first. */
export async function listRequests(ports: Needs, op: Operation, query: ListRequests): Promise<RequestPage> {
  const { accountId, connectionId, after, ...filters } = query
  const place = after === undefined ? undefined : placeIn(after)
  const connection = await requireMaySee(ports, op, { accountId, connectionId })
  const rows = await ports.views.requests({
    ...{ ...filters, connectionId: connection.id, after: place },
    limit: query.limit + 1,
  })
  const items = rows.slice(0, query.limit)
  const last = items.at(-1)
  return { items, next: rows.length > query.limit && last !== undefined ? placeText(last) : null }
}

/** One request of a connection with all that is kept of it. */
export async function showRequest(
  ports: Needs,
  op: Operation,
  ref: ConnectionRef & { requestId: string },
): Promise<RequestDetail> {
  const connection = await requireMaySee(ports, op, ref)
  const found = await ports.views.request(connection.id, ref.requestId)
  if (found !== undefined) return found
  throw new AppError(
    'not_found',
    `the log of connection "${connection.id}" has no request "${ref.requestId}"; it may have been purged`,
  )
}
