import type { Knex } from 'knex'
import type { IdpSessions, IdpSubject } from '../../../application/logout/idp-signals.ts'
import type { Session } from '../session.ts'

type Ended = { id: string; account_id: string; member_id: string }

export function createIdpSessions(session: Session): IdpSessions {
  const { db, dialect } = session
  return {
    async spend(connectionId, jtiHash, { now, until }) {
      const old = db('idp_signals').where({ connection_id: connectionId }).where('expires_at', '<=', now)
      await session.run(old.delete())
      const row = { connection_id: connectionId, jti_hash: jtiHash, expires_at: until }
      const query = db('idp_signals').insert(row).onConflict(['connection_id', 'jti_hash']).ignore()
      return (await session.rows(query.returning('jti_hash'))).length > 0
    },
    async isKnown(connectionId, who) {
      const links = db('identity_links').where({ connection_id: connectionId, ended_at: null }).select('id').limit(1)
      if ((await session.rows(of(db, links, connectionId, who))).length > 0) return true
      if (who.kind === 'email') return false
      const visitors = db('visitors').where({ connection_id: connectionId }).select('id').limit(1)
      return (await session.rows(of(db, visitors, connectionId, who))).length > 0
    },
    async end(connectionId, who) {
      const query = of(db, db('sessions').where({ connection_id: connectionId }), connectionId, who).orderBy('id')
      const ended = await session.rows<Ended>(dialect.forUpdate(query.select('id', 'account_id', 'member_id')))
      const ids = ended.map(({ id }) => id)
      await session.run(db('sessions').whereRaw(dialect.among('id', ids)).delete())
      if (who.kind === 'told')
        await session.run(of(db, db('visitors').where({ connection_id: connectionId }), connectionId, who).delete())
      return ended.map(({ id, account_id, member_id }) => ({ id, accountId: account_id, memberId: member_id }))
    },
  }
}

/**
 * A session of the IdP's is one of ours at most; without one it is everything of that person. An address is looked for among
 * those who come by the connection; whom it names at home is meant in every other account too, whatever he is called there.
 */
function of(db: Knex, query: Knex.QueryBuilder, connectionId: string, who: IdpSubject): Knex.QueryBuilder {
  if (who.kind === 'email') {
    const named = () => db('members').whereRaw('lower(email) = lower(?)', [who.email]).select('id')
    const home = db('connections').where({ id: connectionId }).select('account_id')
    const known = db('identity_links')
      .where({ connection_id: connectionId, ended_at: null })
      .whereIn('member_id', named().whereIn('account_id', home))
      .select('subject')
    return query.where((meant) => void meant.whereIn('member_id', named()).orWhereIn('subject', known))
  }
  if (who.subject !== null) void query.where({ subject: who.subject })
  if (who.idpSession !== null) void query.where({ idp_session: who.idpSession })
  return query
}
