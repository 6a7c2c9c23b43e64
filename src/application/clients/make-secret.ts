import { formatCredential } from '../../domain/credential-text.ts'
import { secretLifeDays, type ClientSecret } from '../../domain/oauth-client.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'clock' | 'newId' | 'secrets'>

const dayMs = 86_400_000

/** A secret of a client, and its text, which names its row so that it can be looked up. */
export function makeSecret(
  { clock, newId, secrets }: Needs,
  clientId: string,
  days: number = secretLifeDays.usual,
): { secret: ClientSecret; text: string } {
  const now = clock.now()
  const chance = secrets.token()
  const secret: ClientSecret = {
    id: newId(),
    clientId,
    secretHash: secrets.hash(chance),
    hint: chance.slice(-4),
    createdAt: now,
    expiresAt: now + days * dayMs,
    revokedAt: null,
    lastUsedAt: null,
  }
  return { secret, text: formatCredential('scimcs', secret.id, chance) }
}
