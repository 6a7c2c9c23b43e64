import type { invitationOrders, SortOf } from '../list-orders.ts'
import type { Invitation, InvitationState } from '../../domain/invitation.ts'
import type { MailState } from '../../domain/mail.ts'

export type Invitations = {
  insert(invitation: Invitation): Promise<void>
  /** The invitation, its row locked until the transaction ends. */
  lock(id: string): Promise<Invitation | undefined>
  /** The one of this address that is neither accepted nor revoked, its row locked. */
  lockOpen(accountId: string, email: string): Promise<Invitation | undefined>
  /** Those to a role of the account that are neither accepted nor revoked, their rows locked. */
  lockOpenTo(accountId: string, role: string): Promise<Invitation[]>
  update(invitation: Invitation): Promise<void>
  /** When the last mails of an account were written, or those that somebody caused, the newest first. */
  lastMails(
    of:
      | { readonly accountId: string; readonly causedBy?: undefined }
      | { readonly causedBy: string; readonly accountId?: undefined },
    limit: number,
  ): Promise<number[]>
}

/** With what became of the mail that was written last. */
export type InvitationRow = Invitation & {
  readonly mail: { readonly id: string; readonly state: MailState; readonly error: string | null } | null
}

/** `now` tells expired ones from pending ones. */
export type InvitationQuery = {
  readonly limit: number
  readonly after: string | undefined
  readonly accountId: string
  readonly state?: InvitationState | undefined
  readonly email?: string | undefined
  readonly role?: string | undefined
  readonly invitedBy?: string | undefined
  readonly sort?: SortOf<typeof invitationOrders> | undefined
  readonly now: number
}

export type InvitationViews = {
  /** The newest first unless asked otherwise. */
  invitations(
    query: InvitationQuery,
  ): Promise<{ readonly items: readonly InvitationRow[]; readonly next: string | null }>
  invitation(accountId: string, id: string): Promise<InvitationRow | undefined>
  invitationById(id: string): Promise<Invitation | undefined>
}
