import { requireMayOpen, requireMaySee } from '../access/require-may-reach.ts'
import { AppError } from '../../domain/errors.ts'
import type { OAuthClient } from '../../domain/oauth-client.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import { ended } from '../ended.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { ClientWithSecrets } from '../views.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock'>
export type ClientRef = ConnectionRef & { clientId: string }

export async function listClients(ports: Needs, op: Operation, ref: ConnectionRef): Promise<ClientWithSecrets[]> {
  const connection = await requireMaySee(ports, op, ref)
  return ports.views.clients(connection.id)
}

/** Ends a client: the very next request with any access token of it is 401. Revoking twice is no error. */
export async function revokeClient(ports: Needs, op: Operation, ref: ClientRef): Promise<void> {
  await requireMayOpen(ports, op, ref)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const client = await lockClient(tx, ref)
    if (client.revokedAt !== null) return
    await tx.clients.revoke(client.id, now)
    const line = { action: 'client.revoked', accountId: client.accountId, target: client.id } as const
    await tx.audit.record(op, { ...line, detail: { connection: client.connectionId }, ...ended }, now)
  })
}

/** The client, if it is of that connection; `not_found` alike for an absent and for a foreign one. */
export async function lockClient(tx: Tx, { connectionId, clientId }: ClientRef): Promise<OAuthClient> {
  const client = await tx.clients.lock(clientId)
  if (client?.connectionId === connectionId) return client
  throw new AppError('not_found', `connection "${connectionId}" has no client "${clientId}"`)
}
