import { isPublished, keyState, type KeyState, type SigningKey } from '../../domain/signing-key.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock'>

/** The keys that are published, the newest first, with what each is for. */
export async function showKeys(
  { views, clock }: Needs,
  op: Operation,
): Promise<(SigningKey & { readonly state: KeyState })[]> {
  authorize(op, { verb: 'operate' })
  const now = clock.now()
  const keys = (await views.signingKeys()).filter((key) => isPublished(key, now))
  return keys.map((key) => ({ ...key, state: keyState(key, keys, now) })).reverse()
}

/** What gateways verify tokens with (RFC 7517, 5): public for everybody. */
export async function publishKeys(
  { views, clock }: Needs,
  op: Operation,
): Promise<{ readonly keys: readonly SigningKey['publicJwk'][] }> {
  authorize(op, { verb: 'sign-in' })
  const now = clock.now()
  const keys = (await views.signingKeys()).filter((key) => isPublished(key, now))
  return { keys: keys.map(({ publicJwk }) => publicJwk) }
}
