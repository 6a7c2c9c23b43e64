import type { GatewayActor } from '../../domain/actor.ts'
import { parseCredential } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'secrets'>

/** How stale "last used" may get: it is a hint, not a log, and costs a write. */
const lastUsedGrainMs = 600_000

/** Who asks for decisions. An absent, foreign or revoked credential are one and the same answer. */
export async function authenticateGateway(ports: Needs, bearer: string): Promise<GatewayActor> {
  const parsed = parseCredential('gw', bearer)
  const found = parsed === null ? undefined : await ports.views.gateway(parsed.id)
  const genuine = ports.secrets.equal(ports.secrets.hash(parsed?.secret ?? bearer), found?.secretHash ?? '')
  if (found === undefined || !genuine || found.revokedAt !== null) throw unauthenticated()
  const now = ports.clock.now()
  // Best effort: a lost "last used" never fails a question.
  if (found.lastUsedAt === null || now - found.lastUsedAt >= lastUsedGrainMs)
    ports.views.touchGateway(found.id, now).catch(() => undefined)
  return { kind: 'gateway', gatewayId: found.id, accountId: found.accountId }
}

function unauthenticated(): AppError {
  const mend = 'send the token of a gateway as "Authorization: Bearer gw_…"; joinery gateways create makes one'
  return new AppError('unauthenticated', `the bearer token is no gateway’s; ${mend}`, { rule: 'invalid_token' })
}
