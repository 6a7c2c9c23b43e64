import { AppError } from '../../domain/errors.ts'
import type { AcceptingIdentity, Invitation } from '../../domain/invitation.ts'
import type { Member } from '../../domain/member.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMayChange } from '../access/require-may-change.ts'
import { giveRoles } from '../members/give-roles.ts'
import { lockPresentMember } from '../members/lock-member.ts'
import { newMember } from '../members/new-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { barredAtHome, type Identity } from '../sign-in/home-standing.ts'
import type { Inviting } from './inviting.ts'
import { requireMayBind } from './require-may-bind.ts'

type Needs = Pick<Ports, 'catalogs' | 'workEmail' | 'clock' | 'newId'>
type Joining = {
  readonly invitation: Invitation
  readonly identity: AcceptingIdentity
  /** Whoever lets in: he has to be one who may change whom he lets in. */
  readonly lettingIn: Inviting
  /** Of the account that is joined. */
  readonly provenDomains: ReadonlySet<string>
}

/** Lets the identity in: as a new member, or as the one whom it enters already; its roles are given by hand. */
export async function joinAccount(ports: Needs, op: Operation, tx: Tx, joining: Joining): Promise<Member> {
  const { invitation, identity } = joining
  const now = ports.clock.now()
  await tx.accounts.hold(invitation.accountId)
  const member = (await knownMember(tx, joining, now)) ?? (await addMember(ports, op, tx, joining))
  await linkIdentity(ports, tx, member, identity)
  const { roles, invitedBy: by } = invitation
  const { permitted, catalog } = joining.lettingIn
  await keepManaged(ports, op, tx, { permitted, member }, () =>
    giveRoles(ports, op, tx, { member, roles, by, source: 'invitation', catalog }),
  )
  await tx.propagations.mark(member, false, op, now)
  await tx.invitations.update({
    ...{ ...invitation, state: 'accepted', memberId: member.id, endedAt: now },
    claim: invitation.claim ?? { ...identity, accountId: member.accountId, claimedAt: now, doubts: [] },
  })
  return member
}

/** Refuses whoever is suspended: where he goes, where he comes from, or by the operator anywhere. */
export async function requireNobodySuspended(tx: Tx, identity: Identity, accountIds: readonly string[]): Promise<void> {
  const barred = await barredAtHome(tx, identity)
  if (barred !== null) throw gone(barred)
  for (const link of await tx.identityLinks.ofIdentity(identity.connectionId, identity.subject)) {
    const member = await tx.members.lock(link.memberId)
    if (member?.status !== 'suspended') continue
    if (!accountIds.includes(link.accountId) && !member.suspendedBy.includes('operator')) continue
    throw new AppError('forbidden', 'you are suspended; ask an administrator to lift that', { rule: 'suspended' })
  }
}

function gone(refusal: SignInRefusal): AppError {
  const mend = 'sign in again by your company’s sign-in, or ask its administrator'
  return new AppError('forbidden', `this sign-in lets nobody in any more (${refusal}); ${mend}`, { rule: refusal })
}

async function knownMember(
  tx: Tx,
  { invitation, identity, lettingIn }: Joining,
  now: number,
): Promise<Member | undefined> {
  const { accountId, memberId, email } = invitation
  const links = await tx.identityLinks.ofIdentity(identity.connectionId, identity.subject)
  const here = links.find((link) => link.accountId === accountId && link.issuer === identity.issuer)
  const linked = here && (await tx.members.lock(here.memberId))
  const linkLives = linked !== undefined && linked.status !== 'removed' && linked.incarnation === here?.incarnation
  if (linkLives) {
    await requireMayChange(tx, { ...lettingIn, member: linked }, now)
    return linked
  }
  if (memberId !== null) {
    const member = await lockPresentMember(tx, { accountId, memberId })
    await requireMayBind(tx, lettingIn, member, now)
    return member
  }
  const [named] = await tx.members.named(accountId, email)
  if (named === undefined) return undefined
  const message = `the account has a member "${email}" by now, who is not known by this sign-in`
  throw new AppError('conflict', message, { rule: 'member_already' })
}

async function addMember(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { invitation, identity, provenDomains }: Joining,
): Promise<Member> {
  // The address is the invited one, or one that a verified domain proves: never one that was only claimed.
  const email = identity.provenEmail ?? invitation.email
  const person = { userName: email, email, displayName: identity.displayName ?? undefined }
  const member = await newMember(ports, invitation.accountId, person, () => Promise.resolve(provenDomains))
  await tx.members.insert(member)
  await tx.propagations.start(member, op, member.createdAt)
  const line = {
    action: 'member.created',
    accountId: member.accountId,
    target: member.id,
    memberId: member.id,
  } as const
  const detail = { source: 'invitation', invitation: invitation.id }
  await tx.audit.record(op, { ...line, detail }, member.createdAt)
  return member
}

async function linkIdentity(ports: Needs, tx: Tx, member: Member, identity: AcceptingIdentity): Promise<void> {
  const { connectionId, issuer, subject, objectId } = identity
  const links = await tx.identityLinks.ofIdentity(connectionId, subject)
  const here = links.find((link) => link.accountId === member.accountId)
  const { incarnation } = member
  if (here?.memberId === member.id && here.incarnation === incarnation && here.issuer === issuer) return
  const now = ports.clock.now()
  if (here !== undefined) await tx.identityLinks.end(here.id, now) // of a life that is over, or of a former issuer
  await tx.identityLinks.insert({
    ...{ id: ports.newId(), accountId: member.accountId, memberId: member.id, incarnation },
    ...{ connectionId, subject, issuer, objectId, createdAt: now, lastUsedAt: null, endedAt: null },
  })
}
