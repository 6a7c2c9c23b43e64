import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { nameKey } from '../../domain/directory-user.ts'
import { nearestName } from '../../domain/nearest-name.ts'
import { CliError } from '../client.ts'
import { counted } from '../output.ts'

export type Row = { line: number; userName: string; email: string; displayName?: string; roles: string[] }
export type Refused = { line: number; field: string; reason: string }
export type ReadFile = { rows: Row[]; refused: Refused[] }

const columns = ['userName', 'email', 'displayName', 'roles'] as const
const required = ['userName', 'email'] as const

const filled = (most: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text') })
    .trim()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
const person = z.strictObject({
  userName: filled(200),
  email: filled(320),
  displayName: filled(200).optional(),
  roles: z.array(filled(100), 'must be a list of roles').max(50, 'must have at most 50 roles').default([]),
})

/** Reads the people out of a file, each with its line; what is no person is refused, and so is one who comes twice. */
export function readRows(name: string, content: string): ReadFile {
  const told = /\.jsonl$/i.test(name) ? readJsonLines(content) : readCsv(content)
  const read: ReadFile = { rows: [], refused: [] }
  const lines = new Map<string, number>()
  for (const { line, value } of told) {
    const checked = isProblem(value) ? value : check(value)
    if (isProblem(checked)) {
      read.refused.push({ line, ...checked.problem })
      continue
    }
    const before = lines.get(nameKey(checked.userName))
    if (before === undefined) {
      lines.set(nameKey(checked.userName), line)
      read.rows.push({ line, ...checked })
    } else {
      const reason = `is the person of line ${before} again; leave one of the two out`
      read.refused.push({ line, field: 'userName', reason })
    }
  }
  return read
}

type Problem = { readonly problem: { readonly field: string; readonly reason: string } }
type Told = { line: number; value: Problem | ReadonlyMap<string, unknown> }

function isProblem(value: object): value is Problem {
  return !(value instanceof Map) && 'problem' in value
}

function check(value: ReadonlyMap<string, unknown>): Omit<Row, 'line'> | Problem {
  const { success, data, error } = person.safeParse(Object.fromEntries(value))
  if (success) {
    const { displayName, ...rest } = data
    return { ...rest, ...(displayName === undefined ? {} : { displayName }) }
  }
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') return unknownName(issue.keys[0] ?? '')
  return { problem: { field: issue?.path.join('.') ?? '', reason: issue?.message ?? 'cannot be read' } }
}

function unknownName(name: string): Problem {
  return { problem: { field: name, reason: `is no field here; ${meantBy(name, 'fields')}` } }
}

function meantBy(name: string, what: 'fields' | 'columns'): string {
  const near = nearestName(name, columns)
  return near === null ? `the ${what} are ${columns.join(', ')}` : `did you mean "${near}"?`
}

function readJsonLines(content: string): Told[] {
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/)
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return []
    return [{ line: index + 1, value: readJson(text) }]
  })
}

function readJson(text: string): Told['value'] {
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return new Map(Object.entries(value))
  } catch {
    // told below
  }
  return { problem: { field: '', reason: 'is no JSON object; write one on each line' } }
}

/** RFC 4180, the first line names the columns; several roles of one person are parted by semicolons or blanks. */
function readCsv(content: string): Told[] {
  type Parsed = { record: string[]; info: { lines: number } }
  let parsed: Parsed[]
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const
    parsed = parse(content, options) as unknown as Parsed[]
  } catch (error) {
    throw new CliError(`the file is no CSV: ${(error as Error).message}`)
  }
  const [head, ...records] = parsed
  const names = requireHead(head?.record ?? [])
  return records.map(({ record, info }) => ({ line: info.lines, value: toValue(names, record) }))
}

function requireHead(names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !(columns as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new CliError(`line 1: there is no column "${unknown}"; ${meantBy(unknown, 'columns')}`)
  }
  const missing = required.find((name) => !names.includes(name))
  if (missing !== undefined) throw new CliError(`line 1: the column "${missing}" is missing; name the columns there`)
  if (new Set(names).size < names.length) throw new CliError('line 1: a column is named twice; name each once')
  return names
}

function toValue(names: readonly string[], record: readonly string[]): Told['value'] {
  if (record.length !== names.length) {
    const reason = `has ${counted(record.length, 'value')} for ${counted(names.length, 'column')}; put quotes around values with commas`
    return { problem: { field: '', reason } }
  }
  const pairs = names.map((name, index) => [name, record[index] ?? ''] as const).filter(([, value]) => value !== '')
  return new Map(
    pairs.map(([name, value]) => [
      name,
      name === 'roles' ? value.split(/[;\s]+/).filter((role) => role !== '') : value,
    ]),
  )
}
