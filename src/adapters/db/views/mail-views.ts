import type { Views } from '../../../application/views.ts'
import { fromMailRow, type MailRow } from '../mail-rows.ts'
import type { Session } from '../session.ts'
import { sortedPage, type Order } from './sorted-page.ts'

const order: Order = {
  id: 'o.id',
  columns: {
    createdAt: null,
    sentAt: { column: 'o.sent_at', type: 'number', nullable: true },
    subject: { column: 'o.subject', type: 'text' },
  },
}

/** Mail of the outbox, the newest first unless asked otherwise. */
export function createMailViews(session: Session): Pick<Views, 'mails' | 'mail'> {
  const { db } = session
  return {
    async mails({ sort = '-createdAt', limit, after, accountId, state, about, to }) {
      const told = { account_id: accountId, state, about, recipient: to }
      const select = db('mail_outbox as o').select('o.*')
      for (const [column, value] of Object.entries(told))
        if (value !== undefined) void select.where(`o.${column}`, value)
      const { items, next } = await sortedPage<MailRow>(session, select, order, { sort, limit, after })
      return { items: items.map(fromMailRow), next }
    },
    async mail(id) {
      const [row] = await session.rows<MailRow>(db('mail_outbox').where({ id }))
      return row && fromMailRow(row)
    },
  }
}
