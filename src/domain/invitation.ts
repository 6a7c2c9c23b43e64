import type { KeyActor, MemberActor } from './actor.ts'

/** Somebody who has signed in, as the sign-in knows him. */
export type AcceptingIdentity = {
  readonly connectionId: string
  readonly issuer: string
  readonly subject: string
  /** Entra's object id; null elsewhere. */
  readonly objectId: string | null
  /** What the IdP calls his address: shown to people, believed by nobody. */
  readonly claimedEmail: string | null
  /** The same address, where its domain is verified for that connection; else null. */
  readonly provenEmail: string | null
  readonly displayName: string | null
}

/** Why somebody who would accept waits for a person's word. */
export const claimDoubts = [
  'address_not_proven', // no verified domain of his connection says that the address is his
  'other_address', // it does, and it is another address than the invited one
  'issuer_not_named', // he comes from another account's connection, and the invitation named no issuer
  'other_issuer', // the invitation named another one
  'inviter_may_not', // whoever invited him may not hand out these roles any more
] as const
export type ClaimDoubt = (typeof claimDoubts)[number]

/** Who would accept, and why that waits. */
export type InvitationClaim = AcceptingIdentity & {
  readonly accountId: string
  readonly claimedAt: number
  readonly doubts: readonly ClaimDoubt[]
}

export const invitationStates = ['pending', 'awaiting_confirmation', 'accepted', 'expired', 'revoked'] as const
export type InvitationState = (typeof invitationStates)[number]

/** An invitation into an account: by mail, with the roles that its acceptance gives. */
export type Invitation = {
  readonly id: string
  readonly accountId: string
  /** The address as it was judged: its domain in A-label form. */
  readonly email: string
  readonly roles: readonly string[]
  /** Who proves the invited person, where the inviter knows and has said so. */
  readonly issuer: string | null
  /** The member whom it lets in; null before acceptance, unless it is for one who is here and has no sign-in yet. */
  readonly memberId: string | null
  /** As stored: that time has run out is told by `stateOf`. */
  readonly state: InvitationState
  /** SHA-256 of the secret in the link that was sent last. */
  readonly secretHash: string
  readonly claim: InvitationClaim | null
  /** Who invited, as the audit log names him, and where that is a member or an access key: which one. */
  readonly invitedBy: string
  readonly inviter: MemberActor | KeyActor | null
  readonly createdAt: number
  readonly sentAt: number
  readonly expiresAt: number
  /** When it was accepted for good, or revoked. */
  readonly endedAt: number | null
}

/** Where an invitation stands now. */
export function stateOf({ state, expiresAt }: Pick<Invitation, 'state' | 'expiresAt'>, now: number): InvitationState {
  return isOpen({ state }) && expiresAt <= now ? 'expired' : state
}

/** Whether anything can still come of it, but for the time. */
export function isOpen({ state }: Pick<Invitation, 'state'>): boolean {
  return state === 'pending' || state === 'awaiting_confirmation'
}

/**
 * Whether an identity may enter at once, or has to wait for a person; empty is at once. The address counts where a verified
 * domain proves it, never because an IdP says so; an issuer from elsewhere counts where the inviter has named it.
 */
export function doubtsOf(
  invitation: Pick<Invitation, 'accountId' | 'email' | 'issuer'>,
  identity: Pick<AcceptingIdentity, 'issuer' | 'provenEmail'>,
  connectionAccountId: string,
): ClaimDoubt[] {
  const doubts: ClaimDoubt[] = []
  if (identity.provenEmail === null) doubts.push('address_not_proven')
  else if (addressKey(identity.provenEmail) !== addressKey(invitation.email)) doubts.push('other_address')
  if (invitation.issuer === null) {
    if (connectionAccountId !== invitation.accountId) doubts.push('issuer_not_named')
  } else if (invitation.issuer !== identity.issuer) doubts.push('other_issuer')
  return doubts
}

/** Whether two tell of the same identity: the connection and its `sub`, proven by the same issuer. */
export function sameIdentity(
  a: Pick<AcceptingIdentity, 'connectionId' | 'issuer' | 'subject'>,
  b: Pick<AcceptingIdentity, 'connectionId' | 'issuer' | 'subject'>,
): boolean {
  return a.connectionId === b.connectionId && a.issuer === b.issuer && a.subject === b.subject
}

/** Addresses compare without letter case, as mailboxes do everywhere that matters. */
export function addressKey(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/** Where the link in the mail leads: a page that shows the invitation; looking at it spends nothing. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/auth/invitations/${token}`
}

/** How long a link lives, and how many mails of an account, and of somebody who invites, may go out in a day; 0: no limit. */
export type InvitationRules = { readonly lifeMs: number; readonly perDay: number }
