import { AppError } from '../../domain/errors.ts'
import { isOpen, stateOf, type Invitation } from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { dropMail } from '../mail/post-mail.ts'
import { newLink } from './invitation-link.ts'
import { requireGoing, requireInviting, requireNoDirectory, requireRoles } from './inviting.ts'
import { mailInvitation } from './mail-invitation.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type InvitationRef = { accountId: string; invitationId: string }

/** Mails a new link with a new life; every link before it is dead from then on. */
export async function resendInvitation(
  ports: Needs & Pick<Ports, 'newId' | 'secrets' | 'vault' | 'invitationRules'>,
  op: Operation,
  command: InvitationRef & { publicUrl: string },
): Promise<Invitation> {
  const inviting = await requireInviting(ports, op, command.accountId)
  const { account } = inviting.permitted
  requireGoing(account)
  await requireInvitation(ports, command)
  await requireNoDirectory(ports, account.id)
  const { token, secretHash } = newLink(ports, command.invitationId)
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    const invitation = await lockInvitation(tx, command)
    requireRoles(inviting, invitation.roles)
    const state = stateOf(invitation, now)
    if (state === 'awaiting_confirmation') throw stands(state, 'confirm it, or revoke it and invite anew')
    if (state !== 'pending' && state !== 'expired') throw stands(state, 'invite anew')
    await requireNoOther(tx, invitation)
    const sent: Invitation = {
      ...{ ...invitation, state: 'pending', claim: null, endedAt: null, secretHash },
      ...{ sentAt: now, expiresAt: now + ports.invitationRules.lifeMs },
    }
    await tx.invitations.update(sent)
    const { publicUrl } = command
    await mailInvitation(ports, op, tx, { invitation: sent, token, account, catalog: inviting.catalog, publicUrl })
    const detail = { expiresAt: sent.expiresAt }
    await tx.audit.record(op, { action: 'invitation.resent', accountId: account.id, target: sent.id, detail }, now)
    return sent
  })
}

/** Ends an invitation: its link is dead, and whoever waits for confirmation is declined. Done twice it changes nothing. */
export async function revokeInvitation(ports: Needs, op: Operation, command: InvitationRef): Promise<void> {
  await requireInviting(ports, op, command.accountId)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const invitation = await lockInvitation(tx, command)
    if (invitation.state === 'revoked') return
    if (invitation.state === 'accepted') throw stands('accepted', 'change or remove the member instead')
    await endInvitation(op, tx, invitation, now)
  })
}

/** Ends an invitation whose row is locked, for whoever was judged already. */
export async function endInvitation(op: Operation, tx: Tx, invitation: Invitation, now: number): Promise<void> {
  await tx.invitations.update({ ...invitation, state: 'revoked', endedAt: now })
  await dropMail(tx, invitation.id)
  const { accountId, id: target } = invitation
  const detail = { state: stateOf(invitation, now) }
  await tx.audit.record(op, { action: 'invitation.revoked', accountId, target, detail }, now)
}

/**
 * The invitation of this account, its row locked, and the account held before, as by whoever takes a permission group away;
 * `not_found` alike for an absent and for a foreign one.
 */
export async function lockInvitation(tx: Tx, { accountId, invitationId }: InvitationRef): Promise<Invitation> {
  await tx.accounts.hold(accountId)
  const invitation = await tx.invitations.lock(invitationId)
  if (invitation?.accountId === accountId) return invitation
  throw invitationNotFound({ accountId, invitationId })
}

/** What is not there is told before anything about the account is. */
export async function requireInvitation({ views }: Pick<Ports, 'views'>, ref: InvitationRef): Promise<void> {
  if ((await views.invitation(ref.accountId, ref.invitationId)) === undefined) throw invitationNotFound(ref)
}

export function invitationNotFound({ accountId, invitationId }: InvitationRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no invitation "${invitationId}"`)
}

/** An expired one is sent again only where its address was not invited anew meanwhile. */
async function requireNoOther(tx: Tx, { accountId, email, id, ...invitation }: Invitation): Promise<void> {
  if (isOpen(invitation)) return
  const open = await tx.invitations.lockOpen(accountId, email)
  if (open === undefined || open.id === id) return
  throw new AppError('conflict', `this address was invited anew meanwhile (invitation ${open.id}); send that one again`)
}

export function stands(state: string, mend: string): AppError {
  const message = `the invitation is ${state.replaceAll('_', ' ')}; ${mend}`
  return new AppError('conflict', message, { rule: 'invitation_state' })
}
