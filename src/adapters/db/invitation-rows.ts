import { addressKey, type Invitation, type InvitationClaim, type InvitationState } from '../../domain/invitation.ts'

export type InvitationTableRow = {
  id: string
  account_id: string
  email: string
  email_key: string
  roles: string
  issuer: string | null
  member_id: string | null
  state: string
  secret_hash: string
  claim: string | null
  invited_by: string
  inviter: string | null
  created_at: number
  sent_at: number
  expires_at: number
  ended_at: number | null
}

export function fromInvitationRow(row: InvitationTableRow): Invitation {
  return {
    id: row.id,
    accountId: row.account_id,
    email: row.email,
    roles: JSON.parse(row.roles) as string[],
    issuer: row.issuer,
    memberId: row.member_id,
    state: row.state as InvitationState,
    secretHash: row.secret_hash,
    claim: row.claim === null ? null : (JSON.parse(row.claim) as InvitationClaim),
    invitedBy: row.invited_by,
    inviter: row.inviter === null ? null : inviterOf(row.inviter),
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
  }
}

/** Those of before there were access keys do not say that they are members. */
function inviterOf(stored: string): Invitation['inviter'] {
  return { kind: 'member', ...(JSON.parse(stored) as object) } as Invitation['inviter']
}

export function toInvitationRow(invitation: Invitation): InvitationTableRow {
  const { claim, inviter } = invitation
  return {
    id: invitation.id,
    account_id: invitation.accountId,
    email: invitation.email,
    email_key: addressKey(invitation.email),
    roles: JSON.stringify(invitation.roles),
    issuer: invitation.issuer,
    member_id: invitation.memberId,
    state: invitation.state,
    secret_hash: invitation.secretHash,
    claim: claim && JSON.stringify(claim),
    invited_by: invitation.invitedBy,
    inviter: inviter && JSON.stringify(inviter),
    created_at: invitation.createdAt,
    sent_at: invitation.sentAt,
    expires_at: invitation.expiresAt,
    ended_at: invitation.endedAt,
  }
}
