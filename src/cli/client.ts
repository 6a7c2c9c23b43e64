import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EnvSource } from '../config/env.ts'
import { printable } from './output.ts'

/** A command that failed: what to print, and the status to leave with. */
export class CliError extends Error {
  readonly status: number

  constructor(message: string, status = 1) {
    super(message)
    this.name = 'CliError'
    this.status = status
  }
}

type Page<T> = { items: T[]; next: string | null }
export type Client = {
  call<T>(method: string, path: string, body?: object): Promise<T>
  /** A question to the decision point. */
  ask<T>(path: string, body: object): Promise<T>
  /** The answer as it comes, however long it is. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
  /** Every item of a list, page after page, or the first `most`, with what its first page says beside. */
  all<T, Beside extends object = object>(path: string, query?: Query, most?: number): Promise<Page<T> & Beside>
}
type Query = Readonly<Record<string, string | boolean | undefined>>

/** A path of the API; whatever is put into it is encoded, so that an id is never more than an id. */
export function at(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return parts.reduce((path, part, index) => `${path}${encodeURIComponent(ids[index - 1] ?? '')}${part}`)
}

const largestPage = 500

async function readAll<T, Beside extends object>(
  call: Client['call'],
  path: string,
  query: Query,
  most: number,
): Promise<Page<T> & Beside> {
  const items: T[] = []
  let first: (Page<T> & Beside) | undefined
  for (let after = query.after; ;) {
    const limit = Math.min(largestPage, most - items.length)
    const page = await call<Page<T> & Beside>('GET', withQuery(path, { ...query, after, limit: String(limit) }))
    first ??= page
    for (const item of page.items) items.push(item)
    const next = (page.next as string | null | undefined) ?? null
    if (next === null || items.length >= most) return { ...first, items, next }
    after = next
  }
}

/** A path with what it is asked for; what is not told is left out. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return `${path}?${new URLSearchParams(given as [string, string][]).toString()}`
}

const decisionError = z
  .object({ error: z.object({ message: z.string() }), request_id: z.string().optional() })
  .transform(({ error, request_id }) => ({ title: 'The question is refused', detail: error.message, request_id }))
const problem = z.object({ title: z.string(), detail: z.string().optional(), request_id: z.string().optional() })

const warnings: Readonly<Record<string, string>> = {
  account_unmanaged:
    'nobody of the account manages its members any more, or nobody without an end; give somebody a role that does, with "joinery members assign"',
}

/** Talks to the running server's admin API and decision point, as the operator. */
export function createClient(env: EnvSource, warn: (text: string) => void = () => undefined): Client {
  const base = (given(env.JOINERY_URL) ?? `http://127.0.0.1:${given(env.PORT) ?? '3000'}`).replace(/\/+$/, '')
  const send = async (method: string, path: string, body?: object): Promise<Response> => {
    requireUrl(base)
    const { token, from } = readToken(env)
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'User-Agent': 'joinery-cli',
    }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${base}${path}`, init).catch((error: unknown) => {
      throw new CliError(
        `Joinery cannot be reached at ${base} (${reasonOf(error)}); start it with "npm start", or set JOINERY_URL`,
      )
    })
    if (response.status === 401) throw unknownToken(base, from)
    if (!response.ok) throw toCliError(response.status, await response.text())
    const warning = response.headers.get('Joinery-Warning')
    if (warning !== null) warn(`warning: ${warnings[warning] ?? printable(warning)}`)
    return response
  }
  const request = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const text = await (await send(method, path, body)).text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  const stream = async (path: string): Promise<AsyncIterable<Uint8Array>> =>
    piecesOf((await send('GET', `/api/v1${path}`)).body, path)
  const call: Client['call'] = (method, path, body) => request(method, `/api/v1${path}`, body)
  return {
    ...{ call, stream },
    ask: (path, body) => request('POST', `/access/v1${path}`, body),
    all: (path, query = {}, most = Infinity) => readAll(call, path, query, most),
  }
}

async function* piecesOf(body: Response['body'], path: string): AsyncIterable<Uint8Array> {
  try {
    if (body !== null) yield* body
  } catch (error) {
    throw new CliError(`the answer to ${path} broke off (${reasonOf(error)}); ask again`)
  }
}

/** The admin token: given, or as the server keeps it in its data folder. */
function readToken(env: EnvSource): { token: string; from: string } {
  for (const from of ['JOINERY_TOKEN', 'ADMIN_TOKEN']) {
    const token = given(env[from])
    if (token !== undefined) return { token, from }
  }
  const file = given(env.ADMIN_TOKEN_FILE) ?? join(given(env.DATA_DIR) ?? 'data', 'admin-token')
  try {
    return { token: readFileSync(file, 'utf8').trim(), from: file }
  } catch {
    throw new CliError(
      `no admin token: ${file} cannot be read; start the server once from this folder, or set ADMIN_TOKEN or DATA_DIR`,
    )
  }
}

function requireUrl(base: string): void {
  if (/^https?:/i.test(base) && URL.canParse(base)) return
  throw new CliError(`JOINERY_URL must be a URL, such as http://127.0.0.1:3000, not "${printable(base)}"`, 2)
}

function unknownToken(base: string, from: string): CliError {
  const mend = 'take the ADMIN_TOKEN of that server, or what lies in admin-token in its DATA_DIR'
  return new CliError(`Joinery at ${base} does not know the admin token from ${from}; ${mend}`)
}

function toCliError(status: number, text: string): CliError {
  const parsed = z.union([problem, decisionError]).safeParse(parseJson(text))
  if (!parsed.success) return new CliError(`the server answered ${status}; is JOINERY_URL right?`)
  const { title, detail, request_id } = parsed.data
  return new CliError(
    `${title}: ${printable(detail ?? '')}${status >= 500 && request_id !== undefined ? ` [request ${request_id}]` : ''}`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause?.code
  return cause ?? (error as Error).message
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
