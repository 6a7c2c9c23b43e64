import { requirePurview } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { AccountQuery, Slice } from '../views.ts'
import { shownTo, type ShownAccount } from './get-account.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/**
 * A page of the accounts that whoever asks may open one by one: every account for the operator; his own, and those below it
 * where a role of his reaches down, for everybody else.
 */
export async function listAccounts(
  ports: Needs,
  op: Operation,
  query: Omit<AccountQuery, 'within'>,
): Promise<Slice<ShownAccount>> {
  const within = await requirePurview(ports, op)
  const { items, next } = await ports.views.accounts({ ...query, within })
  return { items: items.map((account) => shownTo(within?.homeId, account)), next }
}
