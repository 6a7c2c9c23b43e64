import type { Actor } from '../../domain/actor.ts'
import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { isLive, parseScimToken, type ScimToken } from '../../domain/scim-token.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'secrets'>
export type ScimClient = { readonly actor: Actor; readonly connection: Connection }

/** How stale "last used" may get: it is a hint for rotation, not a log, and costs a write. */
const lastUsedGrainMs = 60_000

/**
 * Who speaks on a connection's SCIM endpoint. The token names its connection, which must be the one in the URL; a foreign,
 * absent, expired or revoked token are one and the same answer.
 */
export async function authenticateScimClient(
  ports: Needs,
  credential: { bearer: string; connectionId: string },
): Promise<ScimClient> {
  const parsed = parseScimToken(credential.bearer)
  const found = parsed === null ? undefined : await ports.views.tokenWithConnection(parsed.id)
  const now = ports.clock.now()
  const genuine =
    parsed !== null &&
    found !== undefined &&
    ports.secrets.equal(ports.secrets.hash(parsed.secret), found.token.secretHash)
  if (!genuine || !isLive(found.token, now) || found.connection.id !== credential.connectionId) throw unauthenticated()
  if (found.connection.state !== 'active') throw unauthenticated()
  noteUse(ports, found.token, now)
  const { token, connection } = found
  const actor = {
    kind: 'scim',
    accountId: connection.accountId,
    connectionId: connection.id,
    tokenId: token.id,
  } as const
  return { actor, connection }
}

function unauthenticated(): AppError {
  return new AppError(
    'unauthenticated',
    'the bearer token is not valid for this connection; make a new one and paste it whole',
  )
}

/** Best effort: a lost "last used" never fails a request. */
function noteUse(ports: Needs, token: ScimToken, now: number): void {
  if (token.lastUsedAt !== null && now - token.lastUsedAt < lastUsedGrainMs) return
  ports.views.touchToken(token.id, now).catch(() => undefined)
}
