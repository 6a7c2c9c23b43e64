/** Sessions as the IdP that let them in knows them. */
export type IdpSessions = {
  /** Notes that a signal was followed; false where it was before. */
  spend(connectionId: string, jtiHash: string, life: { now: number; until: number }): Promise<boolean>
  /** Whether a live identity of the connection is meant, or somebody who visits by it. */
  isKnown(connectionId: string, who: IdpSubject): Promise<boolean>
  /** Ends those of the connection that are meant. */
  end(connectionId: string, who: IdpSubject): Promise<{ id: string; accountId: string; memberId: string }[]>
}
/** Somebody by the IdP's own names, one of which is there, or by an address. */
export type IdpSubject =
  | { readonly kind: 'told'; readonly subject: string | null; readonly idpSession: string | null }
  | { readonly kind: 'email'; readonly email: string }

/** Verifies tokens by which an IdP ends sessions: what is wrong is `unauthenticated`. */
export type IdpSignals = {
  logout(
    token: string,
    trust: SignalTrust,
  ): Promise<{ readonly subject: string | null; readonly idpSession: string | null; readonly jti: string }>
  revocation(token: string, trust: SignalTrust): Promise<{ readonly jti: string }>
}
export type SignalTrust = { readonly issuer: string; readonly clientId: string; readonly audience: string }
