import type { AccountDomain } from '../../domain/account-domain.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

export async function listDomains(
  ports: Pick<Ports, 'views'>,
  op: Operation,
  accountId: string,
): Promise<AccountDomain[]> {
  authorize(op, { verb: 'operate' })
  await requireAccount(ports, accountId)
  return ports.views.domains(accountId)
}
