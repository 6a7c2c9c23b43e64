import { z } from 'zod'
import { mostOverlapHours, usualOverlapHours } from '../../domain/access-key.ts'
import { connectionKinds } from '../../domain/connection.ts'
import { importSlice } from '../../domain/member-import.ts'
import { secretLifeDays } from '../../domain/oauth-client.ts'
import { profileFields, type ProfileField } from '../../domain/profile.ts'
import { leastPerSecond, rateLimitOf } from '../../domain/rate-limit.ts'
import { scimScopes } from '../../domain/scim-scope.ts'
import { tokenLifeDays } from '../../domain/scim-token.ts'
import { isStorable } from '../storable-text.ts'

const text = z.string().refine(isStorable, 'must hold no NUL and no half of a surrogate pair')
const name = text.trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters')
const id = text.min(1).max(100)

const person = { userName: name, email: text.max(320), displayName: name.optional() }
const entitlements = z.array(id).max(50, 'must hold at most 50 flags')

export const accountBody = z.strictObject({
  name,
  catalog: id,
  parent: id.optional(),
  level: id.optional(),
  entitlements: entitlements.optional(),
  owner: z.strictObject(person).optional(),
})
export const accountChange = z
  .strictObject({
    name: name.optional(),
    entitlements: entitlements.optional(),
    suspended: z.boolean('must be true or false').optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'give name, entitlements or suspended',
  })
export const ownerBody = z.strictObject({ member: id })
export const memberBody = z.strictObject({
  ...person,
  roles: z.array(id, 'must be a list of roles').max(50, 'must have at most 50 roles').optional(),
})
const wholeNumber = (least: number, most: number) =>
  z.number().int('must be a whole number').min(least, `must be at least ${least}`).max(most, `must be at most ${most}`)
const emailPolicy = z.enum(['standard', 'strict'], 'must be standard or strict')
const claim = text.min(1, 'must not be empty').max(500, 'must have at most 500 characters')
const rateLimit = z
  .strictObject({
    perSecond: wholeNumber(0, 1_000_000).refine(
      (value) => value === 0 || value >= leastPerSecond,
      `must be 0, which switches the limit off, or at least ${leastPerSecond}, as IdPs send that many`,
    ),
    burst: wholeNumber(leastPerSecond, 10_000_000).optional(),
  })
  .transform(({ perSecond, burst }) => ({ perSecond, burst: rateLimitOf(perSecond, burst)?.burst ?? 0 }))
const rolesFromIdp = z.boolean('must be true or false')
const source = text.min(1, 'must not be empty').max(500).nullable().optional()
const profileMapping = z.strictObject(
  Object.fromEntries(profileFields.map((field) => [field, source])) as Record<ProfileField, typeof source>,
)

export const connectionBody = z.strictObject({
  name,
  kind: z.enum(connectionKinds, `must be one of: ${connectionKinds.join(', ')}`),
  emailPolicy: emailPolicy.optional(),
  rateLimit: rateLimit.optional(),
  rolesFromIdp: rolesFromIdp.optional(),
  profileMapping: profileMapping.optional(),
})
export const connectionChange = z
  .strictObject({
    name: name.optional(),
    emailPolicy: emailPolicy.optional(),
    rateLimit: rateLimit.nullable().optional(),
    rolesFromIdp: rolesFromIdp.optional(),
    profileMapping: profileMapping.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'give name, emailPolicy, rateLimit, rolesFromIdp or profileMapping',
  })

const days = (most: number) => wholeNumber(1, most)
const scopes = z
  .array(z.enum(scimScopes, `must be one of: ${scimScopes.join(', ')}`))
  .min(1, 'must hold at least one scope')
  .max(scimScopes.length, 'must hold each scope once')
  .transform((list) => [...new Set(list)])

export const tokenBody = z.strictObject({ expiresInDays: days(tokenLifeDays).optional(), scopes: scopes.optional() })
export const clientBody = z.strictObject({
  name,
  scopes: scopes.optional(),
  secretExpiresInDays: days(secretLifeDays.longest).optional(),
  assertion: z
    .strictObject({
      jwksUrl: text.min(1, 'must not be empty').max(2048),
      issuer: claim.optional(),
      subject: claim.optional(),
      audience: claim.optional(),
    })
    .optional(),
})
export const domainBody = z.strictObject({ domain: text.min(1, 'must not be empty').max(300) })
export const secretBody = z.strictObject({ expiresInDays: days(secretLifeDays.longest).optional() })
export const mappingBody = z
  .strictObject({
    connection: id,
    groupId: id.optional(),
    groupName: text.trim().min(1).max(500).optional(),
    role: id,
  })
  .refine(({ groupId, groupName }) => (groupId === undefined) !== (groupName === undefined), {
    message: 'give either groupId or groupName',
    path: ['groupId'],
  })

