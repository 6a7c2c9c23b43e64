import type { MemberWithAccount, NamedMember, Views } from '../../../application/views.ts'
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
import { written, type DialectName, type Session } from '../session.ts'
import { together } from '../together.ts'
import { linkedColumn, outAtHome } from './home-standing.ts'

type AccessViews = Pick<Views, 'accountPath' | 'memberWithAccount' | 'membersNamed'>

/** What each access decision reads: prepared statements, by indexed keys alone, and a person whole in one of them; of whoever has an identity one more. */
export function createAccessViews(session: Session): AccessViews {
  const memberWithAccount = together<string, MemberWithAccount | undefined>((ids) => membersWithAccount(session, ids))
  const named = together<Name, NamedMember[]>((names) => membersNamed(session, names))
  return {
    accountPath: (id) => accountPath(session, id),
    membersNamed: (accountId, userName) => named({ accountId, userName }),
    memberWithAccount,
  }
}

/** Whole rows as it goes up: joined with afterwards, they would be found by reading all accounts once there are many. */
const pathQuery = `
with recursive path as (
  select a.*, 0 as step from accounts a where a.id = ?
  union all
  select a.*, path.step + 1 from path join accounts a on a.id = path.parent_id
)
select * from path order by step`

export async function accountPath(session: Session, id: string) {
  return (await session.rows<AccountRow>(written(session, pathQuery, [id]))).map(fromAccountRow)
}

/** A member's grants in his row, as a list in JSON. */
const grantsColumn: Record<DialectName, string> = {
  sqlite: `(select json_group_array(json_object('role', g.role, 'source', g.source, 'paths', g.paths))
    from grants g where g.member_id = m.id)`,
  postgres: `(select coalesce(json_agg(json_build_object('role', g.role, 'source', g.source, 'paths', g.paths)), '[]')::text
    from grants g where g.member_id = m.id)`,
}

/** A member `m` with his account and what tells whether his grants stand. */
const columns = (dialect: DialectName): string => `m.*, p.revisit_at, c.cells,
  ${laggingColumn}, ${linkedColumn},
  a.name as account_name, a.catalog, a.catalog_rev, a.parent_id, a.level, a.entitlements, a.suspended_at, a.stopped, a.epoch,
  a.created_at as opened_at,
  ${grantsColumn[dialect]} as grants`

const besides = `join accounts a on a.id = m.account_id join propagations p on p.member_id = m.id
left join customisations c on c.member_id = m.id and c.incarnation = m.incarnation`

const membersQuery: Record<DialectName, string> = {
  sqlite: `select ${columns('sqlite')} from members m ${besides} where m.id in (select value from json_each(?))`,
  postgres: `select ${columns('postgres')} from members m ${besides} where m.id = any(?::text[])`,
}

type Row = MemberTableRow &
  Omit<AccountRow, 'id' | 'name' | 'created_at'> & {
    account_name: string
    opened_at: number
    lagging: number
    linked: number
    revisit_at: number | null
    cells: string | null
    grants: string
  }

async function membersWithAccount(session: Session, ids: readonly string[]) {
  const { name } = session.dialect
  const bound = name === 'sqlite' ? JSON.stringify(ids) : ids
  const rows = await session.rows<Row>(written(session, membersQuery[name], [bound]))
  const out = await outAtHome(session, rows)
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = found.get(id)
    return row && fromRow(row, out)
  })
}

function fromRow(row: Row, out: ReadonlySet<string>): MemberWithAccount {
  const grants = parseJson<GrantRow[]>(row.grants).map(fromGrantRow)
  return {
    ...fromMemberRow(row),
    account: fromAccountRow({ ...row, id: row.account_id, name: row.account_name, created_at: row.opened_at }),
    lagging: row.lagging === 1,
    outAtHome: out.has(row.id),
    revisitAt: row.revisit_at,
    cells: row.cells === null ? null : parseJson(row.cells),
    grants: grants.sort((a, b) => compare(a.role, b.role) || compare(a.source, b.source)),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

type Name = { readonly accountId: string; readonly userName: string }

/** The names that are looked for, numbered. */
const wantedTable: Record<DialectName, string> = {
  sqlite: `select key, json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?)`,
  postgres: `select place::int - 1, value ->> 0, value ->> 1 from jsonb_array_elements(?::jsonb) with ordinality as e(value, place)`,
}

/** The account above: PostgreSQL takes a plain join for one of many rows, and reads all accounts for it. */
const aboveIt: Record<DialectName, string> = {
  sqlite: 'join accounts a on a.id = path.id',
  postgres: 'cross join lateral (select parent_id from accounts where id = path.id offset 0) a',
}

const pathTables = (dialect: DialectName): string => `
with recursive wanted(number, account_id, name) as (${wantedTable[dialect]}),
path(number, name, id, step) as (
  select number, name, account_id, 0 from wanted
  union all
  select path.number, path.name, a.parent_id, path.step + 1
  from path ${aboveIt[dialect]} where a.parent_id is not null
)`

const removed = "case when m.status = 'removed' then 1 else 0 end"

/** `cross join` in SQLite and `lateral` in PostgreSQL: a few are looked up by their keys, whatever there is to be read. */
const namedQuery: Record<DialectName, string> = {
  sqlite: `${pathTables('sqlite')}, named as (
  select path.number, path.step, m.id,
    row_number() over (partition by path.number order by ${removed}, path.step, m.id) as place
  from path cross join members m where m.account_id = path.id and m.user_name_key = path.name
)
select named.number, named.step, ${columns('sqlite')}
from named cross join members m ${besides}
where m.id = named.id and named.place <= 2 order by named.number, named.place`,
  postgres: `${pathTables('postgres')}
select * from (
  select path.number, path.step, m.*,
    row_number() over (partition by path.number order by m.removed, path.step, m.id) as place
  from path cross join lateral (
    select ${removed} as removed, ${columns('postgres')} from members m ${besides}
    where m.account_id = path.id and m.user_name_key = path.name order by removed, m.id limit 2
  ) m
) named where place <= 2 order by number, place`,
}

/** Of each name the two that come first. */
async function membersNamed(session: Session, names: readonly Name[]): Promise<NamedMember[][]> {
  type NamedRow = Row & { number: number; step: number }
  const bound = JSON.stringify(names.map(({ accountId, userName }) => [accountId, nameKey(userName)]))
  const rows = await session.rows<NamedRow>(written(session, namedQuery[session.dialect.name], [bound]))
  const out = await outAtHome(session, rows)
  const found: NamedMember[][] = names.map(() => [])
  for (const row of rows) found[row.number]?.push({ levelsUp: row.step, member: fromRow(row, out) })
  return found
}
