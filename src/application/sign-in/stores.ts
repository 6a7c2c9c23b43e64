import type { Account } from '../../domain/account.ts'
import type { Connection } from '../../domain/connection.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import type { IdentityLink } from '../../domain/identity-link.ts'
import type { JoiningPair, OidcSettings } from '../../domain/oidc-settings.ts'
import type { Session } from '../../domain/session.ts'

/** A sign-in under way: what the callback has to match. Found by the hash of its `state`, and taken once. */
export type PendingSignIn = {
  readonly stateHash: string
  readonly connectionId: string
  /** The hash of a cookie of the browser that began it. */
  readonly browserHash: string
  readonly issuer: string
  readonly clientId: string
  /** The verifier of PKCE, the nonce and what else the client library wants back; sealed. */
  readonly sealedChecks: string
  /** The account that was asked for, where the connection serves several. */
  readonly accountId: string | null
  /** A path of ours to go to afterwards. */
  readonly returnTo: string
  /** The token of the invitation that it is for, sealed; null for an ordinary one. */
  readonly sealedInvitation: string | null
  readonly createdAt: number
  readonly expiresAt: number
}

/** A link by which somebody signs in once without an IdP. */
export type OneTimeLink = {
  readonly id: string
  readonly secretHash: string
  readonly accountId: string
  readonly memberId: string
  readonly incarnation: number
  readonly createdAt: number
  readonly expiresAt: number
}

export type OidcSettingsStore = {
  lock(connectionId: string): Promise<OidcSettings | undefined>
  put(settings: OidcSettings): Promise<void>
  remove(connectionId: string): Promise<void>
}

export type HomeStanding = 'active' | 'suspended' | 'removed' | 'stranger'
export type IdentityLinks = IdentityPairs & {
  insert(link: IdentityLink): Promise<void>
  /** The live links of an identity, in every account that lists it, their rows locked. */
  ofIdentity(connectionId: string, subject: string): Promise<IdentityLink[]>
  /** The live links of a member, their rows locked. */
  ofMember(memberId: string): Promise<IdentityLink[]>
  /** Whether a member has identities of other accounts alone, and is suspended or gone in each of them. */
  outAtHome(memberId: string): Promise<boolean>
  touch(id: string, at: number): Promise<void>
  /**
   * What the person of an identity is in the account of its connection now, by his link there and by what the directory says
   * of whom the pair names; a stranger has never been linked there, and is not told of.
   */
  standingAt(accountId: string, connectionId: string, subject: string): Promise<HomeStanding>
  /** Ends a link and the sessions that it let in; whom it let in no more stays out. */
  end(id: string, at: number): Promise<void>
  /** Ends every link, every session and every visitor of a connection; forgets by which pairs they were named; answers the links. */
  endAll(connectionId: string, at: number): Promise<IdentityLink[]>
  /** Whether the account has a usable sign-in other than this connection's. */
  hasOwnSignIn(accountId: string, exceptConnectionId: string): Promise<boolean>
  /** Live directory users of the connection whose attribute is this very text; at most two, as a second one is one too many. */
  candidates(connectionId: string, attribute: JoiningPair['attribute'], value: string): Promise<DirectoryUser[]>
  /** What the connection's directory says of whom a pair names; a stranger was never told of. Their rows are locked. */
  directorySays(connectionId: string, pair: PairValue): Promise<HomeStanding>
}

export type IdentityPairs = {
  /**
   * The members of the connection's account who sign in by it, whom its pair names as these facts do, and of whom no directory
   * tells; at most two, as a second one is one too many.
   */
  signedInAs(connectionId: string, facts: Pick<DirectoryUser, 'externalId' | 'userName'>): Promise<string[]>
  /** Keeps by which pair an identity was named, so that its directory reaches it without a link. */
  notePair(connectionId: string, subject: string, pair: PairValue): Promise<void>
  /** Forgets the pairs of a connection, but for those of whom its directory has let go: a changed rule lets nobody back in. */
  forgetPairs(connectionId: string): Promise<void>
  /**
   * Looks at `limit` pairs behind a place, and takes away those of identities that have neither a live link nor a session nor a
   * visitor, nor wait to be confirmed. Answers where to go on, null at the end.
   */
  purgePairs(slice: { from: PairPlace | null; limit: number }): Promise<PairPlace | null>
}
export type PairPlace = { readonly connectionId: string; readonly subject: string }

/** An attribute of the directory's people, and what an ID token said that it is. */
export type PairValue = { readonly attribute: JoiningPair['attribute']; readonly value: string }

/** Where an identity with several memberships lands. */
export type DefaultAccounts = {
  find(connectionId: string, subject: string): Promise<string | null>
  put(connectionId: string, subject: string, accountId: string): Promise<void>
}

export type PendingSignIns = {
  insert(pending: PendingSignIn): Promise<void>
  /** Takes it away; whoever comes second gets nothing. */
  take(stateHash: string): Promise<PendingSignIn | undefined>
}

export type Sessions = {
  insert(session: Session): Promise<void>
  lock(secretHash: string): Promise<Session | undefined>
  remove(id: string): Promise<void>
  /** Ends them in this very transaction, so that none lives again when its reason is over. */
  endAll(of: SessionsOf): Promise<void>
}

/**
 * A person's own, and those by his identities in whichever account; those in an account and all below it, and by their
 * connections; those by a connection; those in an account by connections of others.
 */
export type SessionsOf =
  | { readonly memberId: string }
  | { readonly account: string }
  | { readonly connectionId: string }
  | { readonly strangersIn: string }

export type OneTimeLinks = {
  insert(link: OneTimeLink): Promise<void>
  take(secretHash: string): Promise<OneTimeLink | undefined>
}

/** A connection with its sign-in. */
export type SignInSetUp = { readonly connection: Connection; readonly settings: OidcSettings }

/** A session with whether the connection and the link that let it in still would. */
export type StoredSession = { readonly session: Session; readonly stillLinked: boolean }

/** A membership that an identity may enter. */
export type Membership = {
  readonly link: IdentityLink
  readonly accountName: string
  /** The connection of the sign-in that its account has of its own, where it is not the identity's. */
  readonly ownSignIn: string | null
  /** Whether the person has chosen to land there. */
  readonly isDefault: boolean
}

/** What the doors of sign-in look at without a transaction. */
export type SignInViews = {
  signIn(connectionId: string): Promise<SignInSetUp | undefined>
  /** Sign-ins that can be used now, the oldest first. */
  signInsOfAccount(accountId: string): Promise<SignInSetUp[]>
  /** One that can be used now; of several that of an account with a verified domain, and of those the oldest. */
  signInOfIssuer(issuer: string): Promise<SignInSetUp | undefined>
  platformSignIns(): Promise<SignInSetUp[]>
  /** By its id or by the name that people type. */
  accountByName(name: string): Promise<Account | undefined>
  session(secretHash: string): Promise<StoredSession | undefined>
  touchSession(id: string, at: number): Promise<void>
  memberships(connectionId: string, subject: string): Promise<Membership[]>
  identityLinks(memberId: string): Promise<IdentityLink[]>
  /** Whether a directory tells of somebody whom the identity leads to. */
  isTold(connectionId: string, subject: string): Promise<boolean>
  /** Takes away what is over: pending sign-ins, sessions, one-time links, at most `limit` of each. */
  purgeSignIns(limits: { now: number; idleBefore: number; limit: number }): Promise<number>
}
