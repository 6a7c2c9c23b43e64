import { AppError } from '../../domain/errors.ts'
import { signingKeyOf } from '../../domain/signing-key.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { readSecret } from '../secrets/keep-secret.ts'
import { ensureSigningKey, placeOfKey } from './rotate-keys.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'vault' | 'clock' | 'newId' | 'tokenSigner'>

/** How long a token lives at most: for that long it may outlive what it says. */
export const gatewayTokenSeconds = 60

/** Who is signed in, as judged for this very request. */
export type GatewayTokenFor = {
  readonly memberId: string
  readonly accountId: string
  readonly incarnation: number
  readonly roles: readonly string[]
  /** Whether he is let have less than his roles give. */
  readonly customised: boolean
  /** A token never outlives the session; epoch milliseconds. */
  readonly sessionEndsAt: number
  readonly issuer: string
  readonly audience: string
}
export type GatewayToken = { readonly token: string; readonly expiresAt: number }

/** A signed token (RFC 7519) by which a gateway passes a person on. */
export async function issueGatewayToken(ports: Needs, op: Operation, who: GatewayTokenFor): Promise<GatewayToken> {
  authorize(op, { verb: 'sign-in' })
  const { clock, newId, tokenSigner } = ports
  const { key, privateKey } = await currentKey(ports, op)
  const now = Math.floor(clock.now() / 1000)
  const exp = Math.min(now + gatewayTokenSeconds, Math.floor(who.sessionEndsAt / 1000))
  const { memberId, accountId, incarnation, roles, customised, issuer, audience } = who
  const held = { roles, ...(customised && { customised }) }
  const token = await tokenSigner.sign(
    { kid: key.id, privateJwk: privateKey },
    {
      iss: issuer,
      aud: audience,
      sub: memberId,
      account: accountId,
      incarnation,
      ...held,
      jti: newId(),
      iat: now,
      exp,
    },
  )
  return { token, expiresAt: exp * 1000 }
}

async function currentKey(ports: Needs, op: Operation) {
  const { views, clock } = ports
  const now = clock.now()
  const key =
    signingKeyOf(await views.signingKeys(), now) ?? signingKeyOf(await ensureSigningKey(ports, op), clock.now())
  const privateKey = key && (await readSecret(ports, placeOfKey(key.id)))
  if (key !== undefined && privateKey !== undefined) return { key, privateKey }
  // It went between two looks: there is another one now.
  const next = signingKeyOf(await views.signingKeys(), clock.now())
  const its = next && (await readSecret(ports, placeOfKey(next.id)))
  if (next === undefined || its === undefined)
    throw new AppError('upstream_unavailable', 'there is no key to sign with just now; try again')
  return { key: next, privateKey: its }
}
