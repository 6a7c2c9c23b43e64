import type { Account } from '../domain/account.ts'
import type { AccountDomain } from '../domain/account-domain.ts'
import type { Cells } from '../domain/catalog.ts'
import type { Connection } from '../domain/connection.ts'
import type { DirectoryGroup } from '../domain/directory-group.ts'
import type { DirectoryUser } from '../domain/directory-user.ts'
import type { AccountSchemas } from '../domain/extension-schema.ts'
import type { Filter, Sort } from '../domain/filter.ts'
import type { Gateway } from '../domain/gateway.ts'
import type { MailState, OutboxMail } from '../domain/mail.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Member, MemberStatus, SuspensionSource } from '../domain/member.ts'
import type { AccessToken, ClientSecret, OAuthClient } from '../domain/oauth-client.ts'
import type { Profile } from '../domain/profile.ts'
import type { PermissionGroup } from '../domain/permission-group.ts'
import type { Grant } from '../domain/resolve.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { RoleRequest, RoleRequestState } from '../domain/role-request.ts'
import type { ScimToken } from '../domain/scim-token.ts'
import type {
  accountOrders,
  groupChangeOrders,
  mailOrders,
  memberOrders,
  roleRequestOrders,
  SortOf,
} from './list-orders.ts'
import type { CatalogViews } from './catalogs/catalogs-in-force.ts'
import type { ConnectionViews } from './connections/connection-views.ts'
import type { CustomisationViews } from './customisations/customisation-store.ts'
import type { SignInViews } from './sign-in/stores.ts'
import type { AccessKeyViews } from './access-keys/access-key-store.ts'
import type { InvitationViews } from './invitations/invitation-store.ts'
import type { VisitorViews } from './invitations/visitor-store.ts'
import type { PathViews } from './decisions/path-views.ts'
import type { ReportViews } from './reports/report-views.ts'
import type { StoredFacts } from './propagation/facts.ts'
import type { RequestDetail, RequestQuery, RequestSummary } from './requests/request-entry.ts'

/** The place of a row in an order: what it is ordered by, and its id, which tells equal ones apart. */
export type Place = { readonly value: string | number | null; readonly id: string }

/** A page of what matches, in the order of `sort`, else of the ids; it begins `offset` rows on, or behind a place. */
export type DirectoryQuery = {
  readonly filter: Filter | null
  readonly sort: Sort | null
  readonly limit: number
  readonly offset: number
  readonly after: Place | null
}

/** `total` counts all that match; `next` is the place of the last item where more follow. */
export type Page<T> = { readonly total: number; readonly items: readonly T[]; readonly next: Place | null }

/** A resource that is in no table, by an id that no row has, and what it is ordered by. */
export type Listed = { readonly id: string; readonly value: string | number | null }

/** Users, groups and what is listed beside them in one order; of a type whose query is null there is nothing. */
export type MixedQuery = Omit<DirectoryQuery, 'filter' | 'sort'> & {
  readonly users: Pick<DirectoryQuery, 'filter' | 'sort'> | null
  readonly groups: Pick<DirectoryQuery, 'filter' | 'sort'> | null
  readonly listed: readonly Listed[]
  /** Whether the order that each of them has is the other way round. */
  readonly descending: boolean
}
export type MixedItem =
  | { readonly kind: 'User'; readonly user: DirectoryUser }
  | { readonly kind: 'Group'; readonly group: DirectoryGroup }
  | { readonly kind: 'Listed'; readonly id: string }

/** A list that goes on behind `after`; `next` is null on the last page. */
export type Keyset = { readonly limit: number; readonly after: string | undefined }
export type Slice<T> = { readonly items: readonly T[]; readonly next: string | null }

