import type { AccessKeyRow, AccessKeyViews } from '../../../application/access-keys/access-key-store.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import type { MemberStatus } from '../../../domain/member.ts'
import { fromAccessKeyRow, type AccessKeyTableRow } from '../access-key-rows.ts'
import { written, type Session } from '../session.ts'
import { contains, lists, sortedPage, type Order } from './sorted-page.ts'

type Row = AccessKeyTableRow & {
  user_name: string | null
  member_status: string | null
  member_incarnation: number | null
  stopped: number
}

const keyWithHolder = `
select k.*, m.user_name, m.status as member_status, m.incarnation as member_incarnation, a.stopped
from access_keys k join accounts a on a.id = k.account_id left join members m on m.id = k.member_id`

/** Access keys are read for each request that shows one, never out of a cache: what is ended is out at once. */
export function createAccessKeyViews(session: Session): Pick<AccessKeyViews, 'accessKey' | 'accessKeys'> {
  return {
    async accessKey(id) {
      const [row] = await session.rows<Row>(written(session, `${keyWithHolder} where k.id = ?`, [id]))
      return row && fromRow(row)
    },
    async accessKeys({ accountId, memberId, state, name, role, sort = 'createdAt', limit, after }) {
      const select = withHolder(session).where('k.account_id', accountId)
      if (memberId !== undefined) void select.where('k.member_id', memberId)
      if (name !== undefined) void select.where(contains(session, 'k.name_key', nameKey(name)))
      if (role !== undefined) void select.where(lists(session, 'k.roles', role))
      if (state !== undefined) void select.whereRaw(`${stateNow} = ?`, [session.dialect.now(), state])
      const { items, next } = await sortedPage<Row>(session, select, order, { sort, limit, after })
      return { items: items.map(fromRow), next }
    },
  }
}

const order: Order = {
  id: 'k.id',
  columns: {
    createdAt: null,
    name: { column: 'k.name_key', type: 'text' },
    lastUsedAt: { column: 'k.last_used_at', type: 'number', nullable: true },
    expiresAt: { column: 'k.expires_at', type: 'number', nullable: true },
  },
}

/** `keyState` in SQL, for the pages of a list: test/contract/access-key-states.test.ts holds the two together. */
const stateNow = `case
  when k.member_id is not null and (m.status = 'removed' or m.incarnation <> k.incarnation) then 'ended'
  when k.expires_at <= ? then 'expired'
  when k.disabled_at is not null then 'disabled'
  when m.status = 'suspended' or a.stopped > 0 then 'suspended'
  else 'live' end`

function withHolder({ db }: Session) {
  return db('access_keys as k')
    .join('accounts as a', 'a.id', 'k.account_id')
    .leftJoin('members as m', 'm.id', 'k.member_id')
    .select('k.*', 'm.user_name', 'a.stopped')
    .select({ member_status: 'm.status', member_incarnation: 'm.incarnation' })
}

export async function touchAccessKey({ db, run }: Session, id: string, at: number): Promise<void> {
  await run(db('access_keys').where({ id }).update({ last_used_at: at }))
}

function fromRow(row: Row): AccessKeyRow {
  const { user_name: userName, member_status: status, member_incarnation: incarnation } = row
  const known = userName !== null && status !== null && incarnation !== null
  const holder = known ? { userName, status: status as MemberStatus, incarnation } : null
  return { ...fromAccessKeyRow(row), holder, accountStopped: row.stopped > 0 }
}
