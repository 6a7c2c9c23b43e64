import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import { connectionKinds } from '../../domain/connection.ts'
import { secretLifeDays } from '../../domain/oauth-client.ts'
import { leastPerSecond, rateLimitOf } from '../../domain/rate-limit.ts'
import { scimScopes } from '../../domain/scim-scope.ts'
import { tokenLifeDays } from '../../domain/scim-token.ts'
import { isStorable } from '../storable-text.ts'

const text = z.string().refine(isStorable, 'must hold no NUL and no half of a surrogate pair')
const name = text.trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters')
const id = text.min(1).max(100)

export const accountBody = z.object({
  name,
  catalog: id,
  owner: z.object({ userName: name, email: text.max(320) }).optional(),
})
const wholeNumber = (least: number, most: number) =>
  z.number().int('must be a whole number').min(least, `must be at least ${least}`).max(most, `must be at most ${most}`)
const emailPolicy = z.enum(['standard', 'strict'], 'must be standard or strict')
const claim = text.min(1, 'must not be empty').max(500, 'must have at most 500 characters')
const rateLimit = z
  .object({
    perSecond: wholeNumber(0, 1_000_000).refine(
      (value) => value === 0 || value >= leastPerSecond,
      `must be 0, which switches the limit off, or at least ${leastPerSecond}, as IdPs send that many`,
    ),
    burst: wholeNumber(leastPerSecond, 10_000_000).optional(),
  })
  .transform(({ perSecond, burst }) => ({ perSecond, burst: rateLimitOf(perSecond, burst)?.burst ?? 0 }))
const rolesFromIdp = z.boolean('must be true or false')

export const connectionBody = z.object({
  name,
  kind: z.enum(connectionKinds, `must be one of: ${connectionKinds.join(', ')}`),
  emailPolicy: emailPolicy.optional(),
  rateLimit: rateLimit.optional(),
  rolesFromIdp: rolesFromIdp.optional(),
})
export const connectionChange = z
  .object({
    name: name.optional(),
    emailPolicy: emailPolicy.optional(),
    rateLimit: rateLimit.nullable().optional(),
    rolesFromIdp: rolesFromIdp.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'give name, emailPolicy, rateLimit or rolesFromIdp',
  })

const days = (most: number) => wholeNumber(1, most)
const scopes = z
  .array(z.enum(scimScopes, `must be one of: ${scimScopes.join(', ')}`))
  .min(1, 'must hold at least one scope')
  .max(scimScopes.length, 'must hold each scope once')
  .transform((list) => [...new Set(list)])

export const tokenBody = z.object({ expiresInDays: days(tokenLifeDays).optional(), scopes: scopes.optional() })
export const clientBody = z.object({
  name,
  scopes: scopes.optional(),
  secretExpiresInDays: days(secretLifeDays.longest).optional(),
  assertion: z
    .object({
      jwksUrl: text.min(1, 'must not be empty').max(2048),
      issuer: claim.optional(),
      subject: claim.optional(),
      audience: claim.optional(),
    })
    .optional(),
})
export const secretBody = z.object({ expiresInDays: days(secretLifeDays.longest).optional() })
export const mappingBody = z
  .object({
    connection: id,
    groupId: id.optional(),
    groupName: text.trim().min(1).max(500).optional(),
    role: id,
  })
  .refine(({ groupId, groupName }) => (groupId === undefined) !== (groupName === undefined), {
    message: 'give either groupId or groupName',
    path: ['groupId'],
  })

const limit = (most: number) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(most, `must be at most ${most}`)
    .default(100)

export const listQuery = z.object({ limit: limit(500), after: id.optional() })
export const membersQuery = listQuery.extend({
  userName: text.max(1000).optional(),
  status: z.enum(['active', 'suspended', 'removed'], 'must be active, suspended or removed').optional(),
  role: id.optional(),
})

/** The input in its type, or one error with every problem in it, each with its place. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const detail = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new AppError('invalid_input', detail, { problems })
}
