import type { Views } from '../../../application/views.ts'
import { fromMailRow, type MailRow } from '../mail-rows.ts'
import type { Session } from '../session.ts'

/** Mail of the outbox, the newest first: ids grow with time. */
export function createMailViews(session: Session): Pick<Views, 'mails' | 'mail'> {
  const { db } = session
  return {
    async mails({ limit, after, accountId, state }) {
      const query = db('mail_outbox')
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) void query.where('id', '<', after)
      if (accountId !== undefined) void query.where({ account_id: accountId })
      if (state !== undefined) void query.where({ state })
      const rows = await session.rows<MailRow>(query)
      const items = rows.slice(0, limit).map(fromMailRow)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    async mail(id) {
      const [row] = await session.rows<MailRow>(db('mail_outbox').where({ id }))
      return row && fromMailRow(row)
    },
  }
}
