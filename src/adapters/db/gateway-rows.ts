import type { Gateway } from '../../domain/gateway.ts'

export type GatewayRow = {
  id: string
  account_id: string | null
  name: string
  secret_hash: string
  hint: string
  created_at: number
  revoked_at: number | null
  last_used_at: number | null
}

export function fromGatewayRow(row: GatewayRow): Gateway {
  const { id, name, hint } = row
  return {
    ...{ id, accountId: row.account_id, name, secretHash: row.secret_hash, hint },
    ...{ createdAt: row.created_at, revokedAt: row.revoked_at, lastUsedAt: row.last_used_at },
  }
}

export function toGatewayRow({ id, accountId, name, secretHash, hint, ...times }: Gateway): GatewayRow {
  return {
    ...{ id, account_id: accountId, name, secret_hash: secretHash, hint },
    ...{ created_at: times.createdAt, revoked_at: times.revokedAt, last_used_at: times.lastUsedAt },
  }
}
