import type { Account } from '../domain/account.ts'
import type { Connection } from '../domain/connection.ts'
import type { DirectoryGroup } from '../domain/directory-group.ts'
import type { DirectoryUser, UserFacts } from '../domain/directory-user.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Member } from '../domain/member.ts'
import type { AccessToken, ClientSecret, OAuthClient } from '../domain/oauth-client.ts'
import type { MemberAssignment } from '../domain/assignment.ts'
import type { ScimToken } from '../domain/scim-token.ts'
import type { Operation } from './operation.ts'
import type { StoredFacts } from './propagation/facts.ts'

export type Accounts = {
  insert(account: Account): Promise<void>
  find(id: string): Promise<Account | undefined>
  /** The account as it is until the transaction ends: nobody suspends it meanwhile, or another above it. */
  hold(id: string): Promise<Account | undefined>
  /** Every role that a member of the account is stored for, his present life alone. */
  rolesInAccount(id: string): Promise<string[]>
  /** The account and those above it, itself first; their rows locked until the transaction ends, the top one first. */
  lockPath(id: string): Promise<Account[]>
  /** Writes its name and its entitlements. */
  update(account: Account): Promise<void>
  /** Suspends it from an instant on, or lifts that (null): every account below it is stopped with it, or goes on. */
  suspend(id: string, at: number | null): Promise<void>
  /** One more change that touches every member of the account: O(1) to write. */
  bumpEpoch(id: string): Promise<void>
  /** The name by which its sign-in is found, the account's row locked; undefined where there is no such account. */
  signInName(id: string): Promise<string | null | undefined>
  /** Whether an account has this name, or is it. */
  isNamed(name: string): Promise<boolean>
  setSignInName(id: string, name: string | null): Promise<void>
}

export type Connections = {
  insert(connection: Connection): Promise<void>
  lock(id: string): Promise<Connection | undefined>
  /** Writes its name and its settings. */
  update(connection: Connection): Promise<void>
  /** Keeps it as it is until the transaction ends: whoever locks it waits, and others who hold it do not. */
  hold(id: string): Promise<Connection | undefined>
  find(id: string): Promise<Connection | undefined>
  ofAccount(accountId: string): Promise<Connection[]>
}

export type ScimTokens = {
  insert(token: ScimToken): Promise<void>
  find(id: string): Promise<ScimToken | undefined>
  ofConnection(connectionId: string): Promise<ScimToken[]>
  revoke(id: string, at: number): Promise<void>
}

export type OAuthClients = {
  insert(client: OAuthClient): Promise<void>
  /** The client, its row locked until the transaction ends. */
  lock(id: string): Promise<OAuthClient | undefined>
  ofConnection(connectionId: string): Promise<OAuthClient[]>
  /** Ends the client and whatever it was given. */
  revoke(id: string, at: number): Promise<void>
  insertSecret(secret: ClientSecret): Promise<void>
  secretsOf(clientId: string): Promise<ClientSecret[]>
  /** Ends a secret and whatever was given for it. */
  revokeSecret(id: string, at: number): Promise<void>
}

export type AccessTokens = {
  /** Notes that an assertion was used, until it would have expired; false where it was used before. Forgets expired ones. */
  spend(clientId: string, jtiHash: string, life: { now: number; until: number }): Promise<boolean>
  /** Stores the token, notes the use of what it was given for, and forgets expired tokens of the client. */
  insert(token: AccessToken): Promise<void>
}

export type DirectoryUsers = {
  insert(user: DirectoryUser): Promise<void>
  /** The live user, its row locked until the transaction ends. */
  lock(connectionId: string, id: string): Promise<DirectoryUser | undefined>
  /** Rows, tombstones included, that share the userName (live ones only) or the externalId. */
  matches(connectionId: string, wanted: Pick<UserFacts, 'userName' | 'externalId'>): Promise<DirectoryUser[]>
  update(user: DirectoryUser): Promise<void>
  /** The connections in whose directory a member is now. */
  connectionsOf(memberId: string): Promise<string[]>
  /** Marks the row as a tombstone and ends its memberships. */
  remove(user: DirectoryUser, at: number): Promise<void>
}

