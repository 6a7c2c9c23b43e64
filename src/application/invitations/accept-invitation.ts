import { AppError } from '../../domain/errors.ts'
import {
  doubtsOf,
  sameIdentity,
  stateOf,
  type AcceptingIdentity,
  type ClaimDoubt,
  type Invitation,
} from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { auditRefusal } from '../directory-users/audit-refusal.ts'
import { requireWorkPerson } from '../directory-users/require-work-person.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { deadLink, readLink, requireLink } from './invitation-link.ts'
import {
  requireGoing,
  requireInviting,
  requireNoDirectory,
  requireRoles,
  requireStillInviting,
  type Inviting,
} from './inviting.ts'
import { joinAccount, requireNobodySuspended } from './join-account.ts'
import { stands } from './manage-invitations.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'workEmail' | 'newId' | 'secrets' | 'invitationRules'>
export type AcceptInvitation = { token: string; identity: AcceptingIdentity }
/** In at once, as a member of the account, or waiting for whoever invited, for these reasons. */
export type Acceptance =
  | { readonly kind: 'joined'; readonly accountId: string; readonly memberId: string }
  | { readonly kind: 'waits'; readonly accountId: string; readonly doubts: readonly ClaimDoubt[] }

/**
 * Somebody who has signed in takes up an invitation. The link says which invitation, the sign-in says who: the identity is
 * bound by its connection, issuer and `sub`. Asked again by the same identity it answers the same and changes nothing.
 */
export async function acceptInvitation(ports: Needs, op: Operation, command: AcceptInvitation): Promise<Acceptance> {
  authorize(op, { verb: 'sign-in' })
  const { id, secret } = readLink(command.token)
  const seen = requireLink(ports, secret, await ports.views.invitationById(id))
  const set = await setting(ports, op, seen)
  const about = () => ({ accountId: seen.accountId, target: seen.id, memberId: seen.memberId })
  return auditRefusal(ports, op, about, async () => {
    await requireWorkIdentity(ports, set.provenDomains, command.identity)
    return ports.unitOfWork(async (tx) => {
      await tx.accounts.hold(seen.accountId) // before the invitation, as everybody does who changes it
      const invitation = requireLink(ports, secret, await tx.invitations.lock(id))
      requireAsSeen(seen, invitation)
      const lettingIn = set.lettingIn && (await stillLettingIn(ports, op, tx, set.lettingIn, invitation))
      return settle(ports, op, tx, { ...set, lettingIn, invitation, identity: command.identity })
    })
  })
}

/** `lettingIn` is null where whoever invited may not hand out these roles any more: then somebody else has to confirm. */
type Setting = { readonly lettingIn: Inviting | null; readonly provenDomains: ReadonlySet<string> }

/** The account as it is now, and whether whoever invited may still hand out these roles: judged anew, as he may have gone. */
async function setting(ports: Needs, op: Operation, invitation: Invitation): Promise<Setting> {
  const { accountId, inviter, roles } = invitation
  const asOperator = await requireInviting(ports, { ...op, actor: { kind: 'operator' } }, accountId)
  requireGoing(asOperator.permitted.account)
  await requireNoDirectory(ports, accountId)
  const provenDomains = await ports.views.provenDomains(accountId, 'verified')
  if (inviter === null) return { lettingIn: asOperator, provenDomains }
  const lettingIn = await unlessRefused(async () => {
    const asInviter = await requireInviting(ports, { ...op, actor: inviter }, accountId)
    requireRoles(asInviter, roles)
    return asInviter
  })
  return { lettingIn, provenDomains }
}

/** Whoever answers for the invitation, and for what, is who was judged. */
function requireAsSeen(seen: Invitation, { roles, invitedBy }: Invitation): void {
  if (seen.roles.join() === roles.join() && seen.invitedBy === invitedBy) return
  throw new AppError('conflict', 'the invitation was changed just now; open its link again', {
    rule: 'invitation_state',
  })
}

