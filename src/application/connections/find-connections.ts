import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { GroupSummary } from '../views.ts'

type Needs = Pick<Ports, 'views'>
export type ConnectionRef = { accountId: string; connectionId: string }

export async function listConnections(ports: Needs, op: Operation, accountId: string): Promise<Connection[]> {
  authorize(op, { verb: 'operate' })
  await requireAccount(ports, accountId)
  return ports.views.connections(accountId)
}

/** The groups that the connection's IdP has pushed, with their sizes. */
export async function listGroups(ports: Needs, op: Operation, ref: ConnectionRef): Promise<GroupSummary[]> {
  authorize(op, { verb: 'operate' })
  const connection = await requireConnection(ports, ref)
  return ports.views.groups(connection.id)
}

/** The connection, if it is of that account; `not_found` alike for an absent and for a foreign one. */
export async function requireConnection(ports: Needs, ref: ConnectionRef): Promise<Connection> {
  const connection = await ports.views.connection(ref.accountId, ref.connectionId)
  if (connection !== undefined) return connection
  throw connectionNotFound(ref)
}

export function connectionNotFound({ accountId, connectionId }: ConnectionRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no connection "${connectionId}"`)
}
