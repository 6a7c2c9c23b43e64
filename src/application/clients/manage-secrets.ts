import { openConnection, requireMayOpen } from '../access/require-may-reach.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import { isLive } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import { liveSecretLimit, type ClientSecret } from '../../domain/oauth-client.ts'
import { ended } from '../ended.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { makeSecret } from './make-secret.ts'
import { lockClient, type ClientRef } from './manage-clients.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets'>
export type AddSecret = ClientRef & { expiresInDays?: number | undefined }
export type AddedSecret = ClientSecret & { readonly clientSecret: string }

/** One more secret of a client, to rotate to. Its text is answered once and never stored. */
export async function addClientSecret(ports: Needs, op: Operation, command: AddSecret): Promise<AddedSecret> {
  const opened = await openConnection(ports, op, command)
  const { secret, text } = makeSecret(ports, command.clientId, command.expiresInDays)
  const now = secret.createdAt
  await ports.unitOfWork(async (tx) => {
    await requireStillOpen(ports, op, tx, opened)
    const client = await lockClient(tx, command)
    if (client.revokedAt !== null) throw new AppError('conflict', 'the client is revoked; make a new one')
    if (client.assertion !== null)
      throw new AppError('conflict', 'the client proves itself by assertions; make another one for a secret')
    const live = (await tx.clients.secretsOf(client.id)).filter((other) => isLive(other, now))
    if (live.length >= liveSecretLimit) {
      const names = live.map((other) => other.id).join(', ')
      throw new AppError('conflict', `the client has ${live.length} live secrets already; revoke one first: ${names}`)
    }
    await tx.clients.insertSecret(secret)
    const line = { action: 'client_secret.added', accountId: client.accountId, target: secret.id } as const
    const { expiresAt } = secret
    const detail = { client: client.id, expiresAt }
    await tx.audit.record(op, { ...line, detail, after: { state: 'live', expiresAt } }, now)
  })
  return { ...secret, clientSecret: text }
}

/** Ends a secret, and with it the access tokens that were given for it. Revoking twice is no error. */
export async function revokeClientSecret(
  ports: Needs,
  op: Operation,
  ref: ClientRef & { secretId: string },
): Promise<void> {
  await requireMayOpen(ports, op, ref)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const client = await lockClient(tx, ref)
    const secret = (await tx.clients.secretsOf(client.id)).find(({ id }) => id === ref.secretId)
    if (secret === undefined)
      throw new AppError('not_found', `client "${ref.clientId}" has no secret "${ref.secretId}"`)
    if (secret.revokedAt !== null) return
    await tx.clients.revokeSecret(secret.id, now)
    const line = { action: 'client_secret.revoked', accountId: client.accountId, target: secret.id } as const
    await tx.audit.record(op, { ...line, detail: { client: client.id }, ...ended }, now)
  })
}
