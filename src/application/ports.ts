import type { AccountDomain, TxtAnswer } from '../domain/account-domain.ts'
import type { Catalog } from '../domain/catalog.ts'
import type { AccountSchemas, ExtensionSchema } from '../domain/extension-schema.ts'
import type { RateLimit } from '../domain/rate-limit.ts'
import type { UniqueValue } from '../domain/extension-values.ts'
import type { DomainRule } from '../domain/domain-rule.ts'
import type { Gateway } from '../domain/gateway.ts'
import type { InvitationRules } from '../domain/invitation.ts'
import type { OpeningRules } from '../domain/opening.ts'
import type { AssertionTrust } from '../domain/oauth-client.ts'
import type { RoleRequest } from '../domain/role-request.ts'
import type { SessionLimits } from '../domain/session.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { WorkEmailRule } from '../domain/work-email.ts'
import type { KeptAnswers } from './answers/kept-answers.ts'
import type { Audit, AuditKeys, AuditLog, AuditSigner, CheckpointSink } from './audit/audit-log.ts'
import type { CatalogFiles, CatalogStore } from './catalogs/catalogs-in-force.ts'
import type { Retirements } from './connections/retirement-store.ts'
import type { Customisations } from './customisations/customisation-store.ts'
import type { Invitations } from './invitations/invitation-store.ts'
import type { AccessKeys } from './access-keys/access-key-store.ts'
import type { Visitors } from './invitations/visitor-store.ts'
import type { Mail, MailOutbox } from './mail/mail-ports.ts'
import type { IdpSessions, IdpSignals } from './logout/idp-signals.ts'
import type { Openings } from './openings/opening-store.ts'
import type { PermissionGroups } from './permission-groups/permission-group-store.ts'
import type { ReconcileStore } from './propagation/reconcile-ports.ts'
import type { RequestEntry } from './requests/request-entry.ts'
import type { ProvenStates, Views } from './views.ts'
import type { ClientKeys, OpenIdProviders } from './sign-in/open-id.ts'
import type {
  IdentityLinks,
  OidcSettingsStore,
  OneTimeLinks,
  DefaultAccounts,
  PendingSignIns,
  Sessions,
} from './sign-in/stores.ts'
import type {
  AccessTokens,
  Accounts,
  Assignments,
  Connections,
  DirectoryGroups,
  DirectoryUsers,
  Mappings,
  Members,
  Memberships,
  OAuthClients,
  Propagations,
  ScimTokens,
} from './stores.ts'

export type AccountDomains = {
  insert(domain: AccountDomain): Promise<void>
  lock(accountId: string, domain: string): Promise<AccountDomain | undefined>
  /** Whoever has proved it. */
  lockOwner(domain: string): Promise<AccountDomain | undefined>
  ofAccount(accountId: string): Promise<AccountDomain[]>
  update(domain: AccountDomain): Promise<void>
  remove(id: string): Promise<void>
  /** Proved ones whose check is due, as they will be: their next check is put off until then. */
  claimDue(now: number, until: number, limit: number): Promise<AccountDomain[]>
  proven(accountId: string, states: ProvenStates): Promise<ReadonlySet<string>>
}

export type Gateways = {
  insert(gateway: Gateway): Promise<void>
  /** The gateway, its row locked until the transaction ends. */
  lock(id: string): Promise<Gateway | undefined>
  revoke(id: string, at: number): Promise<void>
}

export type RoleRequests = {
  insert(request: RoleRequest): Promise<void>
  update(request: RoleRequest): Promise<void>
  openOf(memberId: string): Promise<RoleRequest[]>
  lock(accountId: string, id: string): Promise<RoleRequest | undefined>
}

