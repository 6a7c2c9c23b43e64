import { AppError } from '../../domain/errors.ts'
import { stateOf, type Invitation, type InvitationClaim } from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { requireGoing, requireInviting, requireNoDirectory, requireRoles, requireStillInviting } from './inviting.ts'
import { joinAccount, requireNobodySuspended } from './join-account.ts'
import { lockInvitation, requireInvitation, stands, type InvitationRef } from './manage-invitations.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'workEmail' | 'newId'>
/** Whom was seen: the issuer and the `sub` of whoever waits. */
export type ConfirmInvitation = InvitationRef & { issuer: string; subject: string }

/**
 * A person says that whoever has taken up an invitation is the one who was meant. Whoever confirms names what was seen, has to
 * be allowed to hand out the roles, and is somebody else than the one who waits.
 */
export async function confirmInvitation(ports: Needs, op: Operation, command: ConfirmInvitation): Promise<Invitation> {
  if (op.actor.kind === 'key') throw personNeeded()
  const inviting = await requireInviting(ports, op, command.accountId)
  requireGoing(inviting.permitted.account)
  await requireInvitation(ports, command)
  await requireNoDirectory(ports, command.accountId)
  const provenDomains = await ports.views.provenDomains(command.accountId, 'verified')
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const invitation = await lockInvitation(tx, command)
    const claim = requireClaim(invitation, command, now)
    const { roles } = invitation
    const lettingIn = await requireStillInviting(ports, op, tx, { inviting, roles })
    requireRoles(lettingIn, roles)
    await requireSomebodyElse(tx, op, claim)
    await requireNobodySuspended(tx, claim, [invitation.accountId, claim.accountId])
    const member = await joinAccount(ports, op, tx, { invitation, identity: claim, lettingIn, provenDomains })
    const line = { action: 'invitation.confirmed', accountId: invitation.accountId, target: invitation.id } as const
    const { connectionId: connection, issuer, doubts } = claim
    const detail = { connection, issuer, doubts, roles }
    await tx.audit.record(op, { ...line, memberId: member.id, detail }, now)
    return { ...invitation, state: 'accepted', memberId: member.id, endedAt: now }
  })
}

function requireClaim(invitation: Invitation, { issuer, subject }: ConfirmInvitation, now: number): InvitationClaim {
  const state = stateOf(invitation, now)
  const { claim } = invitation
  if (state !== 'awaiting_confirmation' || claim === null) throw stands(state, 'only one that waits is confirmed')
  if (claim.issuer === issuer && claim.subject === subject) return claim
  const message = 'issuer and subject are not those of whoever waits; look at the invitation again'
  throw new AppError('precondition_failed', message, { rule: 'not_whom_you_saw' })
}

async function requireSomebodyElse(tx: Tx, { actor }: Operation, claim: InvitationClaim): Promise<void> {
  if (actor.kind !== 'member') return
  const links = await tx.identityLinks.ofMember(actor.memberId)
  const own = links.some(
    ({ connectionId, subject }) => connectionId === claim.connectionId && subject === claim.subject,
  )
  if (!own) return
  throw new AppError('forbidden', 'nobody confirms himself; ask somebody else', { rule: 'own_standing' })
}

function personNeeded(): AppError {
  const message = 'a person confirms who was meant, and no program does; sign in'
  return new AppError('forbidden', message, { rule: 'person_needed' })
}
