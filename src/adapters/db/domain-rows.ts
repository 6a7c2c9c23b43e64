import type { AccountDomain } from '../../domain/account-domain.ts'

export type DomainRow = {
  id: string
  account_id: string
  domain: string
  state: AccountDomain['state']
  challenge: string
  failures: number
  problem: string | null
  created_at: number
  expires_at: number
  verified_at: number | null
  proved_at: number | null
  next_check_at: number
}

export function toDomainRow(domain: AccountDomain): DomainRow {
  const { id, accountId, state, challenge, failures, problem } = domain
  return {
    ...{ id, account_id: accountId, domain: domain.domain, state, challenge, failures, problem },
    ...{ created_at: domain.createdAt, expires_at: domain.expiresAt, verified_at: domain.verifiedAt },
    ...{ proved_at: domain.provedAt, next_check_at: domain.nextCheckAt },
  }
}

export function fromDomainRow(row: DomainRow): AccountDomain {
  const { id, account_id, domain, state, challenge, failures, problem } = row
  return {
    ...{ id, accountId: account_id, domain, state, challenge, failures, problem },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at, verifiedAt: row.verified_at },
    ...{ provedAt: row.proved_at, nextCheckAt: row.next_check_at },
  }
}