/** A member as told: a user or a group of the connection, or (null) nobody whom it knows. */
export type GroupMember = {
  readonly value: string
  readonly display: string | null
  readonly kind: 'user' | 'group' | null
}
/** A group that a user is in: himself, or through groups inside it. */
export type GroupOfUser = { readonly id: string; readonly displayName: string; readonly direct: boolean }
/** The accounts that somebody sees: the one that he is at home in and, where `below`, those of its catalog that lie below it. */
export type Purview = { readonly homeId: string; readonly catalog: string; readonly below: boolean }
export type AccountQuery = Keyset & {
  /** Only these; what lies above, such as what the home lies below, is not told by any filter. Undefined: every account. */
  readonly within?: Purview | undefined
  readonly sort?: SortOf<typeof accountOrders> | undefined
  readonly parentId?: string | undefined
  readonly catalog?: string | undefined
  readonly level?: string | undefined
  /** Whether it or one above it is suspended. */
  readonly stopped?: boolean | undefined
  /** A part of its name, in any letter case. */
  readonly name?: string | undefined
}
export type GroupSummary = { id: string; displayName: string; externalId: string | null; memberCount: number }
export type ClientWithSecrets = OAuthClient & { readonly secrets: readonly ClientSecret[] }
export type MappingRow = Mapping & {
  readonly currentGroupName: string | null
  readonly groupRemoved: boolean
  readonly connectionName: string
}
export type MemberQuery = Keyset & {
  readonly accountId: string
  readonly sort?: SortOf<typeof memberOrders> | undefined
  readonly userName?: string | undefined
  /** A part of his display name or of his user name, in any letter case. */
  readonly name?: string | undefined
  readonly status?: MemberStatus | undefined
  readonly suspendedBy?: SuspensionSource | undefined
  readonly customised?: boolean | undefined
  readonly role?: string | undefined
}
/** Where a member's propagation stands, and what its last failure was. */
export type PropagationState = {
  readonly status: 'open' | 'held' | 'blocked'
  readonly attempts: number
  readonly nextAttemptAt: number | null
  readonly errorClass: string | null
  readonly error: string | null
}
export type MemberRow = Member & {
  readonly desiredRev: number
  readonly appliedRev: number
  readonly lagging: boolean
  readonly accountStopped: boolean
  readonly outAtHome: boolean
  /** What he is let have of his roles; null where they are not customised. */
  readonly cells: Cells | null
  readonly revisitAt: number | null
  readonly propagation: PropagationState
  readonly grants: readonly Grant[]
  /** As it was last brought from the directory. */
  readonly profile: Profile
}
/** What an access decision reads of a member, in one look. */
export type MemberWithAccount = Member & {
  /** What he is let have of his roles; null where they are not customised. */
  readonly cells: Cells | null
  readonly account: Account
  readonly lagging: boolean
  /** Whether he comes in by other accounts alone, and each has suspended him or let him go. */
  readonly outAtHome: boolean
  readonly revisitAt: number | null
  readonly grants: readonly Grant[]
}
/** `levelsUp`: how far above the account that was asked about. */
export type NamedMember = { readonly levelsUp: number; readonly member: MemberWithAccount }
export type AuditRow = {
  readonly id: string
  readonly at: number
  readonly action: string
  readonly actor: string
  readonly operation: string
  readonly detail: Readonly<Record<string, unknown>>
}
export type RoleRequestQuery = Keyset & {
  /** Without it, those of all accounts. */
  readonly accountId?: string | undefined
  readonly sort?: SortOf<typeof roleRequestOrders> | undefined
  readonly state?: RoleRequestState | undefined
  readonly memberId?: string | undefined
  readonly role?: string | undefined
  readonly askedBy?: string | undefined
  /** Whether they are overdue at an instant, or are not. */
  readonly late?: { readonly at: number; readonly overdue: boolean } | undefined
}
export type GroupEventQuery = {
  readonly limit: number
  readonly after?: string | undefined
  readonly accountId: string
  readonly groupId: string
  readonly sort?: SortOf<typeof groupChangeOrders> | undefined
  readonly actor?: string | undefined
}
/** A line of what was done to one thing, with what was before and after. */
export type ChangeRow = Pick<AuditRow, 'id' | 'at' | 'action' | 'actor'> & {
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
}
export type PropagationStatus = {
  readonly pending: number
  readonly running: number
  readonly held: number
  readonly blocked: number
  readonly oldestPendingMs: number
}

/** Which domains count as proved: for people who come anew, only those whose proof stands; for those who are there, lapsed ones too. */
export type ProvenStates = 'verified' | 'verified-or-lapsed'
/** `newLinks` is false once the proof has lapsed: who is there may stay, nobody new is let in. */
export type DomainOwner = { readonly accountId: string; readonly newLinks: boolean }

export type MailQuery = Keyset & {
  readonly sort?: SortOf<typeof mailOrders> | undefined
  readonly accountId?: string | undefined
  readonly state?: MailState | undefined
  readonly about?: string | undefined
  readonly to?: string | undefined
}

/** Views that are told where what they show is. */
type ViewsOfFeatures = SignInViews &
  CustomisationViews &
  CatalogViews &
  ConnectionViews &
  ReportViews &
  PathViews &
  InvitationViews &
  VisitorViews &
  AccessKeyViews

