import type { Knex } from 'knex'
import type { AccountQuery, Purview, Slice } from '../../../application/views.ts'
import type { Account } from '../../../domain/account.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import { fromAccountRow, type AccountRow } from '../rows.ts'
import type { DialectName, Session } from '../session.ts'
import { accountPath } from './access-views.ts'
import { contains, sortedPage, type Order } from './sorted-page.ts'

const accountOrder: Order = {
  id: 'a.id',
  columns: { createdAt: null, name: { column: 'a.name_key', type: 'text' } },
}

/** A page of accounts; for whoever does not see all of them it reads what lies below him, by indexes, and nobody else's. */
export async function accountPage(session: Session, query: AccountQuery): Promise<Slice<Account>> {
  const { sort = 'createdAt', limit, after, within, parentId, catalog, level, stopped, name } = query
  const select = session.db('accounts as a').select('a.*')
  if (parentId !== undefined) void select.where('a.parent_id', parentId)
  if (within !== undefined) await keepWithin(session, select, within, parentId)
  if (catalog !== undefined) void select.where('a.catalog', catalog)
  if (level !== undefined) void select.where('a.level', level)
  if (stopped !== undefined) void select.where('a.stopped', stopped ? '>' : '=', 0)
  if (name !== undefined) void select.where(contains(session, 'a.name_key', nameKey(name)))
  const { items, next } = await sortedPage<AccountRow>(session, select, accountOrder, { sort, limit, after })
  return { items: items.map(fromAccountRow), next }
}

/** What the home lies below is not found out by asking for its children: a parent has to be within, too. */
async function keepWithin(
  session: Session,
  select: Knex.QueryBuilder,
  { homeId, catalog, below }: Purview,
  parentId: string | undefined,
): Promise<void> {
  void select.where('a.catalog', catalog)
  if (parentId !== undefined) {
    const isWithin = below && (await accountPath(session, parentId)).some(({ id }) => id === homeId)
    if (!isWithin) void select.whereRaw('1 = 0')
  } else if (below) void select.whereRaw(isInTree[session.dialect.name], [homeId])
  else void select.where('a.id', homeId)
}

/**
 * From one account down by the index of what lies below what; a plain join PostgreSQL would make by reading all accounts
 * at each step.
 */
const isInTree: Record<DialectName, string> = {
  sqlite: `a.id in (with recursive tree(id) as (
    select ? union all select c.id from tree join accounts c on c.parent_id = tree.id
  ) select id from tree)`,
  postgres: `a.id = any(array(with recursive tree(id) as (
    select ?::text union all
    select c.id from tree cross join lateral (select id from accounts where parent_id = tree.id offset 0) c
  ) select id from tree))`,
}
