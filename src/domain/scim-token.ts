import type { ScimScope } from './scim-scope.ts'

/** A bearer credential of one connection; only the hash of its secret is kept. Instants are epoch milliseconds. */
export type ScimToken = {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly secretHash: string
  readonly hint: string
  readonly scopes: readonly ScimScope[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}

/** How many tokens of a connection may be live at once: one at work, one to rotate to. */
export const liveTokenLimit = 2

/** The longest and the usual life of a token, in days. */
export const tokenLifeDays = 365
