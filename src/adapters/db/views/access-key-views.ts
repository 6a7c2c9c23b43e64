import type { AccessKeyRow, AccessKeyViews } from '../../../application/access-keys/access-key-store.ts'
import type { MemberStatus } from '../../../domain/member.ts'
import { fromAccessKeyRow, type AccessKeyTableRow } from '../access-key-rows.ts'
import { written, type Session } from '../session.ts'

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
    async accessKeys({ accountId, memberId, limit, after }) {
      const where = ['k.account_id = ?', ...(memberId === undefined ? [] : ['k.member_id = ?']), 'k.id > ?']
      const text = `${keyWithHolder} where ${where.join(' and ')} order by k.id limit ?`
      const values = [accountId, ...(memberId === undefined ? [] : [memberId]), after ?? '', limit + 1]
      const rows = await session.rows<Row>(written(session, text, values))
      const items = rows.slice(0, limit).map(fromRow)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  }
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
