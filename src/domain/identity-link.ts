/**
 * That whoever signs in as `subject` on a connection is this member. Made by a sign-in inside the connection's own account,
 * elsewhere by an accepted invitation or by the operator; no API changes whom it leads to.
 */
export type IdentityLink = {
  readonly id: string
  /** The account of the member; another one than the connection's for an identity from elsewhere. */
  readonly accountId: string
  readonly memberId: string
  /** The life of the member that it belongs to: a rehired member's old links stay dead. */
  readonly incarnation: number
  readonly connectionId: string
  readonly subject: string
  /** The issuer that proved it; links of a former issuer of the connection count no more. */
  readonly issuer: string
  /** Entra's object id, which never passes to somebody else; null elsewhere. */
  readonly objectId: string | null
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly endedAt: number | null
}
