/**
 * Whoever asks for decisions: a part of the platform, with a bearer credential of which only the hash of the secret is kept.
 * It asks about its account and those below; with `accountId` null about every account. Instants are epoch milliseconds.
 */
export type Gateway = {
  readonly id: string
  readonly accountId: string | null
  readonly name: string
  readonly secretHash: string
  readonly hint: string
  readonly createdAt: number
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}
