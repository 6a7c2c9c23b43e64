import { written, type DialectName, type Session } from '../session.ts'

/** Of an identity from another account, a row with its connection’s: that it stands there, or never was a member’s there. */
export const standsAtHome = (identity: string, connection: string): string => {
  const linked = `h.connection_id = ${identity}.connection_id and h.subject = ${identity}.subject
    and h.account_id = ${connection}.account_id`
  return `(
  not exists (select 1 from identity_links h where ${linked})
  or exists (select 1 from identity_links h join members hm on hm.id = h.member_id
    where ${linked} and h.ended_at is null and h.incarnation = hm.incarnation and hm.status = 'active'))`
}

/** What the directory at home says of whom the pair of an identity names: that he is there, or nothing at all. */
const toldToBeThere = (identity: string): string => {
  const named = `ip.connection_id = ${identity}.connection_id and ip.subject = ${identity}.subject`
  const told = (from: string, also: string): string =>
    ['external_id', 'user_name']
      .map((column) => {
        const attribute = column === 'external_id' ? 'externalId' : 'userName'
        return `exists (select 1 from identity_pairs ip
    join directory_users du on du.connection_id = ip.connection_id and du.${column} = ip.value ${from}
    where ${named} and ip.attribute = '${attribute}' ${also})`
      })
      .join(' or ')
  const there = told('join members dm on dm.id = du.member_id', `and du.removed_at is null and dm.status = 'active'`)
  return `(not (${told('', '')}) or ${there})`
}

const his = 'l.member_id = m.id and l.ended_at is null and l.incarnation = m.incarnation'
/** One that let him in no more when it ended counts on: to end it lets nobody back in. */
const counts = '(l.ended_at is null or l.ended_out = 1)'

/** Whether a member `m` has an identity: of nobody else there is more to ask. As cheap as can be: each decision reads it. */
export const linkedColumn = `case when exists (
  select 1 from identity_links l where l.member_id = m.id and ${counts}) then 1 else 0 end as linked`
export type LinkedRow = { readonly id: string; readonly linked: number }

/**
 * He has identities, and none of them lets anybody in: each is of a company that is stopped, or whose person was let go, by its
 * account or by its directory, which may tell of him as somebody else. Whom a directory of his own account tells of is there
 * by its word.
 */
const outside = `
  exists (select 1 from identity_links l where l.member_id = m.id and l.incarnation = m.incarnation and ${counts})
  and not exists (select 1 from identity_links l
    join connections lc on lc.id = l.connection_id join accounts la on la.id = lc.account_id
    where ${his} and (lc.account_id = m.account_id or (la.stopped = 0 and ${standsAtHome('l', 'lc')})) and ${toldToBeThere('l')})
  and not exists (select 1 from directory_users own where own.member_id = m.id and own.removed_at is null)`
const query: Record<DialectName, string> = {
  sqlite: `select m.id from members m where m.id in (select value from json_each(?)) and ${outside}`,
  postgres: `select m.id from members m where m.id = any(?::text[]) and ${outside}`,
}

/** Marks the live identities of whoever is out, before some of them end. `which`: of identity_links, with its one binding. */
export async function markEndedOut(session: Session, which: string, id: string): Promise<void> {
  const out = `update identity_links set ended_out = 1
    where ${which} and ended_at is null and member_id in (select m.id from members m where m.id = identity_links.member_id and ${outside})`
  await session.run(written(session, out, [id]))
}

/**
 * Who of some members has identities that let nobody in any more: what barredAtHome asks of a sign-in. One more statement, and
 * only of those who have any.
 */
export async function outAtHome(session: Session, rows: readonly LinkedRow[]): Promise<ReadonlySet<string>> {
  const asked = rows.filter(({ linked }) => linked === 1).map(({ id }) => id)
  if (asked.length === 0) return new Set()
  const { name } = session.dialect
  const bound = name === 'sqlite' ? JSON.stringify(asked) : asked
  const found = await session.rows<{ id: string }>(written(session, query[name], [bound]))
  return new Set(found.map(({ id }) => id))
}
