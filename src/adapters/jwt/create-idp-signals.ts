import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { IdpSignals, SignalTrust } from '../../application/logout/idp-signals.ts'
import type { OutboundHttp } from '../../application/ports.ts'
import { AppError } from '../../domain/errors.ts'
import { createKeySets } from './key-sets.ts'

const algorithms = ['RS256', 'PS256', 'ES256', 'RS384', 'PS384', 'ES384', 'RS512', 'PS512', 'ES512', 'Ed25519', 'EdDSA']
const toleranceSeconds = 60
/** A signal that is older was not sent just now. */
const longestAgeSeconds = 300
const longestToken = 16_384
const metadataLifeMs = 300_000
const mostIssuers = 500
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

type Deps = { outbound: Pick<OutboundHttp, 'get' | 'refusal'>; clock: { now(): number } }

/** Tokens by which an IdP ends sessions, verified with the keys that it publishes; everything is fetched through the wall. */
export function createIdpSignals(deps: Deps): IdpSignals {
  const keysAt = createKeySets(deps)
  const keysUrlOf = createKeyPlaces(deps)
  const verify = async (token: string, trust: SignalTrust, types: readonly string[]) => {
    const { typ } = headerOf(token)
    if (!types.includes((typ ?? '').toLowerCase())) throw invalid(`"typ" is not ${types[0]}`)
    const options = {
      ...{ algorithms, issuer: trust.issuer, audience: trust.audience, requiredClaims: ['iat', 'jti'] },
      ...{ maxTokenAge: longestAgeSeconds, clockTolerance: toleranceSeconds, currentDate: new Date(deps.clock.now()) },
    }
    const keys = keysAt(await keysUrlOf(trust.issuer))
    const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
      throw toAppError(error)
    })
    return payload
  }
  return {
    /** OpenID Connect Back-Channel Logout 1.0, 2.6. */
    async logout(token, trust) {
      const payload = await verify(token, trust, ['logout+jwt', 'jwt', ''])
      if ('nonce' in payload) throw invalid('it has a "nonce", so that it is an ID token')
      const events = payload.events as Record<string, unknown> | null | undefined
      if (typeof events !== 'object' || events === null || !Object.hasOwn(events, logoutEvent))
        throw invalid(`"events" lacks ${logoutEvent}`)
      const [subject, idpSession] = [textOf(payload, 'sub'), textOf(payload, 'sid')]
      if (subject === null && idpSession === null) throw invalid('it has neither "sub" nor "sid"')
      return { subject, idpSession, jti: jtiOf(payload) }
    },
    /** draft-parecki-oauth-global-token-revocation, 3, as Okta signs its requests. */
    async revocation(token, trust) {
      const payload = await verify(token, trust, ['global-token-revocation+jwt'])
      if (payload.sub !== trust.clientId) throw invalid('"sub" is not the client id that is set on the connection')
      if (payload.exp === undefined) throw invalid('"exp" is missing')
      return { jti: jtiOf(payload) }
    },
  }
}

/** Where an issuer's keys are (OpenID Connect Discovery 1.0, 4), kept for five minutes. */
function createKeyPlaces({ outbound, clock }: Deps): (issuer: string) => Promise<string> {
  const known = new Map<string, { url: string; until: number }>()
  return async (issuer) => {
    const kept = known.get(issuer)
    if (kept !== undefined && kept.until > clock.now()) return kept.url
    const { status, body } = await outbound.get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const url = status === 200 ? keysUrlIn(body, issuer) : null
    if (url === null || outbound.refusal(url) !== null)
      throw new AppError('upstream_unavailable', 'the IdP’s configuration cannot be read now')
    if (known.size >= mostIssuers) known.clear()
    known.set(issuer, { url, until: clock.now() + metadataLifeMs })
    return url
  }
}

function keysUrlIn(body: string, issuer: string): string | null {
  try {
    const told = JSON.parse(body) as { issuer?: unknown; jwks_uri?: unknown } | null
    return told?.issuer === issuer && typeof told.jwks_uri === 'string' ? told.jwks_uri : null
  } catch {
    return null
  }
}

function headerOf(token: string): { typ?: string | undefined } {
  if (token.length > longestToken) throw invalid('it is too long')
  try {
    return decodeProtectedHeader(token)
  } catch {
    throw invalid('it is no signed token')
  }
}

function textOf(payload: JWTPayload, name: 'sub' | 'sid'): string | null {
  const value = payload[name]
  if (value === undefined) return null
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`"${name}" is no text`)
}

function jtiOf({ jti }: JWTPayload): string {
  if (typeof jti === 'string' && jti !== '') return jti
  throw invalid('"jti" is no text')
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'upstream_unavailable') return error
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return invalid(`"${error.claim}" is not as it has to be`, error)
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('"alg" is not allowed', error)
  return invalid('its signature or its form is not valid', error)
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', `the token is refused: ${why}`, { rule: 'invalid_token', cause })
}
