import { requireAccount } from '../accounts/find-accounts.ts'
import type { Ports } from '../ports.ts'
import { systemChain } from './audit-log.ts'

/** An account that there is, or the chain of what belongs to none. */
export async function requireChain(ports: Pick<Ports, 'views'>, accountId: string): Promise<void> {
  if (accountId !== systemChain) await requireAccount(ports, accountId)
}
