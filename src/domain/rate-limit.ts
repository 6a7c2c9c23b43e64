/** Requests a second and how many may come at once; null switches the limit off. */
export type RateLimit = { readonly perSecond: number; readonly burst: number } | null

/** What a connection says of its own; 0 a second switches its limit off. */
export type OwnRateLimit = { readonly perSecond: number; readonly burst: number }

/** Entra sends up to 25 requests a second and takes a 429 for a fault of the service. */
export const leastPerSecond = 25

const burstFactor = 3

/** The limit for so many requests a second, with what may come at once unless that is said. */
export function rateLimitOf(perSecond: number, burst?: number): RateLimit {
  if (perSecond === 0) return null
  const effective = Math.max(leastPerSecond, perSecond)
  return { perSecond: effective, burst: Math.max(effective, burst ?? burstFactor * effective) }
}

/** Whether a limit lets nothing through that the other would not. */
export function isWithin(limit: RateLimit, other: RateLimit): boolean {
  if (other === null) return true
  return limit !== null && limit.perSecond <= other.perSecond && limit.burst <= other.burst
}

/** The limit that holds on a connection: its own, or else the one of the house. */
export function effectiveRateLimit(own: OwnRateLimit | null, otherwise: RateLimit): RateLimit {
  return own === null ? otherwise : rateLimitOf(own.perSecond, own.burst)
}
