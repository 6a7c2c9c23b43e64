import type { Account } from '../../domain/account.ts'
import type { Connection, ConnectionKind, EmailPolicy } from '../../domain/connection.ts'
import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { emailsOf, foldTexts, nameKey, type DirectoryUser } from '../../domain/directory-user.ts'
import type { Mapping } from '../../domain/mapping.ts'
import type { ProfileMapping } from '../../domain/profile.ts'
import type { Member, MemberStatus, SuspensionSource } from '../../domain/member.ts'
import type { Grant, GrantPath, GrantSource } from '../../domain/resolve.ts'
import type { ScimToken } from '../../domain/scim-token.ts'
import { fromScopes } from './client-rows.ts'

/** Rows as both databases give them: integers for instants and flags, JSON as text. */
export type AccountRow = {
  id: string
  name: string
  catalog: string
  parent_id: string | null
  level: string | null
  entitlements: string
  suspended_at: number | null
  stopped: number
  epoch: number
  created_at: number
}
export type ConnectionRow = {
  id: string
  account_id: string
  name: string
  kind: string
  state: string
  email_policy: string
  rate_per_second: number | null
  rate_burst: number | null
  roles_from_idp: number
  profile_mapping: string
  created_at: number
}
export type TokenRow = {
  id: string
  account_id: string
  connection_id: string
  secret_hash: string
  hint: string
  scopes: string
  created_at: number
  expires_at: number
  revoked_at: number | null
  last_used_at: number | null
}
export type UserRow = {
  id: string
  account_id: string
  connection_id: string
  member_id: string
  external_id: string | null
  user_name: string
  display_name: string | null
  active: number
  attributes: string
  version: number
  created_at: number
  updated_at: number
  removed_at: number | null
}
export type GroupRow = {
  id: string
  account_id: string
  connection_id: string
  external_id: string | null
  display_name: string
  attributes: string
  version: number
  created_at: number
  updated_at: number
  removed_at: number | null
}
export type MemberTableRow = {
  id: string
  account_id: string
  user_name: string
  email: string | null
  display_name: string | null
  status: string
  suspended_by: string
  switched_off: string
  incarnation: number
  status_version: number
  created_at: number
  updated_at: number
}
export type MappingTableRow = {
  id: string
  account_id: string
  connection_id: string
  group_id: string | null
  group_name: string | null
  role: string
  state: string
  created_at: number
}
export type GrantRow = { member_id: string; role: string; source: string; paths: string }

export function fromAccountRow(row: AccountRow): Account {
  const { id, name, catalog, level, stopped, epoch } = row
  return {
    ...{ id, name, catalog, parentId: row.parent_id, level, entitlements: parseJson(row.entitlements) },
    ...{ suspendedAt: row.suspended_at, stopped: stopped > 0, epoch, createdAt: row.created_at },
  }
}

export function fromConnectionRow(row: ConnectionRow): Connection {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    kind: row.kind as ConnectionKind,
    state: row.state as Connection['state'],
    emailPolicy: row.email_policy as EmailPolicy,
    rateLimit:
      row.rate_per_second === null || row.rate_burst === null
        ? null
        : { perSecond: row.rate_per_second, burst: row.rate_burst },
    rolesFromIdp: row.roles_from_idp === 1,
    profileMapping: parseJson<ProfileMapping>(row.profile_mapping),
    createdAt: row.created_at,
  }
}

export function fromTokenRow(row: TokenRow): ScimToken {
  return {
    id: row.id,
    accountId: row.account_id,
    connectionId: row.connection_id,
    secretHash: row.secret_hash,
    hint: row.hint,
    scopes: fromScopes(row.scopes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}

/** The e-mails live in `attributes`, as told; their rows exist only to be searched. */
export function fromUserRow(row: UserRow): DirectoryUser {
  const attributes = parseJson<Record<string, unknown>>(row.attributes)
  return {
    id: row.id,
    accountId: row.account_id,
    connectionId: row.connection_id,
    memberId: row.member_id,
    externalId: row.external_id,
    userName: row.user_name,
    displayName: row.display_name,
    active: row.active === 1,
    emails: emailsOf(attributes),
    attributes,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: row.removed_at,
  }
}

/** What a change of facts writes. */
export function userFactsRow(user: DirectoryUser) {
  return {
    external_id: user.externalId,
    user_name: user.userName,
    user_name_key: nameKey(user.userName),
    display_name: user.displayName,
    display_name_key: user.displayName === null ? null : nameKey(user.displayName),
    active: user.active ? 1 : 0,
    attributes: JSON.stringify(user.attributes),
    search: JSON.stringify(foldTexts(user.attributes)),
    version: user.version,
    updated_at: user.updatedAt,
  }
}

export function fromGroupRow(row: GroupRow): DirectoryGroup {
  return {
    id: row.id,
    accountId: row.account_id,
    connectionId: row.connection_id,
    externalId: row.external_id,
    displayName: row.display_name,
    attributes: parseJson(row.attributes),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: row.removed_at,
  }
}

export function groupFactsRow(group: DirectoryGroup) {
  return {
    external_id: group.externalId,
    display_name: group.displayName,
    display_name_key: nameKey(group.displayName),
    attributes: JSON.stringify(group.attributes),
    search: JSON.stringify(foldTexts(group.attributes)),
    version: group.version,
    updated_at: group.updatedAt,
  }
}

/** A list of words that hold no comma. */
export function words(text: string): string[] {
  return text === '' ? [] : text.split(',')
}

export function fromMemberRow(row: MemberTableRow): Member {
  return {
    id: row.id,
    accountId: row.account_id,
    userName: row.user_name,
    email: row.email,
    displayName: row.display_name,
    status: row.status as MemberStatus,
    suspendedBy: words(row.suspended_by) as SuspensionSource[],
    switchedOff: words(row.switched_off),
    incarnation: row.incarnation,
    statusVersion: row.status_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** What a change of a member writes. */
export function memberFactsRow(member: Member) {
  return {
    user_name: member.userName,
    user_name_key: nameKey(member.userName),
    email: member.email,
    display_name: member.displayName,
    shown_key: nameKey(member.displayName ?? member.userName),
    status: member.status,
    suspended_by: member.suspendedBy.join(','),
    switched_off: member.switchedOff.join(','),
    incarnation: member.incarnation,
    status_version: member.statusVersion,
    updated_at: member.updatedAt,
  }
}

export function fromMappingRow(row: MappingTableRow): Mapping {
  return {
    id: row.id,
    accountId: row.account_id,
    connectionId: row.connection_id,
    groupId: row.group_id,
    groupName: row.group_name,
    role: row.role,
    state: row.state as Mapping['state'],
    createdAt: row.created_at,
  }
}

export function fromGrantRow(row: GrantRow): Grant {
  return { role: row.role, source: row.source as GrantSource, paths: parseJson<GrantPath[]>(row.paths) }
}

export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T
}

/** Whether a member `m` of an account `a` waits to be reconciled, as `lags` says it of his propagation `p`. */
export const laggingColumn =
  'case when p.desired_rev > p.applied_rev or a.epoch > p.applied_epoch then 1 else 0 end as lagging'
