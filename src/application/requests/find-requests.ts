import { requireMaySee } from '../access/require-may-reach.ts'
import { AppError } from '../../domain/errors.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Slice } from '../views.ts'
import type { RequestDetail, RequestQuery, RequestSummary } from './request-entry.ts'

type Needs = Pick<Ports, 'catalogs' | 'clock' | 'views'>
export type ListRequests = ConnectionRef & Omit<RequestQuery, 'connectionId'>

/** What a connection's IdP has asked, the newest first unless asked otherwise. */
export async function listRequests(ports: Needs, op: Operation, query: ListRequests): Promise<Slice<RequestSummary>> {
  const { accountId, connectionId, ...filters } = query
  const connection = await requireMaySee(ports, op, { accountId, connectionId })
  return ports.views.requests({ ...filters, connectionId: connection.id })
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