/** The extension schemas of accounts. */
export type ExtensionSchemas = {
  /** The revision of an account's schemas, which stays so until the transaction ends; many may hold it at once. */
  hold(accountId: string): Promise<number>
  /** The account's schemas, to be changed: whoever holds them is waited for, and nobody else changes them meanwhile. */
  lock(accountId: string): Promise<AccountSchemas>
  /** Writes a schema, in the place of that of the same URN, and moves the revision. */
  put(accountId: string, schema: ExtensionSchema, at: number): Promise<void>
  remove(accountId: string, urn: string): Promise<void>
  /** Live resources behind `after`, by their ids, that have something under a URN. */
  having(place: ExtensionPlace, slice: { after: string; limit: number }): Promise<ResourceWithExtension[]>
}
export type ExtensionPlace = {
  readonly connectionId: string
  readonly resourceType: ExtensionSchema['resourceType']
  readonly urn: string
}
export type ResourceWithExtension = { readonly id: string; readonly attributes: Readonly<Record<string, unknown>> }

/** Values that no two resources of a connection share. */
export type UniqueValues = {
  /** One of the values that another resource has; undefined where all are free. */
  taken(resource: UniqueOwner, values: readonly UniqueValue[]): Promise<UniqueValue | undefined>
  /** Makes these the resource's values, in the place of those that it had. */
  set(resource: UniqueOwner, values: readonly UniqueValue[]): Promise<void>
  /** Makes these the values of all resources of a connection under a URN. */
  reset(connectionId: string, urn: string, rows: readonly (UniqueValue & { resourceId: string })[]): Promise<void>
}
export type UniqueOwner = { readonly id: string; readonly connectionId: string }

/** Secrets that have to be read again, each under its place; `rotateSecrets` re-seals whatever lies here. */
export type SealedSecrets = {
  put(secret: SealedSecret & { readonly keyId: string }, at: number): Promise<void>
  /** Keeps it where nothing lies yet; answers what lies there from now on. */
  putFirst(secret: SealedSecret & { readonly keyId: string }, at: number): Promise<string>
  remove(place: string): Promise<void>
  /** Behind the place `after`, in their order, their rows locked. */
  underOtherKeys(keyId: string, slice: { after: string; limit: number }): Promise<SealedSecret[]>
  /** From now on the database starts with this key; false where it knew it already. */
  rememberKey(check: string): Promise<boolean>
}
/** Keys that tokens for gateways are signed with, the oldest first. */
export type SigningKeys = {
  lockAll(): Promise<SigningKey[]>
  /** False where another key has this position. */
  insert(key: SigningKey): Promise<boolean>
  publishUntil(id: string, at: number): Promise<void>
  remove(id: string): Promise<void>
}

export type SealedSecret = { readonly place: string; readonly sealed: string }

/** The stores of one transaction; they exist only inside a unit of work. */
export type Tx = {
  accounts: Accounts
  connections: Connections
  retirements: Retirements
  domains: AccountDomains
  tokens: ScimTokens
  gateways: Gateways
  accessKeys: AccessKeys
  clients: OAuthClients
  accessTokens: AccessTokens
  users: DirectoryUsers
  groups: DirectoryGroups
  memberships: Memberships
  members: Members
  assignments: Assignments
  customisations: Customisations
  catalogs: CatalogStore
  mappings: Mappings
  permissionGroups: PermissionGroups
  roleRequests: RoleRequests
  schemas: ExtensionSchemas
  uniques: UniqueValues
  invitations: Invitations
  visitors: Visitors
  openings: Openings
  mail: MailOutbox
  propagations: Propagations
  sealedSecrets: SealedSecrets
  signingKeys: SigningKeys
  idpSessions: IdpSessions
  oidcSettings: OidcSettingsStore
  identityLinks: IdentityLinks
  pendingSignIns: PendingSignIns
  defaultAccounts: DefaultAccounts
  sessions: Sessions
  oneTimeLinks: OneTimeLinks
  audit: Audit
  auditKeys: AuditKeys
}

/**
 * Runs the work in one transaction: all of it is kept, or nothing. The work may run again after a serialization failure, so
 * it does nothing but decide and write. After the commit, whoever was marked is nudged, and nobody waits for that.
 */
