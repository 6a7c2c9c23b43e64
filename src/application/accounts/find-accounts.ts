import type { Account } from '../../domain/account.ts'
import { AppError } from '../../domain/errors.ts'
import type { Ports } from '../ports.ts'

export async function requireAccount(ports: Pick<Ports, 'views'>, accountId: string): Promise<Account> {
  const account = await ports.views.account(accountId)
  if (account === undefined) throw accountNotFound(accountId)
  return account
}

export function accountNotFound(accountId: string): AppError {
  return new AppError('not_found', `there is no account "${accountId}"`)
}
