import type { IdentityPairs, PairPlace } from '../../../application/sign-in/stores.ts'
import type { DirectoryUser } from '../../../domain/directory-user.ts'
import { written, type DialectName, type Session } from '../session.ts'

/** By which pairs of values identities were named when they signed in last. */
export function createIdentityPairs(session: Session): IdentityPairs {
  const { db, run } = session
  return {
    async notePair(connectionId, subject, { attribute, value }) {
      const row = { connection_id: connectionId, subject, attribute, value }
      await run(db('identity_pairs').insert(row).onConflict(['connection_id', 'subject']).merge())
    },
    async forgetPairs(connectionId) {
      await run(written(session, `delete from identity_pairs where connection_id = ? and not ${letGo}`, [connectionId]))
    },
    signedInAs: (connectionId, facts) => signedInAs(session, connectionId, facts),
    purgePairs: (slice) => purgePairs(session, slice),
  }
}

/** Each by an index of its own. */
const told = (from: string, also: string): string =>
  Object.entries({ externalId: 'external_id', userName: 'user_name' })
    .map(
      ([attribute, column]) => `(identity_pairs.attribute = '${attribute}' and exists (
    select 1 from directory_users d ${from} where d.connection_id = identity_pairs.connection_id
    and d.${column} = identity_pairs.value ${also}))`,
    )
    .join(' or ')
const there = told('join members m on m.id = d.member_id', `and d.removed_at is null and m.status = 'active'`)

/** The directory has told of whom the pair names, and he is not there by its word any more. */
const letGo = `((${told('', '')}) and not (${there}))`

const held = (table: string, also = ''): string => `exists (select 1 from ${table} h
  where h.connection_id = identity_pairs.connection_id and h.subject = identity_pairs.subject ${also})`
const claimed: Record<DialectName, string> = {
  sqlite: `select claim ->> 'connectionId', claim ->> 'subject'`,
  postgres: `select claim::json ->> 'connectionId', claim::json ->> 'subject'`,
}
const orphaned = (dialect: DialectName): string => `not ${held('identity_links', 'and h.ended_at is null')}
  and not ${held('sessions')} and not ${held('visitors')} and (connection_id, subject) not in (
    ${claimed[dialect]} from invitations where state = 'awaiting_confirmation' and claim is not null)`

const after = '(connection_id, subject) > (?, ?)'
const upTo = '(connection_id, subject) <= (?, ?)'

/**
 * The rows are locked before it is looked who has them: a sign-in that notes a pair meanwhile either is seen with its link, or
 * waits and notes it anew.
 */
async function purgePairs(
  session: Session,
  { from, limit }: { from: PairPlace | null; limit: number },
): Promise<PairPlace | null> {
  type Row = { connection_id: string; subject: string }
  const { db, dialect } = session
  const start = [from?.connectionId ?? '', from?.subject ?? '']
  const slice = db('identity_pairs').whereRaw(after, start).orderBy(['connection_id', 'subject']).limit(limit)
  const rows = await session.rows<Row>(dialect.forUpdate(slice.select('connection_id', 'subject')))
  const last = rows.at(-1)
  if (last === undefined) return null
  const gone = `delete from identity_pairs where ${after} and ${upTo} and ${orphaned(dialect.name)}`
  await session.run(written(session, gone, [...start, last.connection_id, last.subject]))
  return rows.length < limit ? null : { connectionId: last.connection_id, subject: last.subject }
}

/** By the pair of the sign-in as it is now: what a former one named identities by says nothing of them. */
const signedInBefore = `
select distinct m.id
from identity_pairs p
  join oidc_settings o on o.connection_id = p.connection_id and o.pair_attribute = p.attribute
  join identity_links l on l.connection_id = p.connection_id and l.subject = p.subject and l.issuer = o.issuer and l.ended_at is null
  join members m on m.id = l.member_id and m.incarnation = l.incarnation and m.account_id = o.account_id and m.status <> 'removed'
where p.connection_id = ? and p.value in (?, ?) and p.value = case p.attribute when 'externalId' then ? else ? end
  and not exists (select 1 from directory_users u where u.member_id = m.id and u.removed_at is null)
limit 2`

async function signedInAs(
  session: Session,
  connectionId: string,
  { externalId, userName }: Pick<DirectoryUser, 'externalId' | 'userName'>,
): Promise<string[]> {
  const told = [externalId ?? userName, userName, externalId, userName]
  const found = await session.rows<{ id: string }>(written(session, signedInBefore, [connectionId, ...told]))
  return found.map(({ id }) => id)
}
