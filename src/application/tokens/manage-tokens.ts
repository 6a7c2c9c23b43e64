import { requireMayOpen, requireMaySee } from '../access/require-may-reach.ts'
import { AppError } from '../../domain/errors.ts'
import type { ScimToken } from '../../domain/scim-token.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import { ended } from '../ended.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock'>

export async function listTokens(ports: Needs, op: Operation, ref: ConnectionRef): Promise<ScimToken[]> {
  const connection = await requireMaySee(ports, op, ref)
  return ports.views.tokens(connection.id)
}

/** Ends a token: the very next request with it is 401. Revoking twice is no error. */
export async function revokeToken(
  ports: Needs,
  op: Operation,
  ref: ConnectionRef & { tokenId: string },
): Promise<void> {
  const connection = await requireMayOpen(ports, op, ref)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const token = await tx.tokens.find(ref.tokenId)
    if (token?.connectionId !== connection.id) {
      throw new AppError('not_found', `connection "${connection.id}" has no token "${ref.tokenId}"`)
    }
    if (token.revokedAt !== null) return
    await tx.tokens.revoke(token.id, now)
    const line = { action: 'token.revoked', accountId: token.accountId, target: token.id } as const
    await tx.audit.record(op, { ...line, detail: { connection: connection.id }, ...ended }, now)
  })
}
