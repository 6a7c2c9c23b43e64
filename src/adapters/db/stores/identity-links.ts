import type { Knex } from 'knex'
import type { HomeStanding, IdentityLinks, PairValue } from '../../../application/sign-in/stores.ts'
import { nameKey, type DirectoryUser } from '../../../domain/directory-user.ts'
import type { IdentityLink } from '../../../domain/identity-link.ts'
import type { JoiningPair } from '../../../domain/oidc-settings.ts'
import { fromUserRow, type UserRow } from '../rows.ts'
import type { Session } from '../session.ts'
import { fromIdentityLinkRow, toIdentityLinkRow, type IdentityLinkRow } from '../sign-in-rows.ts'
import { markEndedOut, outAtHome } from '../views/home-standing.ts'
import { createIdentityPairs } from './identity-pairs.ts'

/** By which identities people come in, and what these tell of them at home. */
export function createIdentityLinks(session: Session): IdentityLinks {
  const { db, dialect } = session
  const live = async (where: object): Promise<IdentityLinkRow[]> =>
    session.rows<IdentityLinkRow>(
      dialect.forUpdate(
        db('identity_links')
          .where({ ...where, ended_at: null })
          .orderBy('id'),
      ),
    )
  return {
    async insert(link) {
      await session.run(db('identity_links').insert(toIdentityLinkRow(link)))
    },
    ofIdentity: async (connectionId, subject) =>
      (await live({ connection_id: connectionId, subject })).map(fromIdentityLinkRow),
    ofMember: async (memberId) => (await live({ member_id: memberId })).map(fromIdentityLinkRow),
    standingAt: (accountId, connectionId, subject) => standingAt(session, { accountId, connectionId, subject }),
    outAtHome: async (memberId) => (await outAtHome(session, [{ id: memberId, linked: 1 }])).has(memberId),
    async touch(id, at) {
      await session.run(db('identity_links').where({ id }).update({ last_used_at: at }))
    },
    async end(id, at) {
      await markEndedOut(session, 'id = ?', id)
      await session.run(db('identity_links').where({ id }).update({ ended_at: at }))
      await session.run(db('sessions').where({ link_id: id }).delete())
    },
    endAll: (connectionId, at) => endAll(session, connectionId, at),
    hasOwnSignIn: (accountId, exceptConnectionId) => hasOwnSignIn(session, accountId, exceptConnectionId),
    candidates: (connectionId, attribute, value) => candidates(session, connectionId, attribute, value),
    directorySays: (connectionId, pair) => directorySays(session, connectionId, pair),
    ...createIdentityPairs(session),
  }
}

async function endAll(session: Session, connectionId: string, at: number): Promise<IdentityLink[]> {
  const { db } = session
  await markEndedOut(session, 'connection_id = ?', connectionId)
  const ended = db('identity_links').where({ connection_id: connectionId, ended_at: null }).update({ ended_at: at })
  const links = await session.rows<IdentityLinkRow>(ended.returning('*'))
  for (const table of ['sessions', 'visitors', 'identity_pairs'])
    await session.run(db(table).where({ connection_id: connectionId }).delete())
  return links.map(fromIdentityLinkRow)
}

type AtHome = { accountId: string; connectionId: string; subject: string }

async function standingAt(session: Session, { accountId, connectionId, subject }: AtHome): Promise<HomeStanding> {
  type Row = { ended_at: number | null; incarnation: number; now: number; status: HomeStanding }
  const query = session
    .db('identity_links as l')
    .join('members as m', 'm.id', 'l.member_id')
    .where({ 'l.connection_id': connectionId, 'l.subject': subject, 'l.account_id': accountId })
    .select('l.ended_at', 'l.incarnation', 'm.status', { now: 'm.incarnation' })
  const rows = await session.rows<Row>(query)
  const live = rows.find((row) => row.ended_at === null && row.incarnation === row.now)
  const linked = rows.length === 0 ? 'stranger' : (live?.status ?? 'removed')
  if (linked === 'suspended' || linked === 'removed') return linked
  const told = await toldByPair(session, connectionId, subject)
  return told === 'suspended' || told === 'removed' ? told : linked
}

/** By the pair that the identity was named by when it signed in last. */
async function toldByPair(session: Session, connectionId: string, subject: string): Promise<HomeStanding> {
  type Row = { attribute: JoiningPair['attribute']; value: string }
  const [pair] = await session.rows<Row>(session.db('identity_pairs').where({ connection_id: connectionId, subject }))
  return pair === undefined ? 'stranger' : directorySays(session, connectionId, pair)
}

/** Of several people by one name the best off counts: who of them it is, is said at his sign-in. */
async function directorySays(
  { db, dialect, rows }: Session,
  connectionId: string,
  { attribute, value }: PairValue,
): Promise<HomeStanding> {
  type Row = { member_id: string; removed_at: number | null }
  const users = named(db('directory_users').where({ connection_id: connectionId }), attribute, value)
  const found = await rows<Row>(dialect.forUpdate(users.orderBy('id').select('member_id', 'removed_at')))
  if (found.length === 0) return 'stranger'
  const live = found.filter((row) => row.removed_at === null).map((row) => row.member_id)
  if (live.length === 0) return 'removed'
  const members = await rows<{ status: HomeStanding }>(db('members').where(dialect.among('id', live)).select('status'))
  const statuses = members.map(({ status }) => status)
  return statuses.find((status) => status === 'active') ?? statuses[0] ?? 'removed'
}

async function hasOwnSignIn(session: Session, accountId: string, exceptConnectionId: string): Promise<boolean> {
  const { db } = session
  const query = db('oidc_settings as o')
    .join('connections as c', 'c.id', 'o.connection_id')
    .where({ 'o.account_id': accountId, 'o.enabled': 1, 'c.state': 'active' })
    .whereNot({ 'o.connection_id': exceptConnectionId })
    .select('o.connection_id')
    .limit(1)
  return (await session.rows(query)).length > 0
}

async function candidates(
  session: Session,
  connectionId: string,
  attribute: JoiningPair['attribute'],
  value: string,
): Promise<DirectoryUser[]> {
  const { db, dialect } = session
  const query = db('directory_users').where({ connection_id: connectionId, removed_at: null }).orderBy('id').limit(2)
  return (await session.rows<UserRow>(dialect.forUpdate(named(query, attribute, value)))).map(fromUserRow)
}

function named(query: Knex.QueryBuilder, attribute: JoiningPair['attribute'], value: string): Knex.QueryBuilder {
  if (attribute === 'externalId') return query.where({ external_id: value })
  return query.where({ user_name_key: nameKey(value), user_name: value })
}
