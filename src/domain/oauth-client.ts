import type { ScimScope } from './scim-scope.ts'

/**
 * Whose signed assertions stand for a client (RFC 7523): Entra's workload identity, or the client's own key. No audience
 * means this service: its token endpoint or its issuer name.
 */
export type AssertionTrust = {
  readonly issuer: string
  readonly subject: string
  readonly audience: string | null
  readonly jwksUrl: string
}

/** What speaks SCIM on one connection with access tokens: it proves itself by a secret, or by assertions. */
export type OAuthClient = {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly name: string
  readonly scopes: readonly ScimScope[]
  readonly assertion: AssertionTrust | null
  readonly createdAt: number
  readonly revokedAt: number | null
  /** When it last got an access token. */
  readonly lastUsedAt: number | null
}

/** One secret of a client; only its hash is kept. */
export type ClientSecret = {
  readonly id: string
  readonly clientId: string
  readonly secretHash: string
  readonly hint: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}

/** What a client got at the token endpoint; only its hash is kept. `secretId` is what it proved itself by. */
export type AccessToken = {
  readonly id: string
  readonly clientId: string
  readonly secretId: string | null
  readonly secretHash: string
  readonly scopes: readonly ScimScope[]
  readonly createdAt: number
  readonly expiresAt: number
}

/** Public-key signatures alone: with a shared secret, a key that is published would be one. */
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const

/** How many clients of a connection may live at once. */
export const liveClientLimit = 20

/** How many secrets of a client may live at once: enough to rotate without a gap. */
export const liveSecretLimit = 5

/** The usual and the longest life of a client's secret, in days. */
export const secretLifeDays = { usual: 365, longest: 1095 } as const

/** Entra wants an hour at least, and IPSIE an hour at most. */
export const accessTokenLifeSeconds = 3600

/** An access token never outlives the secret that it was given for. */
export function accessTokenEnd(now: number, secret: Pick<ClientSecret, 'expiresAt'> | null): number {
  return Math.min(now + accessTokenLifeSeconds * 1000, secret?.expiresAt ?? Infinity)
}

/** Entra shows an application's audience with a scope behind it, and signs assertions for the audience without it. */
export function withoutDefaultScope(audience: string): string {
  return audience.replace(/\/\.default$/, '')
}

/** A client whose assertions are its own (RFC 7523, 3, and OpenID Connect Core, 9): the issuer is the client itself. */
export function isSelfIssued({ id, assertion }: Pick<OAuthClient, 'id' | 'assertion'>): boolean {
  return assertion?.issuer === id
}
