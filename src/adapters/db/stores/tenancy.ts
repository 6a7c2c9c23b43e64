import type { Accounts, Connections, ScimTokens } from '../../../application/ports.ts'
import {
  fromAccountRow,
  fromConnectionRow,
  fromTokenRow,
  type AccountRow,
  type ConnectionRow,
  type TokenRow,
} from '../rows.ts'
import type { Session } from '../session.ts'

export function createAccounts(session: Session): Accounts {
  const { db, dialect } = session
  return {
    async insert(account) {
      const { id, name, catalog, epoch, createdAt } = account
      await session.run(db('accounts').insert({ id, name, catalog, epoch, created_at: createdAt }))
    },
    async find(id) {
      const [row] = await session.rows<AccountRow>(db('accounts').where({ id }))
      return row && fromAccountRow(row)
    },
    async bumpEpoch(id) {
      await session.run(
        db('accounts')
          .where({ id })
          .update({ epoch: db.raw('epoch + 1'), epoch_at: dialect.now() }),
      )
      // Whatever blocked a member may be gone with this change: he is tried again, as after one of his own.
      const again = { status: 'open', attempts: 0, next_attempt_at: 0 }
      await session.run(db('propagations').where({ account_id: id, status: 'blocked' }).update(again))
    },
  }
}

export function createConnections(session: Session): Connections {
  const { db } = session
  return {
    async insert({ id, accountId, name, kind, state, emailPolicy, createdAt }) {
      const row: ConnectionRow = {
        ...{ id, account_id: accountId, name, kind, state, email_policy: emailPolicy, created_at: createdAt },
      }
      await session.run(db('connections').insert(row))
    },
    async find(id) {
      const [row] = await session.rows<ConnectionRow>(db('connections').where({ id }))
      return row && fromConnectionRow(row)
    },
  }
}

export function createScimTokens(session: Session): ScimTokens {
  const { db } = session
  return {
    async insert(token) {
      const row: TokenRow = {
        id: token.id,
        account_id: token.accountId,
        connection_id: token.connectionId,
        secret_hash: token.secretHash,
        hint: token.hint,
        created_at: token.createdAt,
        expires_at: token.expiresAt,
        revoked_at: token.revokedAt,
        last_used_at: token.lastUsedAt,
      }
      await session.run(db('scim_tokens').insert(row))
    },
    async find(id) {
      const [row] = await session.rows<TokenRow>(db('scim_tokens').where({ id }))
      return row && fromTokenRow(row)
    },
    async ofConnection(connectionId) {
      // The connection's row is locked, so that two tokens made at once are counted together.
      await session.rows(session.dialect.forUpdate(db('connections').select('id').where({ id: connectionId })))
      const rows = await session.rows<TokenRow>(db('scim_tokens').where({ connection_id: connectionId }).orderBy('id'))
      return rows.map(fromTokenRow)
    },
    async revoke(id, at) {
      await session.run(db('scim_tokens').where({ id }).update({ revoked_at: at }))
    },
  }
}
