import type { OneTimeLink, PendingSignIn } from '../../application/sign-in/stores.ts'
import type { IdentityLink } from '../../domain/identity-link.ts'
import type { Authority, ClientAuthMethod, ClientKey, JoiningPair, OidcSettings } from '../../domain/oidc-settings.ts'
import type { Session } from '../../domain/session.ts'
import { parseJson } from './rows.ts'

/** Rows of sign-in, as both databases give them. */
export type OidcSettingsRow = {
  connection_id: string
  account_id: string
  issuer: string
  client_id: string
  auth_method: string
  has_secret: number
  key_id: string | null
  public_jwk: string | null
  authority: string
  default_role: string | null
  pair_attribute: string | null
  pair_claim: string | null
  tenant: string | null
  scopes: string
  max_age_seconds: number | null
  enabled: number
  platform: number
  created_at: number
  updated_at: number
}
export type IdentityLinkRow = {
  id: string
  account_id: string
  member_id: string
  incarnation: number
  connection_id: string
  subject: string
  issuer: string
  object_id: string | null
  created_at: number
  last_used_at: number | null
  ended_at: number | null
}
export type PendingSignInRow = {
  state_hash: string
  connection_id: string
  browser_hash: string
  issuer: string
  client_id: string
  sealed_checks: string
  account_id: string | null
  return_to: string
  sealed_invitation: string | null
  created_at: number
  expires_at: number
}
export type SessionRow = {
  id: string
  secret_hash: string
  account_id: string
  member_id: string
  incarnation: number
  link_id: string | null
  connection_id: string | null
  subject: string | null
  idp_session: string | null
  acr: string | null
  amr: string
  auth_time: number | null
  sealed_id_token: string | null
  started_at: number
  last_seen_at: number
  ends_at: number
}
export type OneTimeLinkRow = {
  id: string
  secret_hash: string
  account_id: string
  member_id: string
  incarnation: number
  created_at: number
  expires_at: number
}