export type UnitOfWork = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Where requests of the SCIM door are written down, apart from the changes that they make. */
export type RequestLog = {
  append(entries: readonly RequestEntry[]): Promise<void>
  /** Takes away at most `limit` requests older than an instant; answers how many. */
  purge(before: number, limit: number): Promise<number>
}

export type Clock = { now(): number }

export type Secrets = {
  /** 256 random bits as 43 base62 digits. */
  token(): string
  /** SHA-256, hex. Right for 256-bit random secrets, which need no slow hash. */
  hash(secret: string): string
  /** HMAC-SHA-256, hex: who has only the database neither checks a secret nor makes one that is taken. */
  keyedHash(key: string, secret: string): string
  equal(a: string, b: string): boolean
}

/**
 * Encrypts what is kept at rest and has to be read again. A sealed text names its key and is bound to its context: under
 * another one it does not open. What does not open is `upstream_rejected`, and says why.
 */
export type Vault = {
  /** The first key seals, all of them open. */
  readonly keys: readonly [VaultKey, ...VaultKey[]]
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}
/** `check` is what a database knows the key by. */
export type VaultKey = { readonly id: string; readonly check: string }
/** The texts of a name's TXT records: empty where there are none, null where no server answers. */
export type Dns = { txt(name: string): Promise<TxtAnswer> }

/** Makes keys and signs with them (RFC 7515). */
export type TokenSigner = {
  makeKey(): Promise<{ kid: string; privateJwk: string; publicJwk: SigningKey['publicJwk'] }>
  sign(key: { kid: string; privateJwk: string }, claims: Readonly<Record<string, unknown>>): Promise<string>
}

/** The one way out to a URL that a tenant has set: https to public hosts, judged before anything is dialled. */
export type OutboundHttp = {
  /** Why a URL would never be called, as a text that says how to mend it; null where it may be. Asks nobody. */
  refusal(url: string): string | null
  /** Fetches it. What may not be called is a `policy_violation`, what does not answer is `upstream_unavailable`. */
  get(url: string, accept?: string): Promise<OutboundAnswer>
  /** One request as told, without following a redirect; errors as those of `get`. */
  send(url: string, request: OutboundRequest): Promise<OutboundAnswer & { readonly headers: Record<string, string> }>
}
export type OutboundRequest = {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}
export type OutboundAnswer = { readonly status: number; readonly contentType: string; readonly body: string }

/** Reads and verifies the signed assertions by which OAuth clients prove themselves (RFC 7523). */
export type ClientAssertions = {
  /** Whom an assertion speaks of, before anything of it is believed; null where it is none. */
  subjectOf(assertion: string): string | null
  /** What is wrong with it is `unauthenticated`; keys that cannot be fetched now are `upstream_unavailable`. */
  verify(assertion: string, trust: ExpectedAssertion): Promise<VerifiedAssertion>
}
export type ExpectedAssertion = Omit<AssertionTrust, 'audience'> & { readonly audiences: readonly string[] }
export type VerifiedAssertion = { readonly jti: string | null; readonly expiresAt: number }

/** The role catalogs in force, as of the last account or list of catalogs that this process has read. */
export type Catalogs = ReadonlyMap<string, Catalog>

export type Ports = {
  unitOfWork: UnitOfWork
  views: Views
  reconcileStore: ReconcileStore
  requestLog: RequestLog
  keptAnswers: KeptAnswers
  auditLog: AuditLog
  auditSigner: AuditSigner
  checkpointSink: CheckpointSink
  catalogs: Catalogs
  catalogFiles: CatalogFiles
  workEmail: WorkEmailRule
  domainRule: DomainRule
  dns: Dns
  clock: Clock
  newId: () => string
  secrets: Secrets
  vault: Vault
  tokenSigner: TokenSigner
  mail: Mail
  invitationRules: InvitationRules
  openingRules: OpeningRules
  idpSignals: IdpSignals
  outbound: OutboundHttp
  assertions: ClientAssertions
  openId: OpenIdProviders
  clientKeys: ClientKeys
  sessionLimits: SessionLimits
  /** What the SCIM door lets each connection ask for that has no limit of its own. */
  scimPace: RateLimit
}