export type DirectoryGroups = {
  insert(group: DirectoryGroup): Promise<void>
  lock(connectionId: string, id: string): Promise<DirectoryGroup | undefined>
  find(connectionId: string, id: string): Promise<DirectoryGroup | undefined>
  findByName(connectionId: string, displayName: string): Promise<DirectoryGroup | undefined>
  update(group: DirectoryGroup): Promise<void>
  /** Marks the row as a tombstone and ends its memberships: those in it, and its own in others. */
  remove(id: string, at: number): Promise<void>
}

/**
 * Memberships are rows: each verb costs what it names, not what the group holds, and returns the values that moved. Each
 * call is one statement, so that thousands of values come in slices.
 */
export type Memberships = {
  add(group: DirectoryGroup, values: readonly string[]): Promise<string[]>
  remove(group: DirectoryGroup, values: readonly string[]): Promise<string[]>
  /** Values behind `after`, in a fixed order. */
  values(groupId: string, slice: { after: string | undefined; limit: number }): Promise<string[]>
  /**
   * Called before members change: whether one of the values in these slices (with `whole`, or of the group's members) is a group. Which
   * groups are in which then stays as it is until the transaction ends, but for this change.
   */
  holdForChange(group: DirectoryGroup, slices: readonly (readonly string[])[], whole: boolean): Promise<boolean>
  /** Called before a group goes: whether it is in another one. */
  holdForRemoval(group: DirectoryGroup): Promise<boolean>
}

export type HoldingQuery = {
  readonly accountId: string
  readonly roles: readonly string[]
  /** As stored, which reads nobody else, or by hand, which reads every member but knows who was given a role just now. */
  readonly by: 'grants' | 'assignments'
  readonly limit: number
  readonly after: string | undefined
}
export type Members = {
  insert(member: Member): Promise<void>
  lock(id: string): Promise<Member | undefined>
  update(member: Member): Promise<void>
  /** Members of the account that are not removed and go by this userName. */
  named(accountId: string, userName: string): Promise<Member[]>
  /** Active members behind `after` who hold one of these roles, in the order of their ids. */
  holding(query: HoldingQuery): Promise<Member[]>
  /** What decides his roles, as this transaction sees it. */
  facts(memberId: string): Promise<StoredFacts | undefined>
  /** The same of many, by their ids, in as many statements as for one. */
  factsOf(memberIds: readonly string[]): Promise<Map<string, StoredFacts>>
}

export type Assignments = {
  insert(assignment: MemberAssignment): Promise<void>
  ofMember(memberId: string): Promise<MemberAssignment[]>
  /** The members who own the account, their rows locked until the transaction ends. */
  owners(accountId: string): Promise<MemberAssignment[]>
  remove(ids: readonly string[]): Promise<void>
}

export type Mappings = {
  insert(mapping: Mapping): Promise<void>
  lock(accountId: string, id: string): Promise<Mapping | undefined>
  waitingFor(connectionId: string, groupName: string): Promise<Mapping[]>
  ofGroup(groupId: string): Promise<Mapping[]>
  update(mapping: Mapping): Promise<void>
  remove(id: string): Promise<void>
}

/** Values of one connection's memberships that moved. */
export type Moved = { readonly connectionId: string; readonly values: ReadonlySet<string>; readonly nested: boolean }

export type Propagations = {
  /** A new member's row, one revision behind. */
  start(member: Member, op: Operation, at: number): Promise<void>
  /** One more change of the member's own facts: he lags until a reconcile has read it. */
  mark(member: Pick<Member, 'id' | 'accountId'>, leaving: boolean, op: Operation, at: number): Promise<void>
  /** The same for members who leave, however many they are. */
  markLeaving(members: readonly Pick<Member, 'id' | 'accountId'>[], op: Operation, at: number): Promise<void>
  /** The same for the members behind values that came into a group or left one; with `nested`, whoever is inside groups. */
  markMoved(moved: Moved, op: Operation, at: number): Promise<void>
  /** Lets a blocked propagation try again; false where nothing was blocked. */
  retry(memberId: string, op: Operation, at: number): Promise<boolean>
}
