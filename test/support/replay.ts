import { randomBytes, randomUUID } from 'node:crypto'

/** One IdP dialect as data: requests in the shapes it sends, and what it needs to read back. */
export type Fixture = {
  name: string
  idp: string
  domain?: string
  vars?: Record<string, unknown>
  contentType?: string
  headers?: Record<string, string | null>
  steps: Step[]
}
type Step = {
  name: string
  request: {
    method: string
    path: string
    body?: unknown
    headers?: Record<string, string | null>
    contentType?: string
  }
  expect?: Expectation
  /** Names for later steps, by JSON Pointer. */
  capture?: Record<string, string>
}
type Expectation = {
  status?: number | number[]
  json?: Record<string, unknown>
  header?: Record<string, unknown>
  scimError?: boolean
}
type Vars = Record<string, unknown>
type Answer = { status: number; headers: Headers; text: string; json: any }

export type StepResult = { step: string; problems: string[] }

/** Plays a fixture's steps in order against an endpoint; tells each step with what was not as wanted. */
export async function replay(fixture: Fixture, scimUrl: string, token: string): Promise<StepResult[]> {
  const vars: Vars = { run: randomBytes(5).toString('hex'), domain: fixture.domain ?? 'corp.example' }
  for (const [name, value] of Object.entries(fixture.vars ?? {})) vars[name] = fill(value, vars)
  const results: StepResult[] = []
  for (const step of fixture.steps) {
    const answer = await send(fixture, step, vars, scimUrl, token)
    results.push({ step: step.name, problems: judge(answer, fill(step.expect ?? {}, vars) as Expectation) })
    for (const [name, pointer] of Object.entries(step.capture ?? {})) {
      const value: unknown = at(answer.json, pointer)
      if (value !== undefined) vars[name] = value
    }
  }
  return results
}

async function send(fixture: Fixture, step: Step, vars: Vars, scimUrl: string, token: string): Promise<Answer> {
  const { method, path, body, headers, contentType } = fill(step.request, vars) as Step['request']
  const told = {
    Authorization: `Bearer ${token}`,
    ...fixture.headers,
    ...(body === undefined ? {} : { 'Content-Type': contentType ?? fixture.contentType ?? 'application/scim+json' }),
    ...headers,
  }
  const sent = Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== null)
  const response = await fetch(`${scimUrl}${encodeURI(path).replaceAll('%25', '%')}`, {
    method,
    headers: Object.fromEntries(sent),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{{name}}` from what is known so far, `{{$uuid}}` fresh each time. */
function fill(value: unknown, vars: Vars): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{\{([\w$]+)\}\}/g, (whole, name: string) =>
      name === '$uuid' ? randomUUID() : name in vars ? String(vars[name]) : whole,
    )
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, vars))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [fill(key, vars) as string, fill(inner, vars)]))
}

function judge({ status, headers, text, json }: Answer, wanted: Expectation): string[] {
  const statuses = [wanted.status ?? []].flat()
  if (statuses.length > 0 && !statuses.includes(status)) {
    return [`status ${statuses.join(' or ')} wanted, got ${status}: ${text.slice(0, 300)}`]
  }
  const problems: string[] = []
  if (status !== 204) {
    for (const [pointer, value] of Object.entries(wanted.json ?? {})) {
      if (!holds(at(json, pointer), value)) problems.push(misfit(pointer, value, at(json, pointer)))
    }
  }
  for (const [name, value] of Object.entries(wanted.header ?? {})) {
    const actual = headers.get(name) ?? undefined
    if (!holds(actual, value)) problems.push(misfit(`header ${name}`, value, actual))
  }
  const isError = json?.schemas?.includes('urn:ietf:params:scim:api:messages:2.0:Error')
  if (wanted.scimError === true && !(isError && json.status === String(status))) {
    problems.push(`the body is no SCIM error with status "${status}": ${text.slice(0, 100)}`)
  }
  if (status >= 400 && /<html|<!DOCTYPE|\n\s+at /i.test(text)) problems.push('an HTML page or a stack trace is shown')
  return problems
}

function misfit(what: string, wanted: unknown, actual: unknown): string {
  const is = actual === undefined ? 'nothing' : JSON.stringify(actual).slice(0, 140)
  return `${what} should be ${JSON.stringify(wanted)}, is ${is}`
}

/** A JSON Pointer with one more word: `/emails[type=work]/value` finds an element by one of its values. */
function at(value: any, pointer: string): any {
  let found = value
  for (const segment of pointer.split('/').slice(1)) {
    if (found === undefined || found === null) return undefined
    const [, list = '', name = '', wanted] = /^(.*?)\[(\w+)=(.*)\]$/.exec(segment) ?? []
    if (wanted === undefined) found = found[segment]
    else {
      const items: unknown = list === '' ? found : found[list]
      found = Array.isArray(items) ? items.find((item) => String(item?.[name]) === wanted) : undefined
    }
  }
  return found
}

function valuesOf(value: unknown): unknown[] {
  return Array.isArray(value)
    ? value.map((item) => (typeof item === 'object' && item !== null ? item.value : item))
    : []
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Check = (actual: any, wanted: any) => boolean

/** Words for what a plain value cannot say; a word that is not known here fails its step. */
const checks: Record<string, Check> = {
  $exists: (actual, wanted) => (actual !== undefined && actual !== null) === wanted,
  $absent: (actual, wanted) =>
    [undefined, null, ''].includes(actual) || (Array.isArray(actual) && actual.length === 0) ? wanted : !wanted,
  $length: (actual, wanted) => (actual ?? []).length === wanted,
  $min: (actual, wanted) => actual >= wanted,
  $max: (actual, wanted) => actual <= wanted,
  $type: (actual, wanted) => typeof actual === wanted,
  $has: (actual, wanted) => Array.isArray(actual) && actual.includes(wanted),
  $hasValue: (actual, wanted) => valuesOf(actual).includes(wanted),
  $lacksValue: (actual, wanted) => !valuesOf(actual).includes(wanted),
  $ci: (actual, wanted) => String(actual).toLowerCase() === String(wanted).toLowerCase(),
  $oneOf: (actual, wanted: unknown[]) => wanted.some((each) => same(each, actual ?? null)),
  $matches: (actual, wanted) => new RegExp(wanted as string).test(String(actual)),
  $not: (actual, wanted) => !holds(actual, wanted),
}

function holds(actual: unknown, wanted: unknown): boolean {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) return same(actual, wanted)
  return Object.entries(wanted).every(([word, value]) => checks[word]?.(actual, value) ?? false)
}
