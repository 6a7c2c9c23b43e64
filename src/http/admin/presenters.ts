import type { ShownAccount } from '../../application/accounts/get-account.ts'
import type { MemberDetail, MemberWithRoles } from '../../application/members/find-members.ts'
import type { RequestDetail, RequestSummary } from '../../application/requests/request-entry.ts'
import type { ClientWithSecrets, MappingRow } from '../../application/views.ts'
import type { Account } from '../../domain/account.ts'
import type { MemberAssignment } from '../../domain/assignment.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { Connection } from '../../domain/connection.ts'
import { stillWaits, type Mapping } from '../../domain/mapping.ts'
import type { Member } from '../../domain/member.ts'
import { isLive } from '../../domain/credential-text.ts'
import type { ClientSecret } from '../../domain/oauth-client.ts'
import { sourcesBy } from '../../domain/profile.ts'
import type { ScimToken } from '../../domain/scim-token.ts'
import { iso, isoOrNull } from './iso.ts'

/** A line of the list; the catalog in full has what is counted here. */
export function presentCatalog({ id, label, sections, capabilities, roles }: Catalog) {
  return { id, label, sections: sections.length, capabilities: capabilities.length, roles: roles.length }
}

export function presentAccount({ parentId, ...account }: Account) {
  return { ...presentShownAccount(account), parent: parentId }
}

/** `stopped`: it or an account above it is suspended. */
export function presentShownAccount(account: ShownAccount) {
  const { id, name, catalog, parentId, level, entitlements, suspendedAt, stopped, createdAt } = account
  return {
    ...{ id, name, catalog, ...(parentId === undefined ? {} : { parent: parentId }), level, entitlements },
    ...{ suspendedAt: isoOrNull(suspendedAt), stopped, createdAt: iso(createdAt) },
  }
}

export function presentAssignment(assignment: MemberAssignment) {
  const { id, memberId, role, validFrom, validTo, assignedBy, createdAt } = assignment
  return {
    ...{ id, member: memberId, role, validFrom: isoOrNull(validFrom), validTo: isoOrNull(validTo) },
    ...{ assignedBy, createdAt: iso(createdAt) },
  }
}

/** A member as a change leaves him: his roles follow by the propagation. */
export function presentStanding({ id, userName, email, displayName, status, suspendedBy, switchedOff }: Member) {
  return { id, userName, email, displayName, status, suspendedBy, switchedOff }
}

export function presentConnection(connection: Connection, scimUrl: string) {
  const { id, name, kind, state, emailPolicy, rateLimit, rolesFromIdp, createdAt } = connection
  const profileMapping = sourcesBy(connection.profileMapping)
  const settings = { emailPolicy, rateLimit, rolesFromIdp, profileMapping }
  return { id, name, kind, state, ...settings, scimUrl, createdAt: iso(createdAt) }
}

export function presentToken({ scopes, ...token }: ScimToken, now: number) {
  const { id, hint, state, ...times } = presentSecret(token, now)
  return { id, hint, state, scopes, ...times }
}

type SecretState = 'live' | 'expired' | 'revoked'

export function presentSecret(secret: Omit<ClientSecret, 'clientId' | 'secretHash'>, now: number) {
  const { id, hint, createdAt, expiresAt, revokedAt, lastUsedAt } = secret
  const state: SecretState = isLive(secret, now) ? 'live' : revokedAt === null ? 'expired' : 'revoked'
  const times = { createdAt: iso(createdAt), expiresAt: iso(expiresAt), revokedAt: isoOrNull(revokedAt) }
  return { id, hint, state, ...times, lastUsedAt: isoOrNull(lastUsedAt) }
}

/** With what goes into the IdP's form beside the id: the token URL, and what its assertions have to say. */
export function presentClient(client: ClientWithSecrets, tokenUrl: string, now: number) {
  const { id, name, scopes, assertion, createdAt, revokedAt, lastUsedAt } = client
  const state: Exclude<SecretState, 'expired'> = revokedAt === null ? 'live' : 'revoked'
  return {
    ...{ id, name, state, scopes, tokenUrl },
    assertion: assertion && { ...assertion, audience: assertion.audience ?? tokenUrl },
    secrets: client.secrets.map((secret) => presentSecret(secret, now)),
    ...{ createdAt: iso(createdAt), revokedAt: isoOrNull(revokedAt), lastUsedAt: isoOrNull(lastUsedAt) },
  }
}

type MappingState = Mapping['state'] | 'dangling' | 'lapsed'

/** `state`: bound, waiting for its group, unconfirmed, dangling (its group is gone) or lapsed (its group never came). */
export function presentMapping(mapping: Mapping & Partial<MappingRow>, now: number) {
  const { id, connectionId, groupId, groupName, role, createdAt, currentGroupName = null } = mapping
  const lapsed = mapping.state === 'waiting' && !stillWaits(mapping, now)
  const state: MappingState = mapping.groupRemoved === true ? 'dangling' : lapsed ? 'lapsed' : mapping.state
  return {
    id,
    connection: connectionId,
    groupId,
    groupName: currentGroupName ?? groupName,
    role,
    state,
    createdAt: iso(createdAt),
  }
}

export function presentMember(member: Omit<MemberWithRoles, 'grants'>) {
  const { id, userName, email, displayName, status, suspendedBy, switchedOff, roles, desiredRev, appliedRev } = member
  return { id, userName, email, displayName, status, suspendedBy, switchedOff, roles, desiredRev, appliedRev }
}

export function presentMemberDetail(member: MemberDetail) {
  return {
    ...presentMember(member),
    profile: member.profile,
    incarnation: member.incarnation,
    lagging: member.lagging,
    customised: member.customised,
    propagation: { ...member.propagation, nextAttemptAt: isoOrNull(member.propagation.nextAttemptAt) },
    createdAt: iso(member.createdAt),
    updatedAt: iso(member.updatedAt),
    grants: member.grants,
    losses: member.losses,
    events: member.events.map(({ at, ...event }) => ({ ...event, at: iso(at) })),
  }
}

export function presentRequest(request: RequestSummary) {
  const { id, at, operation, method, path, query, status, scimType, detail, ms, credentialId, notes, changes } = request
  return {
    ...{ id, at: iso(at), operation, method, path, query, status, scimType, detail, ms },
    credential: credentialId,
    repaired: notes.items,
    repairedTotal: notes.total,
    changed: changes.lines.map(({ action, target, memberId }) => ({ action, target, member: memberId })),
    changedTotal: changes.linesTotal,
    members: changes.memberIds,
    membersTotal: changes.membersTotal,
  }
}

export function presentRequestDetail(detail: RequestDetail) {
  return { ...presentRequest(detail), request: presentBody(detail.request), answer: presentBody(detail.answer) }
}

/** A body as JSON; one that had to be cut is JSON no more, and is told as text. */
function presentBody(text: string | null) {
  if (text === null) return null
  try {
    return { body: JSON.parse(text) as unknown, truncated: false }
  } catch {
    return { body: text, truncated: true }
  }
}