export function fromOidcSettingsRow(row: OidcSettingsRow): OidcSettings {
  return {
    connectionId: row.connection_id,
    accountId: row.account_id,
    issuer: row.issuer,
    clientId: row.client_id,
    authMethod: row.auth_method as ClientAuthMethod,
    hasSecret: row.has_secret === 1,
    key: keyOf(row),
    authority: row.authority as Authority,
    defaultRole: row.default_role,
    pair: pairOf(row),
    tenant: row.tenant,
    scopes: row.scopes.split(' '),
    maxAgeSeconds: row.max_age_seconds,
    enabled: row.enabled === 1,
    platform: row.platform === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function keyOf({ key_id: kid, public_jwk: jwk }: OidcSettingsRow): ClientKey | null {
  if (kid === null || jwk === null) return null
  return { kid, publicJwk: parseJson<ClientKey['publicJwk']>(jwk) }
}

function pairOf({ pair_attribute: attribute, pair_claim: claim }: OidcSettingsRow): JoiningPair | null {
  return attribute === null || claim === null ? null : { attribute: attribute as JoiningPair['attribute'], claim }
}

export function toOidcSettingsRow(settings: OidcSettings): OidcSettingsRow {
  const { key, pair } = settings
  return {
    ...{ connection_id: settings.connectionId, account_id: settings.accountId, issuer: settings.issuer },
    ...{ client_id: settings.clientId, auth_method: settings.authMethod, has_secret: settings.hasSecret ? 1 : 0 },
    ...{ key_id: key?.kid ?? null, public_jwk: key && JSON.stringify(key.publicJwk) },
    ...{ authority: settings.authority, default_role: settings.defaultRole },
    ...{ pair_attribute: pair?.attribute ?? null, pair_claim: pair?.claim ?? null, tenant: settings.tenant },
    ...{ scopes: settings.scopes.join(' '), max_age_seconds: settings.maxAgeSeconds },
    ...{ enabled: settings.enabled ? 1 : 0, platform: settings.platform ? 1 : 0 },
    ...{ created_at: settings.createdAt, updated_at: settings.updatedAt },
  }
}

export function fromIdentityLinkRow(row: IdentityLinkRow): IdentityLink {
  return {
    ...{ id: row.id, accountId: row.account_id, memberId: row.member_id, incarnation: row.incarnation },
    ...{ connectionId: row.connection_id, subject: row.subject, issuer: row.issuer, objectId: row.object_id },
    ...{ createdAt: row.created_at, lastUsedAt: row.last_used_at, endedAt: row.ended_at },
  }
}

export function toIdentityLinkRow(link: IdentityLink): IdentityLinkRow {
  return {
    ...{ id: link.id, account_id: link.accountId, member_id: link.memberId, incarnation: link.incarnation },
    ...{ connection_id: link.connectionId, subject: link.subject, issuer: link.issuer, object_id: link.objectId },
    ...{ created_at: link.createdAt, last_used_at: link.lastUsedAt, ended_at: link.endedAt },
  }
}

export function fromPendingSignInRow(row: PendingSignInRow): PendingSignIn {
  return {
    ...{ stateHash: row.state_hash, connectionId: row.connection_id, browserHash: row.browser_hash },
    ...{ issuer: row.issuer, clientId: row.client_id, sealedChecks: row.sealed_checks },
    ...{ accountId: row.account_id, returnTo: row.return_to, sealedInvitation: row.sealed_invitation },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at },
  }
}

export function toPendingSignInRow(pending: PendingSignIn): PendingSignInRow {
  return {
    ...{ state_hash: pending.stateHash, connection_id: pending.connectionId, browser_hash: pending.browserHash },
    ...{ issuer: pending.issuer, client_id: pending.clientId, sealed_checks: pending.sealedChecks },
    ...{ account_id: pending.accountId, return_to: pending.returnTo, sealed_invitation: pending.sealedInvitation },
    ...{ created_at: pending.createdAt, expires_at: pending.expiresAt },
  }
}

export function fromSessionRow(row: SessionRow): Session {
  const { link_id: linkId, connection_id: connectionId, subject } = row
  const identity =
    linkId === null || connectionId === null || subject === null
      ? null
      : {
          ...{ linkId, connectionId, subject, idpSession: row.idp_session, acr: row.acr },
          ...{ amr: parseJson<string[]>(row.amr), authTime: row.auth_time, sealedIdToken: row.sealed_id_token },
        }
  return {
    ...{ id: row.id, secretHash: row.secret_hash, accountId: row.account_id, memberId: row.member_id },
    ...{ incarnation: row.incarnation, identity },
    ...{ startedAt: row.started_at, lastSeenAt: row.last_seen_at, endsAt: row.ends_at },
  }
}

export function toSessionRow({ identity, ...session }: Session): SessionRow {
  return {
    ...{ id: session.id, secret_hash: session.secretHash, account_id: session.accountId, member_id: session.memberId },
    ...{ incarnation: session.incarnation, link_id: identity?.linkId ?? null },
    ...{ connection_id: identity?.connectionId ?? null, subject: identity?.subject ?? null },
    ...{ idp_session: identity?.idpSession ?? null, acr: identity?.acr ?? null },
    ...{ amr: JSON.stringify(identity?.amr ?? []), auth_time: identity?.authTime ?? null },
    ...{ sealed_id_token: identity?.sealedIdToken ?? null },
    ...{ started_at: session.startedAt, last_seen_at: session.lastSeenAt, ends_at: session.endsAt },
  }
}

export function fromOneTimeLinkRow(row: OneTimeLinkRow): OneTimeLink {
  return {
    ...{ id: row.id, secretHash: row.secret_hash, accountId: row.account_id, memberId: row.member_id },
    ...{ incarnation: row.incarnation, createdAt: row.created_at, expiresAt: row.expires_at },
  }
}

export function toOneTimeLinkRow(link: OneTimeLink): OneTimeLinkRow {
  return {
    ...{ id: link.id, secret_hash: link.secretHash, account_id: link.accountId, member_id: link.memberId },
    ...{ incarnation: link.incarnation, created_at: link.createdAt, expires_at: link.expiresAt },
  }
}