/** Judged again in the transaction that gives the roles, by what stays so until it ends. */
function stillLettingIn(
  ports: Needs,
  op: Operation,
  tx: Tx,
  inviting: Inviting,
  { inviter, roles }: Invitation,
): Promise<Inviting | null> {
  return unlessRefused(async () => {
    const asBefore = { ...op, actor: inviter ?? ({ kind: 'operator' } as const) }
    const still = await requireStillInviting(ports, asBefore, tx, { inviting, roles })
    requireRoles(still, roles)
    return still
  })
}

async function unlessRefused(judge: () => Promise<Inviting>): Promise<Inviting | null> {
  try {
    return await judge()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

type Taking = Setting & { readonly invitation: Invitation; readonly identity: AcceptingIdentity }

async function settle(ports: Needs, op: Operation, tx: Tx, taking: Taking): Promise<Acceptance> {
  const { invitation, identity, lettingIn, provenDomains } = taking
  const { accountId } = invitation
  const now = ports.clock.now()
  const state = stateOf(invitation, now)
  if (invitation.claim !== null && !sameIdentity(invitation.claim, identity)) {
    throw stands(state, 'somebody else has taken it up')
  }
  if (state === 'accepted' && invitation.memberId !== null)
    return { kind: 'joined', accountId, memberId: invitation.memberId }
  if (state === 'awaiting_confirmation') return { kind: 'waits', accountId, doubts: invitation.claim?.doubts ?? [] }
  if (state !== 'pending') throw deadLink()

  const home = await homeOf(tx, identity)
  await requireNobodySuspended(tx, identity, [accountId, home])
  const doubts = [...doubtsOf(invitation, identity, home), ...(lettingIn === null ? ['inviter_may_not' as const] : [])]
  if (lettingIn === null || doubts.length > 0) return wait(ports, op, tx, taking, { doubts, home, now })
  const member = await joinAccount(ports, op, tx, { invitation, identity, lettingIn, provenDomains })
  const line = { action: 'invitation.accepted', accountId, target: invitation.id, memberId: member.id } as const
  const detail = { connection: identity.connectionId, issuer: identity.issuer, roles: invitation.roles }
  await tx.audit.record(op, { ...line, detail }, now)
  return { kind: 'joined', accountId, memberId: member.id }
}

type Waiting = { readonly doubts: readonly ClaimDoubt[]; readonly home: string; readonly now: number }

/** The link is spent; the invitation gets another life in which to be confirmed. */
async function wait(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { invitation, identity }: Taking,
  { doubts, home, now }: Waiting,
): Promise<Acceptance> {
  const { accountId, id: target } = invitation
  const claim = { ...identity, accountId: home, claimedAt: now, doubts }
  const expiresAt = now + ports.invitationRules.lifeMs
  await tx.invitations.update({ ...invitation, state: 'awaiting_confirmation', claim, expiresAt })
  const detail = { connection: identity.connectionId, issuer: identity.issuer, doubts }
  await tx.audit.record(op, { action: 'invitation.waits', accountId, target, detail }, now)
  return { kind: 'waits', accountId, doubts }
}

/** The account of the connection that he signed in by. */
async function homeOf(tx: Tx, { connectionId }: AcceptingIdentity): Promise<string> {
  const connection = await tx.connections.find(connectionId)
  if (connection !== undefined) return connection.accountId
  throw new AppError('forbidden', 'this sign-in is not there any more; sign in again', { rule: 'not_available' })
}

/** Every address that the sign-in brings, proven or not, passes the rule: nobody comes in by a personal account. */
async function requireWorkIdentity(
  { workEmail }: Pick<Ports, 'workEmail'>,
  proven: ReadonlySet<string>,
  identity: AcceptingIdentity,
): Promise<void> {
  const emails = [identity.claimedEmail, identity.provenEmail]
    .filter((email) => email !== null)
    .map((value) => ({ value, type: 'work' }))
  const policy = { emailPolicy: 'standard', provenDomains: () => Promise.resolve(proven) } as const
  await requireWorkPerson(workEmail, { userName: '', emails }, policy)
}
