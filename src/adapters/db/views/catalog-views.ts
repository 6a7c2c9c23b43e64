import type {
  CatalogMember,
  CatalogViews,
  RoleCarriers,
  RoleUse,
} from '../../../application/catalogs/catalogs-in-force.ts'
import type { Grant } from '../../../domain/resolve.ts'
import { laggingColumn, parseJson, words } from '../rows.ts'
import type { Session } from '../session.ts'
import { accountsByLevel, fromInForceRow, inForceColumns, type InForceRow } from '../stores/catalogs.ts'
import { grantsByMember } from './grants-by-member.ts'

export function createCatalogViews(session: Session): CatalogViews {
  const { db, dialect } = session
  return {
    async catalogsInForce() {
      const query = db('catalogs_in_force').select(inForceColumns).select('applied_by', 'applied_at').orderBy('id')
      return (await session.rows<InForceRow>(query)).map(fromInForceRow)
    },
    catalogMembers: (query) => catalogMembers(session, query),
    roleCarriers: (catalog, roles) => roleCarriers(session, catalog, roles),
    roleUses: (catalog, roles) => roleUses(session, catalog, roles),
    accountsByLevel: (catalog) => accountsByLevel(session, catalog),
    async accountNames(ids) {
      const query = db('accounts').select('id', 'name').where(dialect.among('id', ids))
      const rows = await session.rows<{ id: string; name: string }>(query)
      return new Map(rows.map(({ id, name }) => [id, name]))
    },
  }
}

type Row = {
  id: string
  account_id: string
  user_name: string
  status: CatalogMember['status']
  incarnation: number
  level: string | null
  lagging: number
  revisit_at: number | null
  cells: string | null
  switched_off: string
}

export async function catalogMembers(
  session: Session,
  query: Parameters<CatalogViews['catalogMembers']>[0],
): Promise<CatalogMember[]> {
  const { db } = session
  const [direction, sign] = query.descending === true ? ['desc', '<'] : ['asc', '>']
  const select = db('members as m')
    .join('accounts as a', 'a.id', 'm.account_id')
    .join('propagations as p', 'p.member_id', 'm.id')
    .leftJoin('customisations as c', (on) => on.on('c.member_id', 'm.id').andOn('c.incarnation', 'm.incarnation'))
    .select(
      'm.id',
      'm.account_id',
      'm.user_name',
      'm.status',
      'm.incarnation',
      'a.level',
      'p.revisit_at',
      'c.cells',
      'm.switched_off',
    )
    .select(db.raw(laggingColumn))
    .where({ 'a.catalog': query.catalog, 'a.stopped': 0, 'm.status': 'active' })
    .orderByRaw(`m.account_id ${direction}, m.id ${direction}`)
    .limit(query.limit)
  if (query.accountId !== undefined) void select.where('m.account_id', query.accountId)
  if (query.after !== undefined)
    void select.whereRaw(`(m.account_id, m.id) ${sign} (?, ?)`, [query.after.accountId, query.after.memberId])
  const rows = await session.rows<Row>(select)
  const stored = await grantsByMember(
    session,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toMember(row, stored.get(row.id) ?? []))
}

function toMember(row: Row, grants: readonly Grant[]): CatalogMember {
  const { id, account_id, user_name, status, incarnation, level, lagging, revisit_at, cells, switched_off } = row
  return {
    ...{ id, accountId: account_id, userName: user_name, status, incarnation, level, grants },
    ...{ accountStopped: false, lagging: lagging === 1, revisitAt: revisit_at },
    cells: cells === null ? null : parseJson(cells),
    switchedOff: words(switched_off),
  }
}

const uses = {
  members: { table: 'grants', count: 'count(distinct member_id)', only: '' },
  assignments: { table: 'assignments', count: 'count(*)', only: '' },
  owners: { table: 'assignments', count: 'count(*)', only: "and source = 'owner'" },
  mappings: { table: 'mappings', count: 'count(*)', only: '' },
  requests: { table: 'role_requests', count: 'count(*)', only: "and state = 'open'" },
} as const

async function roleUses(session: Session, catalog: string, roles: readonly string[]): Promise<RoleUse[]> {
  const { db, dialect } = session
  if (roles.length === 0) return []
  const carriers = await roleCarriers(session, catalog, roles)
  const found = new Map(carriers.map((each) => [each.role, { ...each, ...nothing }]))
  for (const [name, { table, count, only }] of Object.entries(uses)) {
    const query = db.raw(
      `select role, ${count} as n from ${table} where ? ${only}
       and account_id in (select id from accounts where catalog = ?) group by role`,
      [dialect.among('role', roles), catalog],
    )
    for (const { role, n } of await session.rows<{ role: string; n: number | string }>(query)) {
      const use = found.get(role)
      if (use !== undefined) use[name as keyof typeof uses] = Number(n)
    }
  }
  return [...found.values()]
}

const nothing = { members: 0, assignments: 0, owners: 0, mappings: 0, requests: 0 }

const carriers = {
  keys: { table: 'access_keys', only: '(t.expires_at is null or t.expires_at > ?)' },
  invitations: { table: 'invitations', only: "t.state in ('pending', 'awaiting_confirmation') and t.expires_at > ?" },
} as const

/** They keep their roles as a list. */
async function roleCarriers(session: Session, catalog: string, roles: readonly string[]): Promise<RoleCarriers[]> {
  const { db, dialect } = session
  const found = new Map(roles.map((role) => [role, { role, keys: 0, invitations: 0 }]))
  const each = dialect.name === 'sqlite' ? 'json_each(t.roles)' : 'lateral jsonb_array_elements_text(t.roles::jsonb)'
  const alias = dialect.name === 'sqlite' ? 'as r' : 'as r(value)'
  for (const [name, { table, only }] of Object.entries(carriers)) {
    const query = db.raw(
      `select r.value as role, count(*) as n from ${table} as t cross join ${each} ${alias}
       where ${only} and ? and t.account_id in (select id from accounts where catalog = ?) group by r.value`,
      [dialect.now(), dialect.among('r.value', roles), catalog],
    )
    for (const { role, n } of await session.rows<{ role: string; n: number | string }>(query)) {
      const use = found.get(role)
      if (use !== undefined) use[name as keyof typeof carriers] = Number(n)
    }
  }
  return [...found.values()]
}
