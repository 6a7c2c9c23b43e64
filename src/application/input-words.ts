import type { z } from 'zod'

type Raw = z.core.$ZodRawIssue

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

/** What is wrong with an input, and how to mend it, where the schema itself has no words for it. */
export function inputWords(issue: Raw): string | undefined {
  if (issue.input === undefined && 'path' in issue) return 'is missing'
  if (issue.code === 'invalid_type') return `must be ${kindOf(issue.expected)}`
  if (issue.code === 'invalid_value')
    return issue.values.length === 1 ? `must be ${shown(issue)}` : `must be one of: ${shown(issue)}`
  if (issue.code === 'invalid_union') return unionWords(issue)
  if (issue.code === 'too_small') return sized(issue.origin, 'least', Number(issue.minimum))
  if (issue.code === 'too_big') return sized(issue.origin, 'most', Number(issue.maximum))
  return undefined
}

function kindOf(expected: string): string {
  return kinds[expected] ?? `of the type ${expected}`
}

function shown({ values }: { values: readonly unknown[] }): string {
  return values.map(String).join(', ')
}

/** The kinds that there are, each once. A form of another kind says more about what is inside than the kinds would. */
function unionWords({ errors }: { errors: readonly (readonly z.core.$ZodIssue[])[] }): string | undefined {
  const tops = errors.map((issues) => issues.find(({ path }) => path.length === 0))
  const words = tops.flatMap((top) => (top === undefined ? [] : [top.message.replace(/^must be /, '')]))
  return words.length === 0 ? undefined : `must be ${[...new Set(words)].join(', or ')}`
}

function sized(origin: string, bound: 'least' | 'most', limit: number): string {
  const many = limit === 1 ? 0 : 1
  if (origin === 'string') return `must have at ${bound} ${limit} ${['character', 'characters'][many]}`
  if (origin === 'array') return `must have at ${bound} ${limit} ${['entry', 'entries'][many]}`
  return `must be at ${bound} ${limit}`
}
