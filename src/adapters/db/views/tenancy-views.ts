import type { GroupSummary, MappingRow, Views } from '../../../application/views.ts'
import {
  fromAccountRow,
  fromConnectionRow,
  fromMappingRow,
  fromTokenRow,
  type AccountRow,
  type ConnectionRow,
  type MappingTableRow,
  type TokenRow,
} from '../rows.ts'
import { written, type Session } from '../session.ts'
import { accountPage } from './account-pages.ts'
import { schemasOf } from '../stores/extension-schemas.ts'

type TenancyViews = Pick<
  Views,
  | 'account'
  | 'accounts'
  | 'connection'
  | 'connections'
  | 'schemas'
  | 'tokenWithConnection'
  | 'touchToken'
  | 'tokens'
  | 'groups'
  | 'mappings'
>

export function createTenancyViews(session: Session): TenancyViews {
  const { db } = session
  return {
    async account(id) {
      const [row] = await session.rows<AccountRow>(db('accounts').where({ id }))
      return row && fromAccountRow(row)
    },
    accounts: (query) => accountPage(session, query),
    async connection(accountId, id) {
      const [row] = await session.rows<ConnectionRow>(db('connections').where({ account_id: accountId, id }))
      return row && fromConnectionRow(row)
    },
    async connections(accountId) {
      const query = db('connections').where({ account_id: accountId }).orderBy('id')
      return (await session.rows<ConnectionRow>(query)).map(fromConnectionRow)
    },
    schemas: (accountId) => schemasOf(session, accountId),
    tokenWithConnection: (tokenId) => tokenWithConnection(session, tokenId),
    async touchToken(tokenId, at) {
      await session.run(db('scim_tokens').where({ id: tokenId }).update({ last_used_at: at }))
    },
    async tokens(connectionId) {
      const query = db('scim_tokens').where({ connection_id: connectionId }).orderBy('id')
      return (await session.rows<TokenRow>(query)).map(fromTokenRow)
    },
    groups: (connectionId) => groups(session, connectionId),
    mappings: (accountId) => mappings(session, accountId),
  }
}

const tokenQuery = `
select t.*, c.name, c.kind, c.state, c.email_policy, c.rate_per_second, c.rate_burst, c.roles_from_idp, c.profile_mapping, c.created_at as connected_at, a.schemas_rev
from scim_tokens t join connections c on c.id = t.connection_id join accounts a on a.id = c.account_id where t.id = ?`

async function tokenWithConnection(session: Session, tokenId: string) {
  type Row = TokenRow & Omit<ConnectionRow, keyof TokenRow> & { connected_at: number; schemas_rev: number }
  const [row] = await session.rows<Row>(written(session, tokenQuery, [tokenId]))
  if (row === undefined) return undefined
  const connection = fromConnectionRow({ ...row, id: row.connection_id, created_at: row.connected_at })
  return { token: fromTokenRow(row), connection, schemasRev: row.schemas_rev }
}

function groups(session: Session, connectionId: string): Promise<GroupSummary[]> {
  const { db } = session
  const sizes = db('memberships').whereRaw('group_id = g.id').count('*')
  const query = db('directory_groups as g')
    .where({ 'g.connection_id': connectionId, 'g.removed_at': null })
    .orderBy('g.display_name_key')
    .select({ id: 'g.id', displayName: 'g.display_name', externalId: 'g.external_id' })
    .select({ memberCount: sizes })
  return session.rows<GroupSummary>(query)
}

async function mappings(session: Session, accountId: string): Promise<MappingRow[]> {
  const { db } = session
  type Row = MappingTableRow & { current_name: string | null; removed_at: number | null; connection_name: string }
  const query = db('mappings as m')
    .join('connections as c', 'c.id', 'm.connection_id')
    .leftJoin('directory_groups as g', 'g.id', 'm.group_id')
    .where('m.account_id', accountId)
    .orderBy('m.id')
    .select('m.*', { current_name: 'g.display_name', removed_at: 'g.removed_at', connection_name: 'c.name' })
  return (await session.rows<Row>(query)).map((row) => ({
    ...fromMappingRow(row),
    currentGroupName: row.current_name,
    groupRemoved: row.removed_at !== null,
    connectionName: row.connection_name,
  }))
}
