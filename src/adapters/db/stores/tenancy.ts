import { nameKey } from '../../../domain/directory-user.ts'
import type { Accounts, Connections, ScimTokens } from '../../../application/stores.ts'
import type { Account } from '../../../domain/account.ts'
import type { Connection } from '../../../domain/connection.ts'
import { toScopes } from '../client-rows.ts'
import {
  fromAccountRow,
  fromConnectionRow,
  fromTokenRow,
  type AccountRow,
  type ConnectionRow,
  type TokenRow,
} from '../rows.ts'
import type { Session } from '../session.ts'
import { holdCatalog } from './catalogs.ts'
import { createAccessViews } from '../views/access-views.ts'
import { createConnectionViews } from '../views/connection-views.ts'

export function createAccounts(session: Session): Accounts {
  const { db, dialect } = session
  return {
    async insert(account) {
      const { id, catalog, parentId, level, epoch, createdAt } = account
      const place = { parent_id: parentId, level, stopped: stoppedBelow(session, parentId) }
      const under = { catalog, catalog_rev: await holdCatalog(session, catalog) }
      await session.run(
        db('accounts').insert({ id, ...under, ...place, ...accountSettings(account), epoch, created_at: createdAt }),
      )
    },
    async find(id) {
      const [row] = await session.rows<AccountRow>(db('accounts').where({ id }))
      return row && fromAccountRow(row)
    },
    async hold(id) {
      const [row] = await session.rows<AccountRow>(dialect.forNoKeyUpdate(db('accounts').where({ id })))
      return row && fromAccountRow(row)
    },
    rolesInAccount: (id) => createConnectionViews(session).rolesInAccount(id),
    lockPath: (id) => lockPath(session, id),
    async update(account) {
      await session.run(db('accounts').where({ id: account.id }).update(accountSettings(account)))
    },
    suspend: (id, at) => suspend(session, id, at),
    ...createSignInNames(session),
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

async function lockPath(session: Session, id: string): Promise<Account[]> {
  const { db, dialect } = session
  const path = await createAccessViews(session).accountPath(id)
  const ids = path.map((account) => account.id).reverse()
  for (const each of ids) await session.rows(dialect.forUpdate(db('accounts').select('id').where({ id: each })))
  return createAccessViews(session).accountPath(id)
}

async function suspend({ db, dialect, run }: Session, id: string, at: number | null): Promise<void> {
  await run(db('accounts').where({ id }).update({ suspended_at: at }))
  await run(db.raw(stopBelow, [id, at === null ? -1 : 1, dialect.now()]))
  await run(db.raw(reopenBelow, [id]))
}

/** Each account from this one down; what was blocked in them is tried again, as after any change of an account. */
const below = `
with recursive below(id) as (
  select id from accounts where id = ? union all select a.id from accounts a join below on a.parent_id = below.id
)`
const stopBelow = `${below}
update accounts set stopped = stopped + ?, epoch = epoch + 1, epoch_at = ? where id in (select id from below)`
const reopenBelow = `${below}
update propagations set status = 'open', attempts = 0, next_attempt_at = 0
where status = 'blocked' and account_id in (select id from below)`

function stoppedBelow({ db }: Session, parentId: string | null) {
  return parentId === null ? 0 : db('accounts').where({ id: parentId }).select('stopped')
}

function accountSettings({ name, entitlements }: Account) {
  return { name, name_key: nameKey(name), entitlements: JSON.stringify(entitlements) }
}

type SignInNames = Pick<Accounts, 'signInName' | 'isNamed' | 'setSignInName'>

function createSignInNames(session: Session): SignInNames {
  const { db, dialect } = session
  return {
    async signInName(id) {
      type Row = { sign_in_name: string | null }
      const [row] = await session.rows<Row>(dialect.forUpdate(db('accounts').select('sign_in_name').where({ id })))
      return row?.sign_in_name
    },
    async isNamed(name) {
      const query = db('accounts').select('id').where({ sign_in_name: name }).orWhere({ id: name }).limit(1)
      return (await session.rows(query)).length > 0
    },
    async setSignInName(id, name) {
      await session.run(db('accounts').where({ id }).update({ sign_in_name: name }))
    },
  }
}

export function createConnections(session: Session): Connections {
  const { db } = session
  return {
    async insert(connection) {
      const { id, accountId, kind, state, createdAt } = connection
      const row: ConnectionRow = {
        id,
        account_id: accountId,
        kind,
        state,
        created_at: createdAt,
        ...settingsRow(connection),
      }
      await session.run(db('connections').insert(row))
    },
    async lock(id) {
      const [row] = await session.rows<ConnectionRow>(session.dialect.forUpdate(db('connections').where({ id })))
      return row && fromConnectionRow(row)
    },
    async hold(id) {
      const [row] = await session.rows<ConnectionRow>(session.dialect.forKeyShare(db('connections').where({ id })))
      return row && fromConnectionRow(row)
    },
    async update(connection) {
      await session.run(db('connections').where({ id: connection.id }).update(settingsRow(connection)))
    },
    async find(id) {
      const [row] = await session.rows<ConnectionRow>(db('connections').where({ id }))
      return row && fromConnectionRow(row)
    },
    async ofAccount(accountId) {
      const query = db('connections').where({ account_id: accountId }).orderBy('id')
      return (await session.rows<ConnectionRow>(query)).map(fromConnectionRow)
    },
  }
}

/** What of a connection may be changed later. */
function settingsRow({ name, emailPolicy, rateLimit, rolesFromIdp, profileMapping }: Connection) {
  return {
    name,
    email_policy: emailPolicy,
    rate_per_second: rateLimit?.perSecond ?? null,
    rate_burst: rateLimit?.burst ?? null,
    roles_from_idp: rolesFromIdp ? 1 : 0,
    profile_mapping: JSON.stringify(profileMapping),
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
        scopes: toScopes(token.scopes),
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