/** What may be looked at without a transaction. Every list has a limit or is bounded by one account's settings. */
export type Views = ViewsOfFeatures & {
  account(id: string): Promise<Account | undefined>
  accounts(query: AccountQuery): Promise<Slice<Account>>
  /** The account and those above it, itself first; empty where there is none. */
  accountPath(id: string): Promise<Account[]>
  memberWithAccount(id: string): Promise<MemberWithAccount | undefined>
  /** The oldest first: a handful. */
  signingKeys(): Promise<SigningKey[]>
  domains(accountId: string): Promise<AccountDomain[]>
  domain(accountId: string, domain: string): Promise<AccountDomain | undefined>
  /** Whose a domain is, in A-label form: exactly that one, no parent of it. */
  domainOwner(domain: string): Promise<DomainOwner | undefined>
  provenDomains(accountId: string, states: ProvenStates): Promise<ReadonlySet<string>>
  /** Who goes by this user name in the account or one above it, the nearest first; whoever was removed comes last. */
  membersNamed(accountId: string, userName: string): Promise<NamedMember[]>
  gateway(id: string): Promise<Gateway | undefined>
  /** The gateways of one account, past ones included; of none: those that ask about every account. */
  gateways(accountId: string | null): Promise<Gateway[]>
  touchGateway(id: string, at: number): Promise<void>
  connection(accountId: string, id: string): Promise<Connection | undefined>
  connections(accountId: string): Promise<Connection[]>
  /** The account's extension schemas by their URNs, and their revision, of one and the same moment. */
  schemas(accountId: string): Promise<AccountSchemas>
  /** Token and connection in one look, with the revision of the account's schemas: the SCIM door's first question of each request. */
  tokenWithConnection(
    tokenId: string,
  ): Promise<{ token: ScimToken; connection: Connection; schemasRev: number } | undefined>
  touchToken(tokenId: string, at: number): Promise<void>
  tokens(connectionId: string): Promise<ScimToken[]>
  clients(connectionId: string): Promise<ClientWithSecrets[]>
  clientWithConnection(id: string): Promise<{ client: OAuthClient; connection: Connection } | undefined>
  clientSecret(clientId: string, id: string): Promise<ClientSecret | undefined>
  /** An access token, its client's connection, and since when its client or secret is revoked. */
  accessTokenWithConnection(
    id: string,
  ): Promise<
    | { token: AccessToken & { readonly revokedAt: number | null }; connection: Connection; schemasRev: number }
    | undefined
  >
  /** A secret as it is kept, by its place. */
  sealedSecret(place: string): Promise<string | undefined>
  /** How many secrets lie under each key. */
  sealedByKey(): Promise<{ keyId: string; secrets: number }[]>
  groups(connectionId: string): Promise<GroupSummary[]>
  mappings(accountId: string): Promise<MappingRow[]>

  directoryUser(connectionId: string, id: string): Promise<DirectoryUser | undefined>
  directoryUsers(connectionId: string, query: DirectoryQuery): Promise<Page<DirectoryUser>>
  groupsOfUser(connectionId: string, userId: string): Promise<GroupOfUser[]>
  directoryGroup(connectionId: string, id: string): Promise<DirectoryGroup | undefined>
  directoryGroups(connectionId: string, query: DirectoryQuery): Promise<Page<DirectoryGroup>>
  directoryResources(connectionId: string, query: MixedQuery): Promise<Page<MixedItem>>
  /** Members of one group behind `after`, in a fixed order, at most `limit`. */
  groupMembers(connectionId: string, groupId: string, slice: Keyset): Promise<GroupMember[]>
  /** Those of the groups that together hold no more than `limit`: one that is left out is read by itself. */
  membersOfGroups(
    connectionId: string,
    groupIds: readonly string[],
    limit: number,
  ): Promise<Map<string, readonly GroupMember[]>>

  /** All groups of an account, in the order in which they were made. */
  permissionGroups(accountId: string): Promise<PermissionGroup[]>
  /** How many people each role of the account, or this one, is stored for, but for those from whom it was taken since. */
  holdersByRole(accountId: string, at: { readonly now: number; readonly role?: string }): Promise<Map<string, number>>
  /** What was done to a group. */
  permissionGroupEvents(query: GroupEventQuery): Promise<Slice<ChangeRow>>

  roleRequests(query: RoleRequestQuery): Promise<Slice<RoleRequest>>

  members(query: MemberQuery): Promise<Slice<MemberRow>>
  member(accountId: string, id: string): Promise<MemberRow | undefined>
  memberEvents(memberId: string, limit: number): Promise<AuditRow[]>
  /** The facts that decide these members' roles, read now. */
  facts(memberIds: readonly string[]): Promise<Map<string, StoredFacts>>
  propagation(accountId: string): Promise<PropagationStatus>
  mails(query: MailQuery): Promise<Slice<OutboxMail>>
  mail(id: string): Promise<OutboxMail | undefined>
  /** A connection's requests, without their bodies. */
  requests(query: RequestQuery): Promise<Slice<RequestSummary>>
  request(connectionId: string, id: string): Promise<RequestDetail | undefined>
  /** Answers when the store can be reached; rejects otherwise. */
  ready(): Promise<void>
}
