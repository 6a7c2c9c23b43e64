import { serviceAccount } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import type { Gateway } from '../../domain/gateway.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { ended } from '../ended.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock'>

/** The gateways of an account; of none (null) those that ask about every account. */
export async function listGateways(
  ports: Pick<Needs, 'views'>,
  op: Operation,
  accountId: string | null,
): Promise<Gateway[]> {
  authorize(op, { verb: 'operate' })
  if (accountId !== null) await requireAccount(ports, accountId)
  return ports.views.gateways(accountId)
}

/** Ends a gateway's credential: the very next question with it is 401. Revoking twice is no error. */
export async function revokeGateway(
  ports: Needs,
  op: Operation,
  { accountId, gatewayId }: { accountId: string | null; gatewayId: string },
): Promise<void> {
  authorize(op, { verb: 'operate' })
  if (accountId !== null) await requireAccount(ports, accountId)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const gateway = await tx.gateways.lock(gatewayId)
    if (gateway?.accountId !== accountId) throw new AppError('not_found', `there is no gateway "${gatewayId}" here`)
    if (gateway.revokedAt !== null) return
    await tx.gateways.revoke(gatewayId, now)
    const line = { action: 'gateway.revoked', accountId: accountId ?? serviceAccount, target: gatewayId } as const
    await tx.audit.record(op, { ...line, ...ended }, now)
  })
}
