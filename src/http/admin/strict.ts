import { z } from 'zod'
import { AppError, type FieldProblem } from '../../domain/errors.ts'

type Shape = { properties?: Record<string, Shape> }

/** The input in its type, or one error with every problem in it, each with its place. Names that there are not are problems. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownName(schema, issue.path.map(String), key))
      : [{ path: issue.path.join('.'), message: issue.message }],
  )
  const detail = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new AppError('invalid_input', detail, { problems })
}

function unknownName(schema: z.ZodType, place: readonly string[], key: string): FieldProblem {
  const known = namesAt(schema, place)
  const near = nearest(key, known)
  const advice = near === null ? `there are: ${known.join(', ')}` : `did you mean "${near}"?`
  return { path: [...place, key.slice(0, 100)].join('.'), message: `is no name here; ${advice}` }
}

function namesAt(schema: z.ZodType, place: readonly string[]): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const found = place.reduce<Shape | undefined>((shape, name) => shape?.properties?.[name], whole)
  return Object.keys(found?.properties ?? {})
}

/** The known name that the fewest changes lead to; null where none is near. Case and separators do not count. */
function nearest(key: string, known: readonly string[]): string | null {
  const folded = fold(key)
  const ranked = known
    .map((name) => ({ name, steps: distance(folded, fold(name)) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.steps - b.steps)
  return ranked[0]?.name ?? null
}

function fold(name: string): string {
  return name.slice(0, 60).toLowerCase().replaceAll(/[-_ ]/g, '')
}

/** Letters to put in, take out or exchange until one text is the other; two that changed places count as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line.push(
        Math.min(
          (rows[row - 1]?.[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (rows[row - 1]?.[column - 1] ?? 0) + differs,
          swapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    rows.push(line)
  }
  return rows[a.length]?.[b.length] ?? 0
}
