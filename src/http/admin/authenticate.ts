import type { Request } from 'express'
import type { Actor } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { basicOf, bearerOf } from '../operation.ts'
import { createRateLimiter } from '../rate-limit.ts'
import type { AdminDeps } from './deps.ts'

/** Requests of one access key: programs manage an account with it, and hammer nobody else's. */
const keyLimit = { perSecond: 20, burst: 100 }

/**
 * Who asks: the operator by the admin token, or a program by the id and the secret of an access key (RFC 7617), which may do
 * what its roles let it. Basic is never asked for, so that no browser keeps a key and sends it by itself.
 */
export function createAuthentication(
  deps: Pick<AdminDeps, 'app' | 'clock' | 'isAdminToken'>,
): (request: Request) => Promise<Actor> {
  const limit = createRateLimiter(() => deps.clock.now())
  return async (request) => {
    const shown = basicOf(request)
    if (shown !== null) {
      const actor = await deps.app.authenticateAccessKey(shown)
      // By who it turned out to be: ids are no secret, and nobody spends another's share.
      limit(actor.keyId, keyLimit)
      return actor
    }
    const token = bearerOf(request)
    if (token !== null && deps.isAdminToken(token)) return { kind: 'operator' }
    throw new AppError(
      'unauthenticated',
      'send the admin token as "Authorization: Bearer <token>" (it is in <DATA_DIR>/admin-token), or an access key by Basic',
    )
  }
}
