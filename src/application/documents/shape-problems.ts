import type { z } from 'zod'
import { type DocumentProblem, type Path, type ShapeRule, UNSAFE_KEYS } from './document-problem.ts'

type Issue = z.core.$ZodIssue
type Problem = DocumentProblem<string>

/** Keys that would reach a prototype. Looked for before the schema, which passes over some of them without a word. */
export function unsafeKeys(document: unknown): DocumentProblem<ShapeRule>[] {
  const found: DocumentProblem<ShapeRule>[] = []
  const seen = new Set<unknown>() // aliases make one node appear in several places
  const waiting: { value: unknown; path: Path }[] = [{ value: document, path: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [key, child] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key]
      if (UNSAFE_KEYS.has(key))
        found.push({ path: at, rule: 'unsafe-key', message: `The key ${key} is never allowed: remove it` })
      else waiting.push({ value: child, path: at })
    }
  }
  return found
}

/** What the schema found, in the words of Joinery's own rules: those of shapes, and those that the schema itself names. */
export function shapeProblems<Rule extends string>(
  error: z.ZodError,
  document: unknown,
): DocumentProblem<ShapeRule | Rule>[] {
  const problems = error.issues.flatMap((issue) => fromIssue(issue, [], document))
  return problems as DocumentProblem<ShapeRule | Rule>[]
}

function problem(rule: string, path: Path, message: string): Problem {
  return { path, rule, message }
}

/** What the words of an input say of a value, as a sentence of its own. */
function sentence(message: string): string {
  return message.startsWith('must ') ? `This ${message}` : message
}

function fromIssue(issue: Issue, above: Path, document: unknown): Problem[] {
  const path = [...above, ...(issue.path as Path)]
  const one = (rule: string, message: string) => [problem(rule, path, message)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problem('unknown-key', [...path, key], `There is no key ${quoted(key)} here: correct its name, or remove it`),
      )
    case 'invalid_union':
      return fromUnion(issue, path, document)
    case 'invalid_key':
      return issue.issues.flatMap((inner) => fromIssue(inner, path, document))
    case 'custom':
      return one(issue.params?.['rule'] as string, issue.message)
    case 'invalid_value':
      if (valueAt(document, path) === undefined) return one('missing-key', missing(path))
      return one('not-one-of', `Write one of: ${issue.values.join(', ')}`)
    case 'too_small':
    case 'too_big':
      return one('out-of-bounds', sentence(issue.message))
    case 'invalid_type':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
      if (valueAt(document, path) === undefined) return one('missing-key', missing(path))
      return one('wrong-type', sentence(issue.message))
  }
}

/** The branch that the writer meant is the one of the right kind; its own issues say more than "no branch fits". */
function fromUnion(issue: Issue & { code: 'invalid_union' }, path: Path, document: unknown): Problem[] {
  const meant = issue.errors.find((issues) =>
    issues.every(({ code, path: at }) => at.length > 0 || !OTHER_KIND.has(code)),
  )
  if (meant !== undefined) return meant.flatMap((inner) => fromIssue(inner, path, document))
  if (valueAt(document, path) === undefined) return [problem('missing-key', path, missing(path))]
  const options = 'options' in issue ? issue.options : undefined // of a union told apart by a key
  if (options === undefined) return [problem('wrong-type', path, sentence(issue.message))]
  return [problem('not-one-of', path, `Write one of: ${options.join(', ')}`)]
}

const OTHER_KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value'])

function missing(path: Path): string {
  return `The key "${path.at(-1) ?? 'document'}" is missing: add it`
}

/** A key that nobody has checked yet, short and on one line. */
function quoted(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key)
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], document)
}
