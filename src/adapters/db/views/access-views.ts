import type { MemberWithAccount, Views } from '../../../application/views.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import {
  fromAccountRow,
  fromGrantRow,
  laggingColumn,
  fromMemberRow,
  parseJson,
  type AccountRow,
  type GrantRow,
  type MemberTableRow,
} from '../rows.ts'
import { written, type Session } from '../session.ts'

type AccessViews = Pick<Views, 'accountPath' | 'memberWithAccount' | 'membersNamed'>

/** What each access decision reads: prepared statements, by primary keys alone. */
export function createAccessViews(session: Session): AccessViews {
  return {
    accountPath: (id) => accountPath(session, id),
    membersNamed: (accountId, userName) => membersNamed(session, accountId, userName),
    memberWithAccount: (id) => memberWithAccount(session, id),
  }
}

const pathTable = `
with recursive path(id, step) as (
  select id, 0 from accounts where id = ?
  union all
  select a.parent_id, path.step + 1 from path join accounts a on a.id = path.id where a.parent_id is not null
)`
const pathQuery = `${pathTable}
select accounts.* from path join accounts on accounts.id = path.id order by path.step`

async function accountPath(session: Session, id: string) {
  return (await session.rows<AccountRow>(written(session, pathQuery, [id]))).map(fromAccountRow)
}

const namedQuery = `${pathTable}
select m.id, path.step, case when m.status = 'removed' then 1 else 0 end as removed
from path join members m on m.account_id = path.id and m.user_name_key = ?
order by removed, path.step, m.id limit 2`

async function membersNamed(session: Session, accountId: string, userName: string) {
  type NamedRow = { id: string; step: number; removed: number }
  const rows = await session.rows<NamedRow>(written(session, namedQuery, [accountId, nameKey(userName)]))
  return rows.map(({ id, step, removed }) => ({ id, levelsUp: step, removed: removed === 1 }))
}

const memberQuery = `
select m.*, p.revisit_at, c.cells,
  ${laggingColumn},
  a.name as account_name, a.catalog, a.catalog_rev, a.parent_id, a.level, a.entitlements, a.suspended_at, a.stopped, a.epoch,
  a.created_at as opened_at
from members m join accounts a on a.id = m.account_id join propagations p on p.member_id = m.id
left join customisations c on c.member_id = m.id and c.incarnation = m.incarnation
where m.id = ?`

const grantsQuery = 'select member_id, role, source, paths from grants where member_id = ? order by role, source'

type Row = MemberTableRow &
  Omit<AccountRow, 'id' | 'name' | 'created_at'> & {
    account_name: string
    opened_at: number
    lagging: number
    revisit_at: number | null
    cells: string | null
  }

async function memberWithAccount(session: Session, id: string): Promise<MemberWithAccount | undefined> {
  const [row] = await session.rows<Row>(written(session, memberQuery, [id]))
  if (row === undefined) return undefined
  const grants = await session.rows<GrantRow>(written(session, grantsQuery, [id]))
  return {
    ...fromMemberRow(row),
    account: fromAccountRow({ ...row, id: row.account_id, name: row.account_name, created_at: row.opened_at }),
    lagging: row.lagging === 1,
    revisitAt: row.revisit_at,
    cells: row.cells === null ? null : parseJson(row.cells),
    grants: grants.map(fromGrantRow),
  }
}
