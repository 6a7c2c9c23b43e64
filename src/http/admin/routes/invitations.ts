import type { InvitationRow } from '../../../application/invitations/invitation-store.ts'
import { stateOf, type Invitation, type InvitationClaim } from '../../../domain/invitation.ts'
import { pageOf } from '../answers/common.ts'
import {
  exampleInvitation,
  exampleSent,
  exampleWaiting,
  invitationAnswer,
  sentInvitationAnswer,
} from '../answers/invitations.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { invitationsQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { confirmationBody, invitationBody, invitationChange } from '../schemas.ts'

const tag = 'Invitations'
const manage = { tag, who: 'manage-members' } as const
const invitations = '/accounts/:account/invitations'
const invitation = `${invitations}/:invitation`
const refOf = (params: { account: string; invitation: string }) => ({
  accountId: params.account,
  invitationId: params.invitation,
})

/** See docs/guides/invitations.md. */
export function invitationRoutes(deps: AdminDeps): AdminRoute[] {
  return [...listRoutes(deps), ...knownRoutes(deps), changing(deps)]
}

function listRoutes(deps: AdminDeps): AdminRoute[] {
  const { app, publicUrl } = deps
  return [
    route({
      ...{ operation: 'createInvitation', ...manage, method: 'post', path: invitations, status: 201 },
      about:
        'Invites somebody into the account. The address gets a [mail](../operations/mail.md) with a link that works once; the link is told to nobody else. Where `mailGoesTo` is `files`, [no mail server is set](../operations/mail.md#without-one): the mail lies in a file, and nobody gets it. `roles` is one role, or several where the catalog lets a member hold them. `issuer` is who proves the person, where you know that: then nobody has to confirm. See [invitations](../guides/invitations.md).',
      ...{ body: invitationBody, send: { email: 'jane@corp.example', roles: ['developer'] } },
      ...{ answer: invitationAnswer, example: exampleInvitation },
      errors: ['conflict', 'policy_violation', 'rate_limited'],
      async handle({ op, params, body }) {
        const made = await app.invite(op, { accountId: params.account, ...body, publicUrl })
        return presentInvitation(made, deps)
      },
    }),
    route({
      ...{ operation: 'listInvitations', ...manage, method: 'get', path: invitations },
      about:
        'A page of the invitations of an account, the newest first. `state` is `pending`, `awaiting_confirmation`, `accepted`, `expired` or `revoked`. `mail` is what became of the last mail: null after 30 days.',
      ...{ query: invitationsQuery, answer: pageOf(sentInvitationAnswer) },
      example: { items: [exampleSent], next: null },
      async handle({ op, params, query }) {
        const page = await app.listInvitations(op, { accountId: params.account, ...query, after: query.after })
        return { items: page.items.map((each) => presentSent(each, deps)), next: page.next }
      },
    }),
  ]
}

function knownRoutes(deps: AdminDeps): AdminRoute[] {
  const { app, publicUrl } = deps
  return [
    route({
      ...{ operation: 'getInvitation', ...manage, method: 'get', path: invitation },
      about:
        'One invitation. `claim` is who has taken it up, and `doubts` why that waits: see [confirming](../guides/invitations.md#confirming).',
      ...{ answer: sentInvitationAnswer, example: exampleWaiting },
      handle: async ({ op, params }) => presentSent(await app.showInvitation(op, refOf(params)), deps),
    }),
    route({
      ...{ operation: 'resendInvitation', ...manage, method: 'post', path: `${invitation}/resend` },
      about: 'Mails a new link, which lives as long as a first one. Every link before it is dead.',
      ...{ answer: invitationAnswer, example: exampleInvitation },
      errors: ['conflict', 'policy_violation', 'rate_limited'],
      async handle({ op, params }) {
        return presentInvitation(await app.resendInvitation(op, { ...refOf(params), publicUrl }), deps)
      },
    }),
    route({
      ...{ operation: 'confirmInvitation', ...manage, byPeople: true, method: 'post', path: `${invitation}/confirm` },
      about:
        'Says that whoever has taken up the invitation is the person who was meant. `issuer` and `subject` are those of the `claim` that you have looked at.',
      ...{ body: confirmationBody, send: { issuer: 'https://login.corp.example', subject: '00u1a2b3c4' } },
      ...{ answer: invitationAnswer, example: { ...exampleInvitation, state: 'accepted', member: '01a20d9b-9b01-…' } },
      errors: ['conflict', 'precondition_failed', 'policy_violation'],
      async handle({ op, params, body }) {
        return presentInvitation(await app.confirmInvitation(op, { ...refOf(params), ...body }), deps)
      },
    }),
    route({
      ...{ operation: 'revokeInvitation', ...manage, method: 'delete', conditional: 'invitation', path: invitation },
      about: 'Takes an invitation back. Its link is dead, and whoever waits for confirmation is declined.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.revokeInvitation(op, refOf(params)),
    }),
  ]
}

function changing(deps: AdminDeps): AdminRoute {
  return route({
    ...{ operation: 'changeInvitation', ...manage, method: 'patch', conditional: 'invitation', path: invitation },
    about:
      'Gives an invited person other roles before he is in. The link stays as it is, and its page names the new roles; the mail that went out names the former ones. Whoever changes the roles answers for them as whoever invited: `invitedBy` names him from then on.',
    ...{ body: invitationChange, send: { roles: ['support'] } },
    ...{ answer: invitationAnswer, example: { ...exampleInvitation, roles: ['support'] } },
    errors: ['conflict', 'policy_violation'],
    async handle({ op, params, body }) {
      return presentInvitation(await deps.app.changeInvitation(op, { ...refOf(params), ...body }), deps)
    },
  })
}

type Told = Pick<AdminDeps, 'clock' | 'mailGoesTo'>

function presentInvitation(from: Invitation, { clock, mailGoesTo }: Told) {
  const { id, email, roles, issuer, memberId: member, invitedBy, claim } = from
  return {
    ...{
      id,
      email,
      roles,
      issuer,
      state: stateOf(from, clock.now()),
      member,
      invitedBy,
      createdAt: iso(from.createdAt),
    },
    ...{ sentAt: iso(from.sentAt), expiresAt: iso(from.expiresAt) },
    endedAt: isoOrNull(from.endedAt),
    ...{ claim: claim && presentClaim(claim), mailGoesTo },
  }
}

function presentSent(from: InvitationRow, told: Told) {
  return { ...presentInvitation(from, told), mail: from.mail }
}

function presentClaim(claim: InvitationClaim) {
  const {
    accountId: account,
    connectionId: connection,
    issuer,
    subject,
    claimedEmail,
    provenEmail,
    displayName,
  } = claim
  const { doubts, claimedAt } = claim
  return {
    account,
    connection,
    issuer,
    subject,
    claimedEmail,
    provenEmail,
    displayName,
    doubts,
    at: iso(claimedAt),
  }
}
