import type { ScimActor } from '../../domain/actor.ts'
import type { Connection } from '../../domain/connection.ts'
import { isLive, parseCredential } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import type { ScimScope } from '../../domain/scim-scope.ts'
import type { ScimToken } from '../../domain/scim-token.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'secrets'>
export type ScimClient = {
  readonly actor: ScimActor
  readonly connection: Connection
  /** Which schemas its account has now. */
  readonly schemasRev: number
}

/** How stale "last used" may get: it is a hint for rotation, not a log, and costs a write. */
const lastUsedGrainMs = 60_000

/** What a bearer credential turned out to be of, before its secret was compared. */
type Found = {
  readonly secretHash: string
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly credentialId: string
  readonly scopes: readonly ScimScope[]
  readonly connection: Connection
  readonly schemasRev: number
  readonly token: ScimToken | null
}

/**
 * Who speaks on a connection's SCIM endpoint: a token of the connection, or an access token of a client of it. It names its
 * connection, which must be the one in the URL; a foreign, absent, expired or revoked credential are one and the same answer.
 */
export async function authenticateScimClient(
  ports: Needs,
  credential: { bearer: string; connectionId: string },
): Promise<ScimClient> {
  const { bearer, connectionId } = credential
  const [fixed, given] = [parseCredential('scim', bearer), parseCredential('scimat', bearer)]
  const found =
    fixed === null ? given && (await accessToken(ports, given.id)) : await tokenOfConnection(ports, fixed.id)
  const secret = (fixed ?? given)?.secret ?? bearer
  const now = ports.clock.now()
  const genuine = ports.secrets.equal(ports.secrets.hash(secret), found?.secretHash ?? '')
  if (!found || !genuine || !isLive(found, now) || found.connection.id !== connectionId) throw unauthenticated()
  const { connection, credentialId, scopes, schemasRev } = found
  if (connection.state !== 'active') throw unauthenticated()
  if (found.token !== null) noteUse(ports, found.token, now)
  const place = { accountId: connection.accountId, connectionId: connection.id }
  return { actor: { kind: 'scim', ...place, credentialId, scopes }, connection, schemasRev }
}

async function tokenOfConnection({ views }: Needs, id: string): Promise<Found | null> {
  const found = await views.tokenWithConnection(id)
  if (found === undefined) return null
  const { token, connection, schemasRev } = found
  return { ...token, credentialId: token.id, connection, schemasRev, token }
}

async function accessToken({ views }: Needs, id: string): Promise<Found | null> {
  const found = await views.accessTokenWithConnection(id)
  if (found === undefined) return null
  const { token, connection, schemasRev } = found
  return { ...token, credentialId: token.clientId, connection, schemasRev, token: null }
}

function unauthenticated(): AppError {
  const mend = 'make a new one and paste it whole, or get a new access token'
  return new AppError('unauthenticated', `the bearer token is not valid for this connection; ${mend}`, {
    rule: 'invalid_token',
  })
}

/** Best effort: a lost "last used" never fails a request. */
function noteUse(ports: Needs, token: ScimToken, now: number): void {
  if (token.lastUsedAt !== null && now - token.lastUsedAt < lastUsedGrainMs) return
  ports.views.touchToken(token.id, now).catch(() => undefined)
}
