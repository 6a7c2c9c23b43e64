import { z } from 'zod'
import { profileFields } from '../../../domain/profile.ts'
import { count, id, instant, text } from './common.ts'

export const memberAnswer = z
  .strictObject({
    ...{ id, userName: text, email: text.nullable(), displayName: text.nullable() },
    status: z.enum(['active', 'suspended', 'removed']),
    suspendedBy: z.array(text),
    switchedOff: z.array(id),
    roles: z.array(id),
    ...{ desiredRev: z.int(), appliedRev: z.int() },
  })
  .meta({ id: 'Member' })

export const standingAnswer = memberAnswer
  .pick({
    id: true,
    userName: true,
    email: true,
    displayName: true,
    status: true,
    suspendedBy: true,
    switchedOff: true,
  })
  .meta({ id: 'MemberStanding' })

export const assignmentAnswer = z
  .strictObject({
    ...{ id, member: id, role: id, validFrom: instant.nullable(), validTo: instant.nullable() },
    ...{ assignedBy: text.nullable(), createdAt: instant },
  })
  .meta({ id: 'Assignment' })

/** Beside an id what people call it; null is what nobody knows any more. `gone`: the ids of steps that are not there any more. */
const connected = { connection: id, connectionName: text.nullable() }
const gone = z.array(id).optional()
const grouped = { via: z.array(id).optional(), viaNames: z.array(text.nullable()).optional() }

/** How a role is reached: through a mapped group, by a user’s profile, or by an assignment. */
export const grantPath = z.union([
  z.strictObject({ ...connected, ...grouped, group: id, groupName: text.nullable(), mapping: id, gone }),
  z.strictObject({ ...connected, attribute: z.literal('roles'), value: text, gone }),
  z.strictObject({ assignment: id }),
])
const event = z.strictObject({
  ...{ id, action: text, actor: text, operation: text, detail: z.record(text, z.unknown()), at: instant },
})

export const memberDetailAnswer = memberAnswer
  .extend({
    profile: z.partialRecord(z.enum(profileFields), text),
    ...{ incarnation: z.int(), lagging: z.boolean(), customised: z.boolean() },
    propagation: z.strictObject({
      ...{ status: z.enum(['open', 'held', 'blocked']), attempts: count, nextAttemptAt: instant.nullable() },
      ...{ errorClass: text.nullable(), error: text.nullable() },
    }),
    ...{ createdAt: instant, updatedAt: instant },
    grants: z.array(z.strictObject({ role: id, source: text, paths: z.array(grantPath) })),
    losses: z.array(z.strictObject({ role: id, source: text, path: grantPath, reason: text })),
    events: z.array(event),
  })
  .meta({ id: 'MemberDetail' })

export const propagationAnswer = z
  .strictObject({
    ...{ pending: count, running: count, held: count, blocked: count, oldestPendingMs: count },
  })
  .meta({ id: 'Propagation' })

export const exampleMember = {
  id: '01a20d9b-8cfd-…',
  userName: 'jane@acme.example',
  email: 'jane@acme.example',
  displayName: 'Jane Doe',
  status: 'active' as const,
  suspendedBy: [],
  switchedOff: [],
  roles: ['developer'],
  desiredRev: 2,
  appliedRev: 2,
}
export const exampleStanding = {
  ...{ id: '01a20d9b-8cfd-…', userName: 'jane@acme.example', email: 'jane@acme.example', displayName: 'Jane Doe' },
  ...{ status: 'active' as const, suspendedBy: [], switchedOff: [] },
}
export const exampleAssignment = {
  ...{ id: '01a20d9c-11aa-…', member: '01a20d9b-8cfd-…', role: 'support' },
  ...{ validFrom: null, validTo: '2027-01-01T00:00:00.000Z', assignedBy: 'operator' },
  createdAt: '2026-11-24T12:51:02.120Z',
}
export const examplePath = {
  ...{ connection: '01a20d9b-6245-…', connectionName: 'Okta' },
  ...{ group: '01a20d9b-8e14-…', groupName: 'Engineers', mapping: '01a20d9b-8b45-…' },
}
export const exampleMemberDetail = {
  ...exampleMember,
  profile: { employeeNumber: '4711', department: 'Support' },
  incarnation: 1,
  lagging: false,
  customised: false,
  propagation: { status: 'open' as const, attempts: 0, nextAttemptAt: null, errorClass: null, error: null },
  createdAt: '2026-11-24T12:50:27.703Z',
  updatedAt: '2026-11-24T12:50:27.703Z',
  grants: [
    {
      role: 'developer',
      source: 'directory',
      paths: [examplePath],
    },
  ],
  losses: [],
  events: [
    {
      id: '01a20d9b-8e3b-…',
      action: 'grants.changed',
      actor: 'system:propagation',
      operation: '01a20d9b-8e23-…',
      detail: { gained: ['developer'], lost: [], rev: 2 },
      at: '2026-11-24T12:50:28.027Z',
    },
  ],
}
