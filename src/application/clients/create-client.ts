import { openConnection } from '../access/require-may-reach.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import { AppError, type FieldProblem } from '../../domain/errors.ts'
import {
  liveClientLimit,
  withoutDefaultScope,
  type AssertionTrust,
  type OAuthClient,
} from '../../domain/oauth-client.ts'
import { everyScope, type ScimScope } from '../../domain/scim-scope.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { ClientWithSecrets } from '../views.ts'
import { makeSecret } from './make-secret.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets' | 'outbound'>
export type CreateClient = ConnectionRef & {
  name: string
  scopes?: readonly ScimScope[] | undefined
  /** Left out: the client proves itself by a secret. Without issuer and subject they are the client itself. */
  assertion?:
    | { jwksUrl: string; issuer?: string | undefined; subject?: string | undefined; audience?: string | undefined }
    | undefined
  secretExpiresInDays?: number | undefined
}
/** The text of the secret is answered once and never stored; null for a client that has none. */
export type CreatedClient = ClientWithSecrets & { readonly clientSecret: string | null }

/** Makes an OAuth client of a connection: with a secret, or with trust in somebody's assertions. */
export async function createClient(ports: Needs, op: Operation, command: CreateClient): Promise<CreatedClient> {
  const opened = await openConnection(ports, op, command)
  const { connection } = opened
  const now = ports.clock.now()
  const id = ports.newId()
  const client: OAuthClient = {
    id,
    accountId: connection.accountId,
    connectionId: connection.id,
    name: command.name,
    scopes: command.scopes ?? everyScope,
    assertion: command.assertion === undefined ? null : trustOf(ports, id, command.assertion),
    createdAt: now,
    revokedAt: null,
    lastUsedAt: null,
  }
  const made = client.assertion === null ? makeSecret(ports, id, command.secretExpiresInDays) : null

  await ports.unitOfWork(async (tx) => {
    await requireStillOpen(ports, op, tx, opened)
    const live = (await tx.clients.ofConnection(connection.id)).filter((other) => other.revokedAt === null)
    if (live.length >= liveClientLimit)
      throw new AppError('conflict', `the connection has ${live.length} clients already; revoke one first`)
    await tx.clients.insert(client)
    if (made !== null) await tx.clients.insertSecret(made.secret)
    const { accountId, name, scopes, assertion } = client
    const line = { action: 'client.created', accountId, target: id } as const
    const detail = { connection: connection.id, scopes, assertion }
    await tx.audit.record(op, { ...line, detail, after: { state: 'live', name, scopes, assertion } }, now)
  })
  return { ...client, secrets: made === null ? [] : [made.secret], clientSecret: made?.text ?? null }
}

type Told = NonNullable<CreateClient['assertion']>

function trustOf({ outbound }: Needs, id: string, told: Told): AssertionTrust {
  const { jwksUrl, issuer = id, subject = id, audience } = told
  const problems: FieldProblem[] = []
  const refusal = outbound.refusal(jwksUrl)
  if (refusal !== null) problems.push({ path: 'assertion.jwksUrl', message: refusal })
  if ((told.issuer === undefined) !== (told.subject === undefined)) {
    const path = told.issuer === undefined ? 'assertion.issuer' : 'assertion.subject'
    problems.push({ path, message: 'give issuer and subject, or neither: then they are the client’s own id' })
  }
  if (problems.length > 0) {
    const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
    throw new AppError('invalid_input', detail, { problems })
  }
  return { jwksUrl, issuer, subject, audience: audience === undefined ? null : withoutDefaultScope(audience) }
}
