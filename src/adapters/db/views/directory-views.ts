import type { Knex } from 'knex'
import type { GroupMember, Page, Views, Window } from '../../../application/views.ts'
import type { Filter } from '../../../domain/filter.ts'
import { filterSql, type Column, type Searchable } from '../filter-sql.ts'
import { fromGroupRow, fromUserRow, type GroupRow, type UserRow } from '../rows.ts'
import type { DialectName, Session } from '../session.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Attributes that are searched in the resource as told: compared within what the other terms leave, without an index. */
const told: Readonly<Record<string, readonly string[]>> = {
  title: ['title'],
  nickName: ['nickName'],
  userType: ['userType'],
  'name.formatted': ['name', 'formatted'],
  'name.familyName': ['name', 'familyName'],
  'name.givenName': ['name', 'givenName'],
  'name.middleName': ['name', 'middleName'],
  'name.honorificPrefix': ['name', 'honorificPrefix'],
  'name.honorificSuffix': ['name', 'honorificSuffix'],
  [`${enterprise}:employeeNumber`]: [enterprise, 'employeeNumber'],
  [`${enterprise}:department`]: [enterprise, 'department'],
  [`${enterprise}:costCenter`]: [enterprise, 'costCenter'],
  [`${enterprise}:organization`]: [enterprise, 'organization'],
  [`${enterprise}:division`]: [enterprise, 'division'],
  [`${enterprise}:manager`]: [enterprise, 'manager', 'value'],
  [`${enterprise}:manager.value`]: [enterprise, 'manager', 'value'],
}

function toldColumns(dialect: DialectName): Record<string, Column> {
  const extract = (path: readonly string[]): string =>
    dialect === 'sqlite'
      ? `lower(json_extract(t.attributes, '$${path.map((name) => `."${name}"`).join('')}'))`
      : `lower(t.attributes::jsonb #>> array[${path.map((name) => `'${name}'`).join(', ')}])`
  return Object.fromEntries(Object.entries(told).map(([name, path]) => [name, { sql: extract(path), type: 'folded' }]))
}

const usersFor = (dialect: DialectName): Searchable => ({
  columns: {
    ...toldColumns(dialect),
    id: { sql: 't.id', type: 'exact' },
    userName: { sql: 't.user_name_key', type: 'folded' },
    externalId: { sql: 't.external_id', type: 'exact' },
    displayName: { sql: 't.display_name_key', type: 'folded' },
    active: { sql: 't.active', type: 'boolean' },
    'meta.created': { sql: 't.created_at', type: 'instant' },
    'meta.lastModified': { sql: 't.updated_at', type: 'instant' },
  },
  elements: {
    emails: {
      from: 'select 1 from directory_user_emails e where e.user_id = t.id',
      columns: {
        value: { sql: 'e.value_key', type: 'folded' },
        type: { sql: 'e.type_key', type: 'folded' },
        primary: { sql: 'e.is_primary', type: 'boolean' },
      },
    },
    groups: {
      from: 'select 1 from memberships ms join directory_groups g on g.id = ms.group_id and g.removed_at is null where ms.value = t.id',
      columns: {
        value: { sql: 'ms.group_id', type: 'exact' },
        display: { sql: 'g.display_name_key', type: 'folded' },
      },
    },
  },
})

const groups: Searchable = {
  columns: {
    id: { sql: 't.id', type: 'exact' },
    displayName: { sql: 't.display_name_key', type: 'folded' },
    externalId: { sql: 't.external_id', type: 'exact' },
    'meta.created': { sql: 't.created_at', type: 'instant' },
    'meta.lastModified': { sql: 't.updated_at', type: 'instant' },
  },
  elements: {
    members: {
      from: 'select 1 from memberships ms where ms.group_id = t.id',
      columns: { value: { sql: 'ms.value', type: 'exact' } },
    },
  },
}

type DirectoryViews = Pick<
  Views,
  'directoryUser' | 'directoryUsers' | 'groupsOfUser' | 'directoryGroup' | 'directoryGroups' | 'groupMembers'
>

/** What the SCIM door reads: one connection's live rows, and nothing of another's. */
export function createDirectoryViews(session: Session): DirectoryViews {
  const { db, dialect } = session
  const users = usersFor(dialect.name)
  const live = (table: string, connectionId: string) =>
    db(`${table} as t`).where({ 't.connection_id': connectionId, 't.removed_at': null })
  return {
    async directoryUser(connectionId, id) {
      const [row] = await session.rows<UserRow>(live('directory_users', connectionId).where('t.id', id))
      return row && fromUserRow(row)
    },
    async directoryUsers(connectionId, filter, window) {
      const query = filtered(db, live('directory_users', connectionId), users, filter)
      return page(session, query, window, fromUserRow)
    },
    groupsOfUser(connectionId, userId) {
      const query = live('directory_groups', connectionId).join('memberships as ms', 'ms.group_id', 't.id')
      const columns = { id: 't.id', displayName: 't.display_name' }
      return session.rows(query.where('ms.value', userId).orderBy('t.id').select(columns))
    },
    async directoryGroup(connectionId, id) {
      const [row] = await session.rows<GroupRow>(live('directory_groups', connectionId).where('t.id', id))
      return row && fromGroupRow(row)
    },
    async directoryGroups(connectionId, filter, window) {
      const query = filtered(db, live('directory_groups', connectionId), groups, filter)
      return page(session, query, window, fromGroupRow)
    },
    groupMembers: (groupIds) => groupMembers(session, groupIds),
  }
}

async function groupMembers(session: Session, groupIds: readonly string[]): Promise<Map<string, GroupMember[]>> {
  const { db, dialect } = session
  type Row = { group_id: string; value: string; display: string | null; known: string | null }
  const query = db('memberships as ms')
    .join('directory_groups as g', 'g.id', 'ms.group_id')
    .leftJoin('directory_users as u', (on) =>
      on.on('u.id', 'ms.value').andOn('u.connection_id', 'g.connection_id').andOnNull('u.removed_at'),
    )
    .where(dialect.among('ms.group_id', groupIds))
    .orderBy(['ms.group_id', 'ms.value'])
    .select({ group_id: 'ms.group_id', value: 'ms.value', known: 'u.id' })
    .select(db.raw('coalesce(u.display_name, u.user_name) as display'))
  return collect(await session.rows<Row>(query))
}

function collect(rows: readonly { group_id: string; value: string; display: string | null; known: string | null }[]) {
  const members = new Map<string, GroupMember[]>()
  for (const { group_id: id, value, display, known } of rows) {
    const list = members.get(id) ?? []
    list.push({ value, display, known: known !== null })
    members.set(id, list)
  }
  return members
}

function filtered(
  db: Knex,
  query: Knex.QueryBuilder,
  searchable: Searchable,
  filter: Filter | null,
): Knex.QueryBuilder {
  return filter === null ? query : query.andWhere(filterSql(db, searchable, filter))
}

/** A page in a stable order with the true total; counting is saved where the page itself tells. */
async function page<Row, T>(
  session: Session,
  query: Knex.QueryBuilder,
  { offset, limit }: Window,
  fromRow: (row: Row) => T,
): Promise<Page<T>> {
  const rows =
    limit === 0 ? [] : await session.rows<Row>(query.clone().select('t.*').orderBy('t.id').offset(offset).limit(limit))
  const lastPage = rows.length < limit && (rows.length > 0 || offset === 0)
  if (lastPage) return { total: offset + rows.length, items: rows.map(fromRow) }
  const [counted] = await session.rows<{ total: number }>(query.clone().count({ total: '*' }))
  return { total: counted?.total ?? 0, items: rows.map(fromRow) }
}
