import { z } from 'zod'
import { claimDoubts, invitationStates } from '../../../domain/invitation.ts'
import { mailStates } from '../../../domain/mail.ts'
import { id, instant, text } from './common.ts'
import { mailGoesTo } from './mail.ts'

const claimAnswer = z.strictObject({
  ...{ account: id, connection: id, issuer: text, subject: text, claimedEmail: text.nullable() },
  ...{ provenEmail: text.nullable(), displayName: text.nullable(), doubts: z.array(z.enum(claimDoubts)), at: instant },
})
export const invitationAnswer = z.strictObject({
  ...{ id, email: text, roles: z.array(text), issuer: text.nullable(), state: z.enum(invitationStates) },
  ...{ member: id.nullable(), invitedBy: text, createdAt: instant, sentAt: instant, expiresAt: instant },
  ...{ endedAt: instant.nullable(), claim: claimAnswer.nullable(), mailGoesTo },
})
export const sentInvitationAnswer = invitationAnswer.extend({
  mail: z.strictObject({ id, state: z.enum(mailStates), error: text.nullable() }).nullable(),
})

export const exampleInvitation = {
  id: '01a20d9b-9a0e-…',
  email: 'jane@corp.example',
  roles: ['developer'],
  issuer: null,
  state: 'pending' as const,
  member: null,
  invitedBy: 'operator',
  createdAt: '2026-11-24T12:50:27.690Z',
  sentAt: '2026-11-24T12:50:27.690Z',
  expiresAt: '2026-12-01T12:50:27.690Z',
  endedAt: null,
  claim: null,
  mailGoesTo: 'server' as const,
}
export const exampleSent = {
  ...exampleInvitation,
  mail: { id: '01a20d9b-9a10-…', state: 'sent' as const, error: null },
}
export const exampleWaiting = {
  ...exampleSent,
  state: 'awaiting_confirmation' as const,
  claim: {
    account: '01a20d9b-7788-…',
    connection: '01a20d9b-7790-…',
    issuer: 'https://login.corp.example',
    subject: '00u1a2b3c4',
    claimedEmail: 'jane@corp.example',
    provenEmail: 'jane@corp.example',
    displayName: 'Jane Doe',
    doubts: ['issuer_not_named' as const],
    at: '2026-11-24T13:02:11.005Z',
  },
}
