/** A bearer credential of one connection; only the hash of its secret is kept. Instants are epoch milliseconds. */
export type ScimToken = {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly secretHash: string
  readonly hint: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}

/** How many tokens of a connection may be live at once: one at work, one to rotate to. */
export const liveTokenLimit = 2

/** The longest and the usual life of a token, in days. */
export const tokenLifeDays = 365

const secretPattern = /^scim_([0-9a-z-]{1,64})_([0-9A-Za-z]{43})$/

/** Splits `scim_<id>_<43 base62>`; null for anything else. The id holds no underscore. */
export function parseScimToken(text: string): { id: string; secret: string } | null {
  const match = secretPattern.exec(text)
  return match?.[1] !== undefined && match[2] !== undefined ? { id: match[1], secret: match[2] } : null
}

export function formatScimToken(id: string, secret: string): string {
  return `scim_${id}_${secret}`
}

export function isLive(token: Pick<ScimToken, 'expiresAt' | 'revokedAt'>, now: number): boolean {
  return token.revokedAt === null && token.expiresAt > now
}
