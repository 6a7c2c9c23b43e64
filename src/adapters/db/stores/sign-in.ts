import type { Tx } from '../../../application/ports.ts'
import type { OidcSettingsStore, OneTimeLinks, PendingSignIns } from '../../../application/sign-in/stores.ts'
import { createDefaultAccounts } from './default-accounts.ts'
import { createIdentityLinks } from './identity-links.ts'
import { createSessions } from './sessions.ts'
import { written, type Session as DbSession } from '../session.ts'
import {
  fromOidcSettingsRow,
  fromOneTimeLinkRow,
  fromPendingSignInRow,
  toOidcSettingsRow,
  toOneTimeLinkRow,
  toPendingSignInRow,
  type OidcSettingsRow,
  type OneTimeLinkRow,
  type PendingSignInRow,
} from '../sign-in-rows.ts'

type SignInStores = Pick<
  Tx,
  'oidcSettings' | 'identityLinks' | 'defaultAccounts' | 'pendingSignIns' | 'sessions' | 'oneTimeLinks'
>

export function createSignInStores(session: DbSession): SignInStores {
  return {
    oidcSettings: createOidcSettings(session),
    identityLinks: createIdentityLinks(session),
    defaultAccounts: createDefaultAccounts(session),
    pendingSignIns: createPendingSignIns(session),
    sessions: createSessions(session),
    oneTimeLinks: createOneTimeLinks(session),
  }
}

function createOidcSettings(session: DbSession): OidcSettingsStore {
  const { db, dialect } = session
  return {
    async lock(connectionId) {
      const query = dialect.forUpdate(db('oidc_settings').where({ connection_id: connectionId }))
      const [row] = await session.rows<OidcSettingsRow>(query)
      return row && fromOidcSettingsRow(row)
    },
    async put(settings) {
      const row = toOidcSettingsRow(settings)
      await session.run(db('oidc_settings').insert(row).onConflict(['connection_id']).merge())
    },
    async remove(connectionId) {
      await session.run(db('oidc_settings').where({ connection_id: connectionId }).delete())
    },
  }
}

function createPendingSignIns(session: DbSession): PendingSignIns {
  const { db } = session
  return {
    async insert(pending) {
      await session.run(db('pending_sign_ins').insert(toPendingSignInRow(pending)))
    },
    async take(stateHash) {
      const query = written(session, 'delete from pending_sign_ins where state_hash = ? returning *', [stateHash])
      const [row] = await session.rows<PendingSignInRow>(query)
      return row && fromPendingSignInRow(row)
    },
  }
}

function createOneTimeLinks(session: DbSession): OneTimeLinks {
  const { db } = session
  return {
    async insert(link) {
      await session.run(db('one_time_links').insert(toOneTimeLinkRow(link)))
    },
    async take(secretHash) {
      const query = written(session, 'delete from one_time_links where secret_hash = ? returning *', [secretHash])
      const [row] = await session.rows<OneTimeLinkRow>(query)
      return row && fromOneTimeLinkRow(row)
    },
  }
}
