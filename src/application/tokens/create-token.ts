import { openConnection } from '../access/require-may-reach.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import { formatCredential, isLive } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import { everyScope, type ScimScope } from '../../domain/scim-scope.ts'
import { liveTokenLimit, tokenLifeDays, type ScimToken } from '../../domain/scim-token.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets'>
export type CreateToken = ConnectionRef & {
  expiresInDays?: number | undefined
  scopes?: readonly ScimScope[] | undefined
}
export type CreatedToken = ScimToken & { readonly token: string }

const dayMs = 86_400_000

/** Makes a bearer token of a connection. Its text is answered once and never stored. */
export async function createToken(ports: Needs, op: Operation, command: CreateToken): Promise<CreatedToken> {
  const opened = await openConnection(ports, op, command)
  const { connection } = opened
  const now = ports.clock.now()
  const secret = ports.secrets.token()
  const token: ScimToken = {
    id: ports.newId(),
    accountId: connection.accountId,
    connectionId: connection.id,
    secretHash: ports.secrets.hash(secret),
    hint: secret.slice(-4),
    scopes: command.scopes ?? everyScope,
    createdAt: now,
    expiresAt: now + (command.expiresInDays ?? tokenLifeDays) * dayMs,
    revokedAt: null,
    lastUsedAt: null,
  }

  await ports.unitOfWork(async (tx) => {
    await requireStillOpen(ports, op, tx, opened)
    const live = (await tx.tokens.ofConnection(connection.id)).filter((other) => isLive(other, now))
    if (live.length >= liveTokenLimit) {
      const names = live.map((other) => other.id).join(', ')
      throw new AppError(
        'conflict',
        `the connection has ${live.length} live tokens already; revoke one first: ${names}`,
      )
    }
    await tx.tokens.insert(token)
    const line = { action: 'token.created', accountId: token.accountId, target: token.id } as const
    const { expiresAt, scopes } = token
    const detail = { connection: connection.id, expiresAt, scopes }
    await tx.audit.record(op, { ...line, detail, after: { state: 'live', expiresAt, scopes } }, now)
  })
  return { ...token, token: formatCredential('scim', token.id, secret) }
}
