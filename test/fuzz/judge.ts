import type { FuzzAnswer } from './client.ts'
import type { FuzzRequest } from './requests.ts'

/** Words that only the inside of the house knows. Nothing that is sent holds one of them, so that no echo does. */
const inside =
  /node_modules|\.[cm]?[jt]s:\d|\n\s+at |sqlite|postgres|knex|\bpg\b|directory_users|directory_groups|memberships|json_extract|json_each|(Type|Range|Reference|Syntax)Error|Cannot read prop|is not a function|is not iterable|Unexpected token|\[object |undefined|\bNaN is\b|<html|<!DOCTYPE/i

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'
const known = new Set([
  200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 411, 412, 413, 414, 415, 417, 426, 428, 429, 431, 501,
])

/** What is wrong with an answer; null where nothing is. */
export function judge(request: FuzzRequest, answer: FuzzAnswer): string | null {
  if (answer === null) return null
  const { status, type, text } = answer
  if (!known.has(status)) return `status ${status}: ${text.slice(0, 500)}`
  const leak = inside.exec(text)
  if (leak !== null && status >= 400) return `tells of the inside: "${leak[0]}" in ${text.slice(0, 500)}`
  if (request.method === 'RAW' || request.method === 'HEAD' || text === '') return null
  if (type !== 'application/scim+json') return null
  return judgeScim(status, text)
}

function judgeScim(status: number, text: string): string | null {
  let body: { schemas?: unknown; status?: unknown; detail?: unknown }
  try {
    body = JSON.parse(text) as typeof body
  } catch {
    return `the answer is no JSON: ${text.slice(0, 300)}`
  }
  if (status < 400) return null
  const right = Array.isArray(body.schemas) && body.schemas[0] === errorUrn && body.status === String(status)
  if (!right || typeof body.detail !== 'string' || body.detail === '') return `no SCIM error: ${text.slice(0, 300)}`
  return body.detail.length > 3000 ? `a detail of ${body.detail.length} characters` : null
}

/** The request as somebody would type it, for a report. */
export function toText({ method, path, headers, body, raw }: FuzzRequest): string {
  if (raw !== undefined) return `printf %b ${shell(raw.toString('latin1'))} | nc HOST PORT`
  const head = Object.entries(headers).map(
    ([name, value]) => `-H ${shell(`${name}: ${name === 'Authorization' ? 'Bearer …' : value}`)}`,
  )
  const data = body === null ? [] : [`--data-binary ${shell(body.toString())}`]
  return [`curl -X ${method} ${shell(path)}`, ...head, ...data].join(' ')
}

function shell(text: string): string {
  const short = text.length > 4000 ? `${text.slice(0, 2000)}…(${text.length} characters)…${text.slice(-500)}` : text
  return `'${short.replaceAll("'", String.raw`'\''`)}'`
}
