import { AppError } from '../domain/errors.ts'
import type { RateLimit } from '../domain/rate-limit.ts'

type Bucket = { tokens: number; at: number }

const mostBuckets = 10_000

/**
 * A token bucket for each key: one tenant's storm is not another's 429. The limit is told each time, so that a change of it
 * counts at once. `now` is in milliseconds.
 */
export function createRateLimiter(now: () => number): (key: string, limit: RateLimit) => void {
  const buckets = new Map<string, Bucket>()
  return (key, limit) => {
    if (limit === null) return
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: limit.burst, at }
    const tokens = Math.min(limit.burst, bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * limit.perSecond)
    remember(buckets, key, { tokens: tokens < 1 ? tokens : tokens - 1, at })
    if (tokens >= 1) return
    const retryAfterSeconds = Math.max(1, Math.ceil((1 - tokens) / limit.perSecond))
    throw new AppError('rate_limited', `more than ${limit.perSecond} requests a second; slow down`, {
      retryAfterSeconds,
    })
  }
}

function remember(buckets: Map<string, Bucket>, key: string, bucket: Bucket): void {
  buckets.delete(key)
  buckets.set(key, bucket)
  const [oldest] = buckets.keys()
  if (buckets.size > mostBuckets && oldest !== undefined) buckets.delete(oldest)
}
