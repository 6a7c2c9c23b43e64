import type { Request } from 'express'
import { AppError } from '../domain/errors.ts'
import type { Site } from './page.ts'

/**
 * Whether a request that changes something was made by a page of ours: browsers say where it comes from, in
 * `Sec-Fetch-Site` or in `Origin`. One that says neither is refused.
 */
export function requireSameOrigin(request: Request, site: Site): void {
  const from = request.get('Sec-Fetch-Site')
  const origin = request.get('Origin')
  const same = from === undefined ? origin === site.origin : from === 'same-origin'
  if (same && (origin === undefined || origin === site.origin)) return
  throw new AppError('forbidden', 'the request was not made by a page of this service', { rule: 'cross_site' })
}
