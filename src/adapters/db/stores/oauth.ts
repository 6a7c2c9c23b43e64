import type { AccessTokens, OAuthClients } from '../../../application/stores.ts'
import {
  fromClientRow,
  fromClientSecretRow,
  toClientRow,
  toScopes,
  type AccessTokenRow,
  type ClientRow,
  type ClientSecretRow,
} from '../client-rows.ts'
import type { Session } from '../session.ts'

export function createOAuthClients(session: Session): OAuthClients {
  const { db, dialect } = session
  return {
    async insert(client) {
      await session.run(db('oauth_clients').insert(toClientRow(client)))
    },
    async lock(id) {
      const [row] = await session.rows<ClientRow>(dialect.forUpdate(db('oauth_clients').where({ id })))
      return row && fromClientRow(row)
    },
    async ofConnection(connectionId) {
      // The connection's row is locked, so that two clients made at once are counted together.
      await session.rows(dialect.forUpdate(db('connections').select('id').where({ id: connectionId })))
      const query = db('oauth_clients').where({ connection_id: connectionId }).orderBy('id')
      return (await session.rows<ClientRow>(query)).map(fromClientRow)
    },
    async revoke(id, at) {
      await session.run(db('oauth_clients').where({ id }).update({ revoked_at: at }))
      await session.run(db('oauth_access_tokens').where({ client_id: id }).delete())
      await session.run(db('oauth_assertions').where({ client_id: id }).delete())
    },
    async insertSecret(secret) {
      const row: ClientSecretRow = {
        ...{ id: secret.id, client_id: secret.clientId, secret_hash: secret.secretHash, hint: secret.hint },
        ...{ created_at: secret.createdAt, expires_at: secret.expiresAt },
        ...{ revoked_at: secret.revokedAt, last_used_at: secret.lastUsedAt },
      }
      await session.run(db('oauth_client_secrets').insert(row))
    },
    async secretsOf(clientId) {
      const query = db('oauth_client_secrets').where({ client_id: clientId }).orderBy('id')
      return (await session.rows<ClientSecretRow>(query)).map(fromClientSecretRow)
    },
    async revokeSecret(id, at) {
      await session.run(db('oauth_client_secrets').where({ id }).update({ revoked_at: at }))
      await session.run(db('oauth_access_tokens').where({ secret_id: id }).delete())
    },
  }
}

export function createAccessTokens(session: Session): AccessTokens {
  const { db } = session
  const forget = (table: string, clientId: string, now: number): Promise<void> =>
    session.run(db(table).where({ client_id: clientId }).where('expires_at', '<=', now).delete())
  return {
    async spend(clientId, jtiHash, { now, until }) {
      await forget('oauth_assertions', clientId, now)
      const row = { client_id: clientId, jti_hash: jtiHash, expires_at: until }
      const query = db('oauth_assertions').insert(row).onConflict(['client_id', 'jti_hash']).ignore()
      return (await session.rows(query.returning('jti_hash'))).length > 0
    },
    async insert(token) {
      const { clientId, secretId, createdAt: now } = token
      await forget('oauth_access_tokens', clientId, now)
      const row: AccessTokenRow = {
        ...{ id: token.id, client_id: clientId, secret_id: secretId, secret_hash: token.secretHash },
        ...{ scopes: toScopes(token.scopes), created_at: now, expires_at: token.expiresAt },
      }
      await session.run(db('oauth_access_tokens').insert(row))
      await session.run(db('oauth_clients').where({ id: clientId }).update({ last_used_at: now }))
      if (secretId !== null)
        await session.run(db('oauth_client_secrets').where({ id: secretId }).update({ last_used_at: now }))
    },
  }
}
