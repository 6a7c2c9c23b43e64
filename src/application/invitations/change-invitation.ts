import { actorName } from '../../domain/actor.ts'
import { stateOf, type Invitation } from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { requireGoing, requireInviting, requireRoles, requireStillInviting } from './inviting.ts'
import { inviterOf } from './invite.ts'
import { lockInvitation, requireInvitation, stands, type InvitationRef } from './manage-invitations.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type ChangeInvitation = InvitationRef & { readonly roles: readonly string[] }

/**
 * Gives an invited person other roles before he is in (seed plivo L193). Whoever changes them answers for them from then on,
 * as if he had invited: his standing is judged when the invitation is taken up. The link stays as it is.
 */
export async function changeInvitation(ports: Needs, op: Operation, command: ChangeInvitation): Promise<Invitation> {
  const inviting = await requireInviting(ports, op, command.accountId)
  requireGoing(inviting.permitted.account)
  await requireInvitation(ports, command)
  const roles = requireRoles(inviting, command.roles)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    requireRoles(await requireStillInviting(ports, op, tx, { inviting, roles }), roles)
    const invitation = await lockInvitation(tx, command)
    requireOpen(invitation, now)
    if (roles.toSorted().join() === invitation.roles.toSorted().join()) return invitation
    const changed: Invitation = { ...invitation, roles, invitedBy: actorName(op.actor), inviter: inviterOf(op) }
    await tx.invitations.update(changed)
    const { accountId, id: target, memberId, invitedBy } = invitation
    const line = { action: 'invitation.changed', accountId, target, memberId } as const
    const before = { roles: invitation.roles, invitedBy }
    await tx.audit.record(op, { ...line, before, after: { roles, invitedBy: changed.invitedBy } }, now)
    return changed
  })
}

function requireOpen(invitation: Invitation, now: number): void {
  const state = stateOf(invitation, now)
  if (state === 'pending' || state === 'awaiting_confirmation') return
  if (state === 'accepted') throw stands(state, 'change the roles of the member instead')
  throw stands(state, state === 'expired' ? 'send it again, and change it then' : 'invite anew')
}
