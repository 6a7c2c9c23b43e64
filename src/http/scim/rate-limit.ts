import { AppError } from '../../domain/errors.ts'

/** Requests a second and how many may come at once; null switches the limit off. */
export type RateLimit = { readonly perSecond: number; readonly burst: number } | null

type Bucket = { tokens: number; at: number }

const mostBuckets = 10_000

/** A token bucket for each connection: one tenant's storm is not another's 429. `now` is in milliseconds. */
export function createRateLimiter(limit: RateLimit, now: () => number): (connectionId: string) => void {
  const buckets = new Map<string, Bucket>()
  return (connectionId) => {
    if (limit === null) return
    const at = now()
    const bucket = buckets.get(connectionId) ?? { tokens: limit.burst, at }
    const tokens = Math.min(limit.burst, bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * limit.perSecond)
    remember(buckets, connectionId, { tokens: tokens < 1 ? tokens : tokens - 1, at })
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
