import { z } from 'zod'
import { AppError, type FieldProblem } from '../domain/errors.ts'
import { nearestName } from '../domain/nearest-name.ts'
import { inputWords } from '../application/input-words.ts'

type Issue = z.core.$ZodIssue
type Shape = { properties?: Record<string, Shape> }

/** The input in its type, or one error with every problem in it, each with its place. Names that there are not are problems. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input, { error: inputWords })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .filter(isFirst)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownName(schema, issue.path.map(String), key))
        : [{ path: issue.path.join('.'), message: issue.message }],
    )
  const detail = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new AppError('invalid_input', detail, { problems })
}

/** What is of another type is also too long or too short, to the schema; one of the two is said. */
function isFirst({ code, path }: Issue, index: number, all: readonly Issue[]): boolean {
  if (code !== 'too_small' && code !== 'too_big') return true
  return !all.slice(0, index).some((other) => other.code === 'invalid_type' && other.path.join('.') === path.join('.'))
}

function unknownName(schema: z.ZodType, place: readonly string[], key: string): FieldProblem {
  const known = namesAt(schema, place)
  const near = nearestName(key, known)
  const names = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
  const advice = near === null ? names : `did you mean "${near}"?`
  return { path: [...place, key.slice(0, 100)].join('.'), message: `is no name here; ${advice}` }
}

function namesAt(schema: z.ZodType, place: readonly string[]): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const found = place.reduce<Shape | undefined>((shape, name) => shape?.properties?.[name], whole)
  return Object.keys(found?.properties ?? {})
}
