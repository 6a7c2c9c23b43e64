/**
 * Somebody who has signed in to take up one invitation, or to open an account of his own, and is a member of nothing that lets
 * him in. He has no session: what was proven of him serves for that one purpose, in that browser, once.
 */
export type Visitor = {
  readonly id: string
  /** Null: he came to open an account. */
  readonly invitationId: string | null
  /** The hash of the cookie of the browser that signed in. */
  readonly browserHash: string
  readonly connectionId: string
  readonly subject: string
  /** The IdP's own session (`sid`), by which it may end it. */
  readonly idpSession: string | null
  /** Which settings of the connection proved him, by their mark: after any change he signs in again. */
  readonly settingsAt: number
  /** What the IdP said of him (`VisitorClaims`), sealed. */
  readonly sealedClaims: string
  readonly createdAt: number
  readonly expiresAt: number
}

export type VisitorClaims = {
  readonly issuer: string
  readonly objectId: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
}

export const visitorLifeMs = 15 * 60_000
/** Of one invitation, or of one person who opens an account; the oldest goes where another comes. */
export const mostVisitors = 10
