import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import { connectionKinds } from '../../domain/connection.ts'
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
export const connectionBody = z.object({
  name,
  kind: z.enum(connectionKinds, `must be one of: ${connectionKinds.join(', ')}`),
  emailPolicy: z.enum(['standard', 'strict'], 'must be standard or strict').optional(),
})
export const tokenBody = z.object({
  expiresInDays: z
    .number()
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(tokenLifeDays, `must be at most ${tokenLifeDays}`)
    .optional(),
})
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
