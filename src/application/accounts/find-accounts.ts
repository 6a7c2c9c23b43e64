import type { Account } from '../../domain/account.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { AccountQuery, Slice } from '../views.ts'

type Needs = Pick<Ports, 'views'>

export async function listAccounts(ports: Needs, op: Operation, query: AccountQuery): Promise<Slice<Account>> {
  authorize(op, { verb: 'operate' })
  return ports.views.accounts(query)
}

export async function requireAccount(ports: Needs, accountId: string): Promise<Account> {
  const account = await ports.views.account(accountId)
  if (account === undefined) throw accountNotFound(accountId)
  return account
}

export function accountNotFound(accountId: string): AppError {
  return new AppError('not_found', `there is no account "${accountId}"`)
}
