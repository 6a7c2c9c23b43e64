import { isObject } from './canonical.ts'
import { requireMessage } from './message.ts'
import type { Parameters } from './request.ts'
import { invalidSyntax, invalidValue } from './scim-error.ts'

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
const texts = ['filter', 'sortBy', 'sortOrder', 'cursor']
const numbers = ['startIndex', 'count']
const lists = ['attributes', 'excludedAttributes']

/** The body of POST /.search (RFC 7644, 3.4.3; RFC 9865, 3) as the parameters of a query: the same code answers both. */
export function parametersOfSearch(body: unknown): Parameters {
  if (!isObject(body)) throw invalidSyntax('the body is not a JSON object')
  requireMessage(body.schemas, searchUrn, 'a search')
  const parameters: Record<string, string> = {}
  for (const name of texts) if (isTold(body[name])) parameters[name] = text(name, body[name])
  for (const name of numbers) if (isTold(body[name])) parameters[name] = number(name, body[name])
  for (const name of lists) if (isTold(body[name])) parameters[name] = list(name, body[name])
  return parameters
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw invalidValue(`${name}: a string is due`)
}

function number(name: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value)
  throw invalidValue(`${name}: an integer is due`)
}

/** A list of names, or one string of them with commas as in a URL. */
function list(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => text(name, each)).join(',')
  return text(name, value)
}
