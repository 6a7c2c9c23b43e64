import type { AccessToken, ClientSecret, OAuthClient } from '../../domain/oauth-client.ts'
import { isScimScope, type ScimScope } from '../../domain/scim-scope.ts'

/** Rows of OAuth clients, as both databases give them. */
export type ClientRow = {
  id: string
  account_id: string
  connection_id: string
  name: string
  scopes: string
  issuer: string | null
  subject: string | null
  audience: string | null
  jwks_url: string | null
  created_at: number
  revoked_at: number | null
  last_used_at: number | null
}
export type ClientSecretRow = {
  id: string
  client_id: string
  secret_hash: string
  hint: string
  created_at: number
  expires_at: number
  revoked_at: number | null
  last_used_at: number | null
}
export type AccessTokenRow = {
  id: string
  client_id: string
  secret_id: string | null
  secret_hash: string
  scopes: string
  created_at: number
  expires_at: number
}

/** Scopes are kept as OAuth writes them; one that this version does not know gives nothing. */
export function fromScopes(text: string): ScimScope[] {
  return text.split(' ').filter(isScimScope)
}

export const toScopes = (scopes: readonly ScimScope[]): string => scopes.join(' ')

export function fromClientRow(row: ClientRow): OAuthClient {
  const { issuer, subject, audience, jwks_url: jwksUrl } = row
  return {
    id: row.id,
    accountId: row.account_id,
    connectionId: row.connection_id,
    name: row.name,
    scopes: fromScopes(row.scopes),
    assertion: issuer === null || subject === null || jwksUrl === null ? null : { issuer, subject, audience, jwksUrl },
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}

export function toClientRow(client: OAuthClient): ClientRow {
  const { issuer = null, subject = null, audience = null, jwksUrl = null } = client.assertion ?? {}
  return {
    ...{ id: client.id, account_id: client.accountId, connection_id: client.connectionId, name: client.name },
    ...{ scopes: toScopes(client.scopes), issuer, subject, audience, jwks_url: jwksUrl },
    ...{ created_at: client.createdAt, revoked_at: client.revokedAt, last_used_at: client.lastUsedAt },
  }
}

export function fromClientSecretRow(row: ClientSecretRow): ClientSecret {
  return {
    id: row.id,
    clientId: row.client_id,
    secretHash: row.secret_hash,
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}

export function fromAccessTokenRow(row: AccessTokenRow): AccessToken {
  return {
    id: row.id,
    clientId: row.client_id,
    secretId: row.secret_id,
    secretHash: row.secret_hash,
    scopes: fromScopes(row.scopes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
