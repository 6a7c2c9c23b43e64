import type { AccountDomain } from '../../domain/account-domain.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'

export async function listDomains(ports: AccessNeeds, op: Operation, accountId: string): Promise<AccountDomain[]> {
  await requireMay(ports, op, 'manage-mappings', accountId)
  return ports.views.domains(accountId)
}
