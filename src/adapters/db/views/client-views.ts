import type { Views } from '../../../application/views.ts'
import {
  fromAccessTokenRow,
  fromClientRow,
  fromClientSecretRow,
  type AccessTokenRow,
  type ClientRow,
  type ClientSecretRow,
} from '../client-rows.ts'
import { fromConnectionRow, type ConnectionRow } from '../rows.ts'
import { written, type Session } from '../session.ts'

type ClientViews = Pick<Views, 'clients' | 'clientWithConnection' | 'clientSecret' | 'accessTokenWithConnection'>

export function createClientViews(session: Session): ClientViews {
  const { db } = session
  return {
    async clients(connectionId) {
      const clients = await session.rows<ClientRow>(
        db('oauth_clients').where({ connection_id: connectionId }).orderBy('id'),
      )
      const ofThese = db('oauth_clients').select('id').where({ connection_id: connectionId })
      const secrets = await session.rows<ClientSecretRow>(
        db('oauth_client_secrets').whereIn('client_id', ofThese).orderBy('id'),
      )
      return clients.map((row) => ({
        ...fromClientRow(row),
        secrets: secrets.filter(({ client_id }) => client_id === row.id).map(fromClientSecretRow),
      }))
    },
    async clientWithConnection(id) {
      const [client] = await session.rows<ClientRow>(db('oauth_clients').where({ id }))
      if (client === undefined) return undefined
      const [connection] = await session.rows<ConnectionRow>(db('connections').where({ id: client.connection_id }))
      return connection && { client: fromClientRow(client), connection: fromConnectionRow(connection) }
    },
    async clientSecret(clientId, id) {
      const query = db('oauth_client_secrets').where({ client_id: clientId, id })
      const [row] = await session.rows<ClientSecretRow>(query)
      return row && fromClientSecretRow(row)
    },
    accessTokenWithConnection: (id) => accessTokenWithConnection(session, id),
  }
}

/** One look for each SCIM request: nothing that may be revoked is kept between two. */
const accessTokenQuery = `
select t.*, cl.revoked_at as client_revoked_at, s.revoked_at as secret_revoked_at, c.id as c_id,
  c.account_id as c_account_id, c.name as c_name, c.kind as c_kind, c.state as c_state, c.email_policy as c_email_policy,
  c.rate_per_second as c_rate_per_second, c.rate_burst as c_rate_burst,
  c.roles_from_idp as c_roles_from_idp, c.profile_mapping as c_profile_mapping, c.created_at as c_created_at, a.schemas_rev
from oauth_access_tokens t
join oauth_clients cl on cl.id = t.client_id
join connections c on c.id = cl.connection_id
join accounts a on a.id = c.account_id
left join oauth_client_secrets s on s.id = t.secret_id
where t.id = ?`

type Prefixed = { [Column in keyof ConnectionRow as `c_${Column}`]: ConnectionRow[Column] }
type Found = AccessTokenRow &
  Prefixed & { client_revoked_at: number | null; secret_revoked_at: number | null; schemas_rev: number }

async function accessTokenWithConnection(session: Session, id: string) {
  const [row] = await session.rows<Found>(written(session, accessTokenQuery, [id]))
  if (row === undefined) return undefined
  const connection = fromConnectionRow({
    ...{ id: row.c_id, account_id: row.c_account_id, name: row.c_name, kind: row.c_kind, state: row.c_state },
    ...{ email_policy: row.c_email_policy, rate_per_second: row.c_rate_per_second, rate_burst: row.c_rate_burst },
    ...{ roles_from_idp: row.c_roles_from_idp, profile_mapping: row.c_profile_mapping, created_at: row.c_created_at },
  })
  const revokedAt = row.client_revoked_at ?? row.secret_revoked_at
  return { token: { ...fromAccessTokenRow(row), revokedAt }, connection, schemasRev: row.schemas_rev }
}