export const gatewayBody = z.strictObject({ name })
export const accessKeyBody = z.strictObject({
  ...{ name, member: id.optional() },
  roles: z.array(id).min(1, 'name at least one, or leave them out').max(50, 'must have at most 50 roles').optional(),
  expiresInDays: wholeNumber(1, 3650).optional(),
})
export const accessKeyChange = z
  .strictObject({ name: name.optional(), disabled: z.boolean('must be true or false').optional() })
  .refine((told) => Object.keys(told).length > 0, { message: 'give name or disabled' })
export const accessKeyRotation = z.strictObject({
  overlapHours: wholeNumber(0, mostOverlapHours).default(usualOverlapHours),
})
export const permissionsQuery = z.strictObject({ at: id.optional() })
export const whyQuery = permissionsQuery.extend({
  ...{ role: id.optional(), capability: id.optional(), action: id.optional() },
})

const limit = (most: number) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(most, `must be at most ${most}`)
    .default(100)

/** A text that both databases can keep. */
export const storable = text
/** What a field is told by in a query. */
export const word = text.min(1, 'must not be empty').max(500, 'must have at most 500 characters')
export const pageLimit = limit(500)

const access = z.union([text.max(100), z.array(text.max(100)).max(50)], 'must be a level, or a list of verbs')
const groupSettings = {
  permissions: z.record(id, access).optional(),
  complete: z.boolean('must be true or false').optional(),
}
export const customisationBody = z.strictObject({
  permissions: z.record(id, access),
  complete: z.boolean('must be true or false').optional(),
})
export const groupBody = z.strictObject({ name, copyOf: id.optional(), ...groupSettings })
export const groupChange = z
  .strictObject({ name: name.optional(), ...groupSettings })
  .refine(({ name: wanted, permissions }) => wanted !== undefined || permissions !== undefined, {
    message: 'give name or permissions',
  })

const remark = text.trim().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters')
export const roleRequestBody = z.strictObject({ member: id, role: id, reason: remark.optional() })
export const decisionBody = z.strictObject({ answer: remark.optional() })

const invitedRoles = z
  .array(id, 'must be a list of roles')
  .min(1, 'must name at least one role')
  .max(50, 'must have at most 50 roles')
export const invitationChange = z.strictObject({ roles: invitedRoles })
export const invitationBody = z.strictObject({
  email: text.trim().min(1, 'must not be empty').max(320, 'must have at most 320 characters'),
  roles: invitedRoles,
  issuer: z
    .url({ protocol: /^https?$/, error: 'must be the URL of an issuer, like https://login.corp.example' })
    .max(2048)
    .optional(),
})
export const confirmationBody = z.strictObject({ issuer: text.min(1).max(2048), subject: text.min(1).max(500) })
const importRow = z.strictObject({
  ...{ line: wholeNumber(1, 100_000_000), userName: name, email: text.trim().min(1, 'must not be empty').max(320) },
  ...{ displayName: name.optional(), roles: z.array(id).max(50, 'must have at most 50 roles').default([]) },
})
export const importBody = z.strictObject({
  dryRun: z.boolean('must be true or false').default(false),
  issueKeys: z.boolean('must be true or false').optional(),
  rows: z
    .array(importRow)
    .min(1, 'must hold at least one row')
    .max(importSlice, `must have at most ${importSlice} rows`),
})
export const applyBody = z.strictObject({
  plan: text.min(1, 'must not be empty').max(200),
  accept: z.boolean('must be true or false').optional(),
})
export const planQuery = z.strictObject({ plan: text.min(1, 'must not be empty').max(200) })

export const yesOrNo = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true')
export const instant = text
  .refine(
    (value) =>
      /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value) && !Number.isNaN(Date.parse(value)),
    'must be an instant like 2026-11-24T12:00:00Z, or a day',
  )
  .transform((value) => Date.parse(value))

export const previewQuery = z.strictObject({
  preview: yesOrNo.optional(),
})
export const roleBody = z.strictObject({ role: id, validFrom: instant.optional(), validTo: instant.optional() })

const eitherOr = 'give suspended or roleGroups, one at a time'
export const memberChange = z
  .strictObject({
    suspended: z.boolean('must be true or false').optional(),
    roleGroups: z
      .record(word, z.boolean('must be true or false'))
      .refine((named) => Object.keys(named).length > 0, 'must name a role group that goes off (false) or on (true)')
      .optional(),
  })
  .refine(({ suspended, roleGroups }) => (suspended === undefined) !== (roleGroups === undefined), {
    message: eitherOr,
  })
