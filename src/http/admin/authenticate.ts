import type { Request, Response } from 'express'
import type { Actor, MemberActor } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { basicOf, bearerOf } from '../operation.ts'
import { siteOf } from '../page.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { createSessions, signedInOf } from '../sessions.ts'
import type { AdminDeps } from './deps.ts'

/** Requests of one access key or of one person: they manage an account, and hammer nobody else's. */
const holderLimit = { perSecond: 20, burst: 100 }

/**
 * Who asks: the operator by the admin token, a program by the id and the secret of an access key (RFC 7617), or a person by
 * the session of his browser; the last two may do what their roles let them. Basic is never asked for, so that no browser
 * keeps a key and sends it by itself.
 */
export function createAuthentication(deps: AdminDeps): (request: Request, response: Response) => Promise<Actor> {
  const limit = createRateLimiter(() => deps.clock.now())
  const personOf = createSessionReader(deps)
  return async (request, response) => {
    const shown = basicOf(request)
    if (shown !== null) {
      const actor = await deps.app.authenticateAccessKey(shown)
      // By who it turned out to be: ids are no secret, and nobody spends another's share.
      limit(actor.keyId, holderLimit)
      return actor
    }
    const token = bearerOf(request)
    if (token !== null && deps.isAdminToken(token)) return { kind: 'operator' }
    // A credential that was shown and is wrong is not made up for by a cookie.
    const person = request.get('Authorization') === undefined ? await personOf(request, response) : null
    if (person === null) throw nobody()
    limit(person.memberId, holderLimit)
    return person
  }
}

/**
 * The person behind a session's cookie, judged at this instant, as `/auth/session` and `/auth/token` judge him; null for a
 * stranger. A browser sends the cookie by itself: what changes something has to come from a page of ours, and no page of
 * another origin and no cache between gets to read the answer.
 */
function createSessionReader(deps: AdminDeps): (request: Request, response: Response) => Promise<MemberActor | null> {
  const site = siteOf(deps.publicUrl)
  const sessions = createSessions(deps, site)
  return async (request, response) => {
    if (request.get('Cookie') === undefined) return null
    await new Promise<void>((resolve, reject) => {
      sessions(request, response, (error?: unknown) => (error instanceof Error ? reject(error) : resolve()))
    })
    const who = signedInOf(request)
    if (who === null) return null
    response.set({ 'Cache-Control': 'no-store', 'Cross-Origin-Resource-Policy': 'same-origin' })
    if (!['GET', 'HEAD'].includes(request.method)) requireSameOrigin(request, site)
    return { kind: 'member', accountId: who.account.id, memberId: who.member.id }
  }
}

function nobody(): AppError {
  return new AppError(
    'unauthenticated',
    'send the admin token as "Authorization: Bearer <token>" (it is in <DATA_DIR>/admin-token), or an access key by Basic; a browser that is signed in at /auth/login needs neither',
  )
}
