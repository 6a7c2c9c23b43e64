import type { Knex } from 'knex'
import type { Membership, SignInSetUp, SignInViews, StoredSession } from '../../../application/sign-in/stores.ts'
import { fromAccountRow, fromConnectionRow, type AccountRow, type ConnectionRow } from '../rows.ts'
import { written, type Session } from '../session.ts'
import { standsAtHome } from './home-standing.ts'
import {
  fromIdentityLinkRow,
  fromOidcSettingsRow,
  fromSessionRow,
  type IdentityLinkRow,
  type OidcSettingsRow,
  type SessionRow,
} from '../sign-in-rows.ts'

type Reading = Omit<SignInViews, 'touchSession' | 'purgeSignIns'>
type Writing = Pick<SignInViews, 'touchSession' | 'purgeSignIns'>

export function createSignInViews(session: Session): Reading {
  const { db } = session
  return {
    async signIn(connectionId) {
      return (await setUps(session, db('oidc_settings').where({ connection_id: connectionId })))[0]
    },
    async signInsOfAccount(accountId) {
      const found = await setUps(session, db('oidc_settings').where({ account_id: accountId, enabled: 1 }))
      return found.filter(({ connection }) => connection.state === 'active')
    },
    async signInOfIssuer(issuer) {
      const active = db('connections').where({ state: 'active' }).select('id')
      const query = db('oidc_settings').where({ issuer, enabled: 1 }).whereIn('connection_id', active)
      return (await setUps(session, query.orderByRaw(provenFirst).limit(1)))[0]
    },
    async platformSignIns() {
      const found = await setUps(session, db('oidc_settings').where({ platform: 1, enabled: 1 }))
      return found.filter(({ connection }) => connection.state === 'active')
    },
    async accountByName(name) {
      const query = db('accounts').where({ id: name }).orWhere({ sign_in_name: name }).limit(1)
      const [row] = await session.rows<AccountRow>(query)
      return row && fromAccountRow(row)
    },
    session: (secretHash) => storedSession(session, secretHash),
    memberships: (connectionId, subject) => memberships(session, connectionId, subject),
    async isTold(connectionId, subject) {
      return (await session.rows(written(session, told, [connectionId, subject]))).length > 0
    },
    async identityLinks(memberId) {
      const query = db('identity_links').where({ member_id: memberId, ended_at: null }).orderBy('id')
      return (await session.rows<IdentityLinkRow>(query)).map(fromIdentityLinkRow)
    },
  }
}

/** What reads write along the way. */
export function createSignInWrites(session: Session): Writing {
  const { db } = session
  return {
    async touchSession(id, at) {
      await session.run(db('sessions').where({ id }).where('last_seen_at', '<', at).update({ last_seen_at: at }))
    },
    async purgeSignIns({ now, idleBefore, limit }) {
      const purge = async (table: string, key: string, column: string, before: number): Promise<number> => {
        const text = `delete from ${table} where ${key} in (select ${key} from ${table} where ${column} <= ? limit ?)`
        return (await session.rows(written(session, `${text} returning ${key}`, [before, limit]))).length
      }
      return (
        (await purge('pending_sign_ins', 'state_hash', 'expires_at', now)) +
        (await purge('one_time_links', 'id', 'expires_at', now)) +
        (await purge('visitors', 'id', 'expires_at', now)) +
        (await purge('sessions', 'id', 'ends_at', now)) +
        (await purge('sessions', 'id', 'last_seen_at', idleBefore))
      )
    },
  }
}

const told = `select 1 from identity_links l
  join directory_users d on d.member_id = l.member_id and d.removed_at is null
  where l.connection_id = ? and l.subject = ? and l.ended_at is null limit 1`

const provenFirst = `case when exists (
  select 1 from account_domains d where d.account_id = oidc_settings.account_id and d.state = 'verified') then 0 else 1 end`

/** The oldest sign-in first, whatever the age of its connection. */
async function setUps(session: Session, query: Knex.QueryBuilder): Promise<SignInSetUp[]> {
  const oldestFirst = query.orderBy(['created_at', 'connection_id'])
  const settings = (await session.rows<OidcSettingsRow>(oldestFirst)).map(fromOidcSettingsRow)
  if (settings.length === 0) return []
  const ids = settings.map(({ connectionId }) => connectionId)
  const { db, dialect } = session
  const rows = await session.rows<ConnectionRow>(db('connections').where(dialect.among('id', ids)))
  const connections = new Map(rows.map((row) => [row.id, fromConnectionRow(row)]))
  return settings.flatMap((each) => {
    const connection = connections.get(each.connectionId)
    return connection === undefined ? [] : [{ connection, settings: each }]
  })
}

/** An account with a sign-in of its own is entered by that one. */
const ownSignIn = `exists (select 1 from oidc_settings own join connections oc on oc.id = own.connection_id
  where own.account_id = s.account_id and own.enabled = 1 and oc.state = 'active')`

/** One look for each request that shows a cookie: nothing that may end is kept between two. */
const sessionQuery = `
select s.*,
  case when s.link_id is null or (
    l.ended_at is null and l.incarnation = s.incarnation and c.state = 'active' and o.enabled = 1
    and (c.account_id = s.account_id or (home.stopped = 0 and ${standsAtHome('s', 'c')} and not ${ownSignIn}))
  ) then 1 else 0 end as still_linked
from sessions s
left join identity_links l on l.id = s.link_id
left join connections c on c.id = s.connection_id
left join oidc_settings o on o.connection_id = s.connection_id
left join accounts home on home.id = c.account_id
where s.secret_hash = ?`

async function storedSession(session: Session, secretHash: string): Promise<StoredSession | undefined> {
  type Row = SessionRow & { still_linked: number }
  const [row] = await session.rows<Row>(written(session, sessionQuery, [secretHash]))
  return row && { session: fromSessionRow(row), stillLinked: row.still_linked === 1 }
}

async function memberships(session: Session, connectionId: string, subject: string): Promise<Membership[]> {
  const { db } = session
  type Row = IdentityLinkRow & { account_name: string; own_sign_in: string | null; landing: string | null }
  const own = db('oidc_settings as o')
    .join('connections as oc', 'oc.id', 'o.connection_id')
    .whereRaw('o.account_id = l.account_id and o.connection_id <> l.connection_id')
    .where({ 'o.enabled': 1, 'oc.state': 'active' })
    .orderBy(['o.created_at', 'o.connection_id'])
    .limit(1)
    .select('o.connection_id')
  const query = db('identity_links as l')
    .join('accounts as a', 'a.id', 'l.account_id')
    .leftJoin('default_accounts as d', { 'd.connection_id': 'l.connection_id', 'd.subject': 'l.subject' })
    .where({ 'l.connection_id': connectionId, 'l.subject': subject, 'l.ended_at': null })
    .orderBy('l.id')
    .select('l.*', { account_name: 'a.name', own_sign_in: own, landing: 'd.account_id' })
  return (await session.rows<Row>(query)).map((row) => ({
    link: fromIdentityLinkRow(row),
    accountName: row.account_name,
    ownSignIn: row.own_sign_in,
    isDefault: row.landing === row.account_id,
  }))
}
