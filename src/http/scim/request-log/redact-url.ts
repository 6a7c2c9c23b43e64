import { redactFilter } from './redact-filter.ts'
import { clean, isOpaqueId, mask, type Subject } from './redact-value.ts'

const longest = 2000

const endpoints = new Set([
  'Users',
  'Groups',
  'Bulk',
  'Me',
  'Schemas',
  'ResourceTypes',
  'ServiceProviderConfig',
  '.search',
])

/** The path behind the connection: endpoints, ids and names of schemas and roles stay, anything else that stands where an id belongs is masked. */
export function redactUrlPath(path: string): string {
  const [, first = '', ...rest] = decoded(path.slice(0, longest)).split('/')
  const isDocument = /^(Schemas|ResourceTypes|Roles|Entitlements)$/i.test(first)
  const start = /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(first) ? first : redactSegment(first, false)
  return clean(`/${[start, ...rest.map((segment) => redactSegment(segment, isDocument))].join('/')}`).slice(0, 500)
}

function redactSegment(segment: string, isDocument: boolean): string {
  const isHarmless = segment === '' || endpoints.has(segment) || segment.startsWith('bulkId:') || isOpaqueId(segment)
  return isHarmless || (isDocument && /^[\w:.-]{1,200}$/.test(segment)) ? segment : mask(segment)
}

const shownNames = new Set(['startindex', 'count', 'sortby', 'sortorder', 'attributes', 'excludedattributes'])

/** The query, readable: names stay, of a filter the values are masked. Null where there is none. */
export function redactQuery(query: string, subject: Subject): string | null {
  if (query === '') return null
  const parts = [...new URLSearchParams(query.slice(0, 4 * longest))].map(
    ([name, value]) => `${nameOf(name)}=${redactParameter(name.toLowerCase(), value, subject)}`,
  )
  return clean(parts.join('&').slice(0, longest))
}

function nameOf(name: string): string {
  return /^[\w.$:-]{1,60}$/.test(name) ? name : mask(name)
}

function redactParameter(name: string, value: string, subject: Subject): string {
  if (value === '') return ''
  if (name === 'filter') return redactFilter(value, subject)
  if (name === 'cursor') return '…'
  if (shownNames.has(name) && /^[\w$.:,\s+-]*$/.test(value)) return value.slice(0, 500)
  return /^(true|false|-?\d{1,6})$/i.test(value) ? value : mask(value)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
