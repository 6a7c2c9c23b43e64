import { decodeJwt, errors, jwtVerify } from 'jose'
import type { ClientAssertions, OutboundHttp, VerifiedAssertion } from '../../application/ports.ts'
import { AppError } from '../../domain/errors.ts'
import { assertionAlgorithms } from '../../domain/oauth-client.ts'
import { createKeySets } from './key-sets.ts'

/** How far the clocks of both sides may be apart. */
const toleranceSeconds = 60
/** An assertion that lives longer is refused: its id would have to be remembered as long. */
const longestLifeSeconds = 86_400
const longestAssertion = 16_384

/** Client assertions of RFC 7523, with keys that are fetched through the wall. */
export function createClientAssertions(deps: {
  outbound: Pick<OutboundHttp, 'get'>
  clock: { now(): number }
}): ClientAssertions {
  const keysAt = createKeySets(deps)
  return {
    subjectOf(assertion) {
      try {
        const { sub } = assertion.length > longestAssertion ? {} : decodeJwt(assertion)
        return typeof sub === 'string' ? sub : null
      } catch {
        return null
      }
    },
    async verify(assertion, { jwksUrl, issuer, subject, audiences }) {
      if (assertion.length > longestAssertion) throw invalid('it is too long')
      const now = deps.clock.now()
      const options = {
        ...{ algorithms: [...assertionAlgorithms], issuer, subject, audience: [...audiences] },
        ...{ requiredClaims: ['exp'], clockTolerance: toleranceSeconds, currentDate: new Date(now) },
      }
      const { payload } = await jwtVerify(assertion, keysAt(jwksUrl), options).catch((error: unknown) => {
        throw toAppError(error)
      })
      return checked(payload, now)
    },
  }
}

function checked({ exp = 0, jti }: { exp?: number; jti?: string }, now: number): VerifiedAssertion {
  if (exp > now / 1000 + longestLifeSeconds + toleranceSeconds) throw invalid('"exp" is more than a day ahead')
  if (jti !== undefined && (typeof jti !== 'string' || jti === '')) throw invalid('"jti" is no text')
  return { jti: jti ?? null, expiresAt: (exp + toleranceSeconds) * 1000 }
}

/** What is wrong, in words that help whoever set it up: claims are only looked at once the signature is good. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error.code === 'upstream_unavailable' ? error : invalid(error.message, error)
  if (error instanceof errors.JWTExpired) return invalid('it has expired', error)
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(
      `"${error.claim}" is ${error.reason === 'missing' ? 'missing' : 'not what is set on the client'}`,
      error,
    )
  if (error instanceof errors.JOSEAlgNotAllowed)
    return invalid(`"alg" must be one of ${assertionAlgorithms.join(', ')}`, error)
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('no key of the key set fits it', error)
  if (error instanceof errors.JWKSMultipleMatchingKeys) return invalid('several keys fit it; name one by "kid"', error)
  return invalid('its signature or its form is not valid', error)
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', `the assertion is refused: ${why}`, { rule: 'invalid_client', cause })
}
