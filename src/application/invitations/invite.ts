import { actorName } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { stateOf, type Invitation } from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { requireWorkPerson } from '../directory-users/require-work-person.ts'
import { ownPolicy } from '../members/new-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { newLink } from './invitation-link.ts'
import {
  requireGoing,
  requireInviting,
  requireNoDirectory,
  requireRoles,
  requireStillInviting,
  type Inviting,
} from './inviting.ts'
import { requireMayBind } from './require-may-bind.ts'
import { mailInvitation } from './mail-invitation.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'workEmail' | 'newId' | 'secrets' | 'vault' | 'invitationRules'>
export type Invite = {
  accountId: string
  email: string
  roles: readonly string[]
  /** Who proves the person, where the inviter knows: such a person need not be confirmed. */
  issuer?: string | undefined
  /** Where people reach this service: the link is made of it. */
  publicUrl: string
}

/** Invites somebody by mail. The link is mailed and told to nobody else; what it gives is settled here. */
export async function invite(ports: Needs, op: Operation, command: Invite): Promise<Invitation> {
  const inviting = await requireInviting(ports, op, command.accountId)
  const { account } = inviting.permitted
  requireGoing(account)
  const roles = requireRoles(inviting, command.roles)
  const email = await requireWorkAddress(ports, account.id, command.email)
  await requireNoDirectory(ports, account.id)
  const id = ports.newId()
  const { token, secretHash } = newLink(ports, id)
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    requireRoles(await requireStillInviting(ports, op, tx, { inviting, roles }), roles)
    await tx.accounts.hold(account.id)
    await requireNotInvited(tx, account.id, email, now)
    const invitation: Invitation = {
      ...{ id, accountId: account.id, email, roles, issuer: command.issuer ?? null, secretHash, claim: null },
      memberId: await knownMember(tx, inviting, email, now),
      ...{ state: 'pending', invitedBy: actorName(op.actor), inviter: inviterOf(op) },
      ...{ createdAt: now, sentAt: now, expiresAt: now + ports.invitationRules.lifeMs, endedAt: null },
    }
    await tx.invitations.insert(invitation)
    const { publicUrl } = command
    await mailInvitation(ports, op, tx, { invitation, token, account, catalog: inviting.catalog, publicUrl })
    const { expiresAt, issuer } = invitation
    const line = {
      action: 'invitation.created',
      accountId: account.id,
      target: id,
      memberId: invitation.memberId,
    } as const
    await tx.audit.record(op, { ...line, before: null, after: { email, roles, issuer, expiresAt } }, now)
    return invitation
  })
}

async function requireWorkAddress(
  { workEmail, views }: Pick<Ports, 'workEmail' | 'views'>,
  accountId: string,
  given: string,
): Promise<string> {
  const provenDomains = () => views.provenDomains(accountId, 'verified')
  const email = given.trim()
  const person = { userName: '', emails: [{ value: email, type: 'work', primary: true }] }
  const address = await requireWorkPerson(workEmail, person, ownPolicy(provenDomains))
  if (address !== null) return address
  throw new AppError('invalid_input', 'email: must be one address like name@company.example')
}

/** Who answers for an invitation when it is taken up; null: the operator. */
export function inviterOf({ actor }: Operation): Invitation['inviter'] {
  return actor.kind === 'member' || actor.kind === 'key' ? actor : null
}

/** One open invitation for each address: an expired one makes room. */
async function requireNotInvited(tx: Tx, accountId: string, email: string, now: number): Promise<void> {
  const open = await tx.invitations.lockOpen(accountId, email)
  if (open === undefined) return
  if (stateOf(open, now) !== 'expired') {
    const mend = 'send it again, or revoke it first'
    const message = `this address is invited already (invitation ${open.id}); ${mend}`
    throw new AppError('conflict', message, { rule: 'invited_already', problems: [{ path: 'email', message }] })
  }
  await tx.invitations.update({ ...open, state: 'expired', endedAt: open.expiresAt })
}

/** A member of that name who has no sign-in yet, from an import for example, gets one by the invitation; another is refused. */
async function knownMember(tx: Tx, inviting: Inviting, email: string, now: number): Promise<string | null> {
  const [member] = await tx.members.named(inviting.permitted.account.id, email)
  if (member === undefined) return null
  await requireMayBind(tx, inviting, member, now)
  return member.id
}
