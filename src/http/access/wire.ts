import { z } from 'zod'
import type { Malformed } from '../../application/decisions/evaluate-many.ts'
import { evaluationSemantics } from '../../application/decisions/evaluate-many.ts'
import type { Question } from '../../application/decisions/question.ts'
import { AppError } from '../../domain/errors.ts'
import { isStorable } from '../storable-text.ts'

/** What the AuthZEN Authorization API 1.0 sends. Names that it does not have are passed over, as it says. */
const text = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(1000, 'must have at most 1,000 characters')
  .refine(isStorable, 'must hold no NUL and no half of a surrogate pair')
const properties = z.record(z.string(), z.unknown(), 'must be an object').default({})
const entity = z.object({ type: text, id: text, properties }, 'must be an object with type and id')
const entityType = z.object({ type: text, properties }, 'must be an object with a type')
const action = z.object({ name: text, properties }, 'must be an object with a name')
const context = z.record(z.string(), z.unknown(), 'must be an object').optional()
const anything = z.record(z.string(), z.unknown(), 'must be an object')

const question = z.object({ subject: entity, action, resource: entity, context })
const page = z
  .object({
    token: z.string('must be a text').max(2000).optional(),
    next_token: z.string('must be a text').max(2000).optional(),
    limit: z.int('must be a whole number').min(1, 'must be at least 1').max(500, 'must be at most 500').default(100),
  })
  .transform(({ token, next_token, limit }) => ({ token: token ?? next_token ?? '', limit }))
  .prefault({})

export const subjectSearch = z.object({ subject: entityType, action, resource: entity, context, page })
export const resourceSearch = z.object({ subject: entity, action, resource: entityType, context, page })
export const actionSearch = z.object({ subject: entity, resource: entity, context, page })

const mostQuestions = 500
const batch = z.object({
  subject: anything.optional(),
  action: anything.optional(),
  resource: anything.optional(),
  context,
  evaluations: z.array(anything, 'must be a list of objects').max(mostQuestions, 'must hold at most 500').optional(),
  options: z
    .object({
      evaluations_semantic: z
        .enum(evaluationSemantics, `must be one of: ${evaluationSemantics.join(', ')}`)
        .default('execute_all'),
    })
    .prefault({}),
})

const shownKey = z.object({ id: text, secret: text }, 'must be an object with id and secret')

export function readKey(body: unknown): z.output<typeof shownKey> {
  return read(shownKey, body)
}

/** The body in its type, or one error that names every place and how to mend it. */
export function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', complaints(parsed.error))
}

export function readQuestion(body: unknown): Question {
  return read(question, body)
}

/** Questions with what stands at the top put in where they say nothing; null where there is one question alone. */
export function readQuestions(body: unknown) {
  const { evaluations = [], options, ...defaults } = read(batch, body)
  if (evaluations.length === 0) return null
  const questions = evaluations.map((told): Question | Malformed => {
    const parsed = question.safeParse({ ...defaults, ...told })
    return parsed.success ? parsed.data : { malformed: complaints(parsed.error) }
  })
  return { questions, semantic: options.evaluations_semantic }
}

function complaints(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ')
}
