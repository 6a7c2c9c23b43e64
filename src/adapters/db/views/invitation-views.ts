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

type Row = InvitationTableRow & { mail_id: string | null; mail_state: string | null; mail_error: string | null }

export function createInvitationViews(session: Session): InvitationViews {
  const { db } = session
  return {
    async invitations(query) {
      const { accountId, limit, after } = query
      const page = withMail(db)
        .where('i.account_id', accountId)
        .orderBy('i.id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) void page.where('i.id', '<', after)
      narrow(page, query)
      const rows = await session.rows<Row>(page)
      const items = rows.slice(0, limit).map(fromRow)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
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

function narrow(page: Knex.QueryBuilder, { state, email, now }: InvitationQuery): void {
  if (email !== undefined) void page.where('i.email_key', addressKey(email))
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
