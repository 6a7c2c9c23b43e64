import type { Sessions, SessionsOf } from '../../../application/sign-in/stores.ts'
import { written, type NativeStatement, type Session as DbSession } from '../session.ts'
import { fromSessionRow, toSessionRow, type SessionRow } from '../sign-in-rows.ts'

export function createSessions(session: DbSession): Sessions {
  const { db, dialect } = session
  return {
    async insert(started) {
      await session.run(db('sessions').insert(toSessionRow(started)))
    },
    async lock(secretHash) {
      const [row] = await session.rows<SessionRow>(dialect.forUpdate(db('sessions').where({ secret_hash: secretHash })))
      return row && fromSessionRow(row)
    },
    async remove(id) {
      await session.run(db('sessions').where({ id }).delete())
    },
    async endAll(of) {
      for (const statement of endsOf(session, of)) await session.run(statement)
    },
  }
}

const ofMember = 'delete from sessions where member_id = ?'

/** In whichever account: an identity that is linked to the person in the account of its connection is his. */
const byHisLinks = `delete from sessions where (connection_id, subject) in (
  select l.connection_id, l.subject from identity_links l join connections c on c.id = l.connection_id
  where l.member_id = ? and c.account_id = l.account_id)`

/** The same where he was never linked: his directory names him by what the IdP says of the identity. */
const byHisPair = (
  attribute: string,
  column: string,
): string => `delete from sessions where (connection_id, subject) in (
  select p.connection_id, p.subject from directory_users d
  join identity_pairs p on p.connection_id = d.connection_id and p.attribute = '${attribute}' and p.value = d.${column}
  where d.member_id = ?)`

const below = `with recursive below(id) as (
  select id from accounts where id = ? union all select a.id from accounts a join below on a.parent_id = below.id)`
const ofAccounts = `${below} delete from sessions where account_id in (select id from below)`
const byConnectionsOfAccounts = `${below} delete from sessions where connection_id in (
  select id from connections where account_id in (select id from below))`

const byOthers = `delete from sessions where account_id = ? and connection_id in (
  select id from connections where account_id <> ?)`

function endsOf(session: DbSession, of: SessionsOf): NativeStatement[] {
  const say = (text: string, ...bindings: readonly string[]) => written(session, text, bindings)
  if ('memberId' in of) {
    const texts = [ofMember, byHisLinks, byHisPair('externalId', 'external_id'), byHisPair('userName', 'user_name')]
    return texts.map((text) => say(text, of.memberId))
  }
  if ('account' in of) return [ofAccounts, byConnectionsOfAccounts].map((text) => say(text, of.account))
  if ('connectionId' in of) return [say('delete from sessions where connection_id = ?', of.connectionId)]
  return [say(byOthers, of.strangersIn, of.strangersIn)]
}
