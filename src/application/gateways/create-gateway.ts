import { serviceAccount } from '../../domain/audit.ts'
import { formatCredential } from '../../domain/credential-text.ts'
import type { Gateway } from '../../domain/gateway.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets'>
/** `accountId` null: a gateway that asks about every account. */
export type CreateGateway = { readonly accountId: string | null; readonly name: string }
export type CreatedGateway = Gateway & { readonly token: string }

/** Makes the credential of a gateway. Its text is answered once and never stored. */
export async function createGateway(ports: Needs, op: Operation, command: CreateGateway): Promise<CreatedGateway> {
  authorize(op, { verb: 'operate' })
  const { accountId, name } = command
  if (accountId !== null) await requireAccount(ports, accountId)
  const secret = ports.secrets.token()
  const now = ports.clock.now()
  const gateway: Gateway = {
    ...{ id: ports.newId(), accountId, name, secretHash: ports.secrets.hash(secret), hint: secret.slice(-4) },
    ...{ createdAt: now, revokedAt: null, lastUsedAt: null },
  }
  await ports.unitOfWork(async (tx) => {
    await tx.gateways.insert(gateway)
    const line = { action: 'gateway.created', accountId: accountId ?? serviceAccount, target: gateway.id } as const
    await tx.audit.record(op, { ...line, after: { name, state: 'live' } }, now)
  })
  return { ...gateway, token: formatCredential('gw', gateway.id, secret) }
}
