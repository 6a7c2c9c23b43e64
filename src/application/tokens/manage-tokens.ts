import { AppError } from '../../domain/errors.ts'
import type { ScimToken } from '../../domain/scim-token.ts'
import { requireConnection, type ConnectionRef } from '../connections/find-connections.ts'
import { ended } from '../ended.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock'>

export async function listTokens(ports: Pick<Needs, 'views'>, op: Operation, ref: ConnectionRef): Promise<ScimToken[]> {
  authorize(op, { verb: 'operate' })
  const connection = await requireConnection(ports, ref)
  return ports.views.tokens(connection.id)
}

/** Ends a token: the very next request with it is 401. Revoking twice is no error. */
export async function revokeToken(
  ports: Needs,
  op: Operation,
  ref: ConnectionRef & { tokenId: string },
): Promise<void> {
  authorize(op, { verb: 'operate' })
  const connection = await requireConnection(ports, ref)
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
