import type { Knex } from 'knex'
import type {
  InvitationQuery,
  InvitationRow,
  InvitationViews,
} from '../../../application/invitations/invitation-store.ts'
import { addressKey } from '../../../domain/invitation.ts'
import type { MailState } from '../../../domain/mail.ts'
import { fromInvitationRow, type InvitationTableRow } from '../invitation-rows.ts'
import type { Session } from '../session.ts'
import { lists, sortedPage, type Order } from './sorted-page.ts'

type Row = InvitationTableRow & { mail_id: string | null; mail_state: string | null; mail_error: string | null }

export function createInvitationViews(session: Session): InvitationViews {
  const { db } = session
  return {
    async invitations(query) {
      const { accountId, sort = '-createdAt', limit, after } = query
      const select = withMail(db).where('i.account_id', accountId)
      narrow(session, select, query)
      const { items, next } = await sortedPage<Row>(session, select, order, { sort, limit, after })
      return { items: items.map(fromRow), next }
    },
    async invitation(accountId, id) {
      const [row] = await session.rows<Row>(withMail(db).where({ 'i.account_id': accountId, 'i.id': id }))
      return row && fromRow(row)
    },
    async invitationById(id) {
      const [row] = await session.rows<InvitationTableRow>(db('invitations').where({ id }))
      return row && fromInvitationRow(row)
    },
  }
}

const order: Order = {
  id: 'i.id',
  columns: {
    createdAt: null,
    email: { column: 'i.email_key', type: 'text' },
    sentAt: { column: 'i.sent_at', type: 'number' },
    expiresAt: { column: 'i.expires_at', type: 'number' },
  },
}

function narrow(session: Session, page: Knex.QueryBuilder, query: InvitationQuery): void {
  const { state, email, role, invitedBy, now } = query
  if (email !== undefined) void page.where('i.email_key', addressKey(email))
  if (role !== undefined) void page.where(lists(session, 'i.roles', role))
  if (invitedBy !== undefined) void page.where('i.invited_by', invitedBy)
  if (state === undefined) return
  const open = "i.state in ('pending', 'awaiting_confirmation')"
  if (state === 'expired') {
    void page.whereRaw(`(i.state = 'expired' or (${open} and i.expires_at <= ?))`, [now])
    return
  }
  void page.where('i.state', state)
  if (state === 'pending' || state === 'awaiting_confirmation') void page.where('i.expires_at', '>', now)
}

/** Ids grow with time: the greatest is that of the last mail. */
function withMail(db: Knex): Knex.QueryBuilder {
  const last = db('mail_outbox').max('id').where('about', db.ref('i.id'))
  return db('invitations as i')
    .leftJoin('mail_outbox as m', 'm.id', last as unknown as string)
    .select('i.*', { mail_id: 'm.id', mail_state: 'm.state', mail_error: 'm.error' })
}

function fromRow(row: Row): InvitationRow {
  const { mail_id: id, mail_state: state, mail_error: error } = row
  return { ...fromInvitationRow(row), mail: id === null ? null : { id, state: state as MailState, error } }
}
