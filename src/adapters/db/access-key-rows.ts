import { nameKey } from '../../domain/directory-user.ts'
import type { AccessKey } from '../../domain/access-key.ts'

export type AccessKeyTableRow = {
  id: string
  account_id: string
  member_id: string | null
  incarnation: number | null
  name: string
  roles: string | null
  secret_hash: string
  hint: string
  secret_made_at: number
  former_hash: string | null
  former_until: number | null
  created_by: string
  created_at: number
  expires_at: number | null
  disabled_at: number | null
  last_used_at: number | null
}

export function fromAccessKeyRow(row: AccessKeyTableRow): AccessKey {
  const { id, name, incarnation, member_id: memberId, former_hash: hash, former_until: until } = row
  return {
    ...{ id, accountId: row.account_id, name },
    person: memberId === null || incarnation === null ? null : { memberId, incarnation },
    roles: row.roles === null ? null : (JSON.parse(row.roles) as string[]),
    secret: { hash: row.secret_hash, hint: row.hint, madeAt: row.secret_made_at },
    former: hash === null || until === null ? null : { hash, until },
    ...{ createdBy: row.created_by, createdAt: row.created_at, expiresAt: row.expires_at },
    ...{ disabledAt: row.disabled_at, lastUsedAt: row.last_used_at },
  }
}

export function toAccessKeyRow(key: AccessKey): AccessKeyTableRow & { name_key: string } {
  const { id, name, person, roles, secret, former } = key
  return {
    ...{ id, account_id: key.accountId, name, name_key: nameKey(name) },
    ...{ member_id: person?.memberId ?? null, incarnation: person?.incarnation ?? null },
    roles: roles && JSON.stringify(roles),
    ...{ secret_hash: secret.hash, hint: secret.hint, secret_made_at: secret.madeAt },
    ...{ former_hash: former?.hash ?? null, former_until: former?.until ?? null },
    ...{ created_by: key.createdBy, created_at: key.createdAt, expires_at: key.expiresAt },
    ...{ disabled_at: key.disabledAt, last_used_at: key.lastUsedAt },
  }
}
