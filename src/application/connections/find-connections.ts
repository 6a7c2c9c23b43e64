import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { GroupSummary } from '../views.ts'

type Needs = Pick<Ports, 'views'>
export type ConnectionRef = { accountId: string; connectionId: string }

export async function listConnections(ports: AccessNeeds, op: Operation, accountId: string): Promise<Connection[]> {
  await requireMay(ports, op, 'manage-mappings', accountId)
  return ports.views.connections(accountId)
}

export async function showConnection(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<Connection> {
  await requireMay(ports, op, 'manage-mappings', ref.accountId)
  return requireConnection(ports, ref)
}

/** The groups that the connection's IdP has pushed, with their sizes. */
export async function listGroups(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<GroupSummary[]> {
  await requireMay(ports, op, 'manage-mappings', ref.accountId)
  const connection = await requireConnection(ports, ref)
  return ports.views.groups(connection.id)
}

/** The connection, if it is of that account; `not_found` alike for an absent and for a foreign one. */
export async function requireConnection(ports: Needs, ref: ConnectionRef): Promise<Connection> {
  const connection = await ports.views.connection(ref.accountId, ref.connectionId)
  if (connection !== undefined) return connection
  throw connectionNotFound(ref)
}

export function connectionRetired({ connectionId }: ConnectionRef): AppError {
  const message = `connection "${connectionId}" is retired, for good; open another one`
  return new AppError('conflict', message, { rule: 'connection_retired' })
}

export function connectionNotFound({ accountId, connectionId }: ConnectionRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no connection "${connectionId}"`)
}
