import type { Invitations } from '../../../application/invitations/invitation-store.ts'
import { addressKey } from '../../../domain/invitation.ts'
import { fromInvitationRow, toInvitationRow, type InvitationTableRow } from '../invitation-rows.ts'
import { insertRow, type Session } from '../session.ts'
import { lists } from '../views/sorted-page.ts'

export function createInvitations(session: Session): Invitations {
  const { db, dialect } = session
  return {
    async insert(invitation) {
      await session.run(insertRow(session, 'invitations', toInvitationRow(invitation)))
    },
    async lock(id) {
      const [row] = await session.rows<InvitationTableRow>(dialect.forUpdate(db('invitations').where({ id })))
      return row && fromInvitationRow(row)
    },
    async lockOpen(accountId, email) {
      const open = db('invitations')
        .where({ account_id: accountId, email_key: addressKey(email) })
        .whereRaw("state in ('pending', 'awaiting_confirmation')")
      const [row] = await session.rows<InvitationTableRow>(dialect.forUpdate(open))
      return row && fromInvitationRow(row)
    },
    async lockOpenTo(accountId, role) {
      const open = db('invitations')
        .where({ account_id: accountId })
        .whereRaw("state in ('pending', 'awaiting_confirmation')")
        .where(lists(session, 'roles', role))
        .orderBy('id')
      return (await session.rows<InvitationTableRow>(dialect.forUpdate(open))).map(fromInvitationRow)
    },
    async update(invitation) {
      const { id, ...row } = toInvitationRow(invitation)
      await session.run(db('invitations').where({ id }).update(row))
    },
    async lastMails({ accountId, causedBy }, limit) {
      const query = db('mail_outbox')
        .select('created_at')
        .where(accountId === undefined ? { caused_by: causedBy } : { account_id: accountId })
        .orderBy('created_at', 'desc')
        .limit(limit)
      return (await session.rows<{ created_at: number }>(query)).map((row) => row.created_at)
    },
  }
}
