import { createRateLimiter } from '../../rate-limit.ts'

/** Refusals that cost a caller nothing: so many a second are recorded for each connection, and over all. */
const each = { perSecond: 1, burst: 60 }
const all = { perSecond: 20, burst: 600 }

/**
 * Whether one more refusal of a connection is recorded. Whoever has no genuine token, or sends without end, must not fill the
 * log or push others out of it.
 */
export function createThrottle(now: () => number): (connectionId: string) => boolean {
  const own = createRateLimiter(now)
  const shared = createRateLimiter(now)
  return (connectionId) => {
    try {
      own(connectionId, each)
      shared('', all)
      return true
    } catch {
      return false
    }
  }
}
