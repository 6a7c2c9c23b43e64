import { findRole } from '../../domain/catalog.ts'
import { stateOf, type Invitation, type InvitationState } from '../../domain/invitation.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Slice } from '../views.ts'
import { openLink } from './invitation-link.ts'
import type { InvitationQuery, InvitationRow } from './invitation-store.ts'
import { requireInviting } from './inviting.ts'
import { invitationNotFound, type InvitationRef } from './manage-invitations.ts'

/** A page of an account's invitations, the newest first. */
export async function listInvitations(
  ports: AccessNeeds,
  op: Operation,
  query: Omit<InvitationQuery, 'now'>,
): Promise<Slice<InvitationRow>> {
  await requireInviting(ports, op, query.accountId)
  return ports.views.invitations({ ...query, now: ports.clock.now() })
}

export async function showInvitation(ports: AccessNeeds, op: Operation, ref: InvitationRef): Promise<InvitationRow> {
  await requireInviting(ports, op, ref.accountId)
  const invitation = await ports.views.invitation(ref.accountId, ref.invitationId)
  if (invitation === undefined) throw invitationNotFound(ref)
  return invitation
}

/** What the page behind a link shows of its invitation. */
export type SeenInvitation = {
  readonly accountId: string
  readonly accountName: string
  readonly email: string
  /** Who invites, by name, or the account’s where he is not there any more or was a program; null for the operator. */
  readonly inviter: string | null
  readonly roles: readonly string[]
  readonly state: InvitationState
  readonly expiresAt: number
}

/** Looks at the invitation behind a link; nothing is spent, so that a mail scanner that follows links does no harm. */
export async function openInvitation(
  ports: AccessNeeds & Pick<Ports, 'secrets'>,
  op: Operation,
  { token }: { token: string },
): Promise<SeenInvitation> {
  authorize(op, { verb: 'sign-in' })
  const invitation = await openLink(ports, token)
  const { accountId, email, roles, expiresAt } = invitation
  const { name, catalog: catalogId } = await requireAccount(ports, accountId)
  const catalog = ports.catalogs.get(catalogId)
  const labels = roles.map((role) => (catalog && findRole(catalog, role)?.label) ?? role)
  return {
    accountId,
    accountName: name,
    email,
    inviter: invitation.inviter && ((await nameOf(ports, invitation.inviter)) ?? name),
    roles: labels,
    state: stateOf(invitation, ports.clock.now()),
    expiresAt,
  }
}

type Inviter = NonNullable<Invitation['inviter']>

async function nameOf({ views }: AccessNeeds, { accountId, memberId }: Inviter): Promise<string | null> {
  const member = memberId === null ? undefined : await views.member(accountId, memberId)
  return member === undefined || member.status === 'removed' ? null : (member.displayName ?? member.userName)
}
