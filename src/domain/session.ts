/** A browser that is signed in as a member. The cookie holds a secret of which only the hash is stored. */
export type Session = {
  readonly id: string
  readonly secretHash: string
  readonly accountId: string
  readonly memberId: string
  /** The life of the member that signed in; a rehired member's old sessions stay dead. */
  readonly incarnation: number
  /** The identity that signed in; null for a one-time link. */
  readonly identity: SessionIdentity | null
  readonly startedAt: number
  readonly lastSeenAt: number
  /** When it ends, however busy it is; epoch milliseconds. */
  readonly endsAt: number
}

/** What the IdP said of the sign-in. */
export type SessionIdentity = {
  readonly linkId: string
  readonly connectionId: string
  readonly subject: string
  /** The IdP's own session (`sid`), by which it may end it. */
  readonly idpSession: string | null
  readonly acr: string | null
  readonly amr: readonly string[]
  /** When the person was authenticated, epoch milliseconds. */
  readonly authTime: number | null
  /** Sealed; shown to the IdP again when the person signs out. */
  readonly sealedIdToken: string | null
}

export type SessionLimits = { readonly idleMs: number; readonly absoluteMs: number }

/** The absolute end of a new session: ours, or the IdP's `session_expiry` where that comes first. */
export function endOfSession(now: number, { absoluteMs }: SessionLimits, idpEndsAt: number | null): number {
  return Math.min(now + absoluteMs, idpEndsAt ?? Infinity)
}

/** When a session ends if nobody comes back. */
export function restsUntil({ lastSeenAt, endsAt }: Session, { idleMs }: SessionLimits): number {
  return Math.min(lastSeenAt + idleMs, endsAt)
}

/** How stale `lastSeenAt` may get: each move costs a write. */
export const lastSeenGrainMs = 60_000
