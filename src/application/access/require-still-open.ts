import type { Connection } from '../../domain/connection.ts'
import { connectionRetired } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'
import type { Opened } from './require-may-reach.ts'
import { requireOwnSignIn } from './require-own-sign-in.ts'
import { requireStillMay, type JudgingAnew } from './require-still-may.ts'

/**
 * The first line of a transaction on an opened connection: whoever opened it still may, and it is neither retired nor the
 * platform's meanwhile. It stays so until the transaction ends; answers the connection as it is now.
 */
export async function requireStillOpen(
  ports: JudgingAnew,
  op: Operation,
  tx: Tx,
  { permitted, connection: { id, accountId } }: Opened,
): Promise<Connection> {
  await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
  const connection = await tx.connections.lock(id)
  if (connection?.state !== 'active') throw connectionRetired({ accountId, connectionId: id })
  requireOwnSignIn(permitted, await tx.oidcSettings.lock(id))
  return connection
}
