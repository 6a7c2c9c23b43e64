import { redactFilter, redactPath } from './redact-filter.ts'
import { redactUrlPath } from './redact-url.ts'
import {
  isSecret,
  placeOf,
  redactDetail,
  redactNumber,
  redactText,
  redactWords,
  secret,
  topPlace,
  type Place,
  type Subject,
} from './redact-value.ts'

export const largestBody = 8 * 1024
const mostElements = 10
const shownOfMany = 5
const mostOperations = 25
const mostKeys = 100
const mostNodes = 2000
const deepest = 10

type Walk = { nodes: number }

/**
 * A body as the log keeps it: names, booleans, operations and ids stay, what is said of a person is masked, secrets are gone,
 * of long lists the first elements and the number are left. At most 8 KiB of JSON; a text that was cut says so at its end.
 */
export function redactBody(body: unknown, subject: Subject): string | null {
  if (body === undefined) return null
  if (typeof body === 'string') return JSON.stringify(`no JSON, ${body.length} characters`)
  const text = JSON.stringify(redact(body, topPlace(subject), { nodes: 0 }, 0))
  const bytes = Buffer.byteLength(text)
  if (bytes <= largestBody) return text
  return `${Buffer.from(text)
    .subarray(0, largestBody)
    .toString()
    .replace(/\ufffd$/, '')}… [cut: ${bytes} bytes]`
}

function redact(value: unknown, place: Place, walk: Walk, depth: number): unknown {
  walk.nodes += 1
  if (walk.nodes > mostNodes || depth > deepest) return '…'
  if (typeof value === 'string') return redactText(value, place)
  if (typeof value === 'number') return redactNumber(value, place)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return redactList(value, place, walk, depth)
  return redactObject(value as Record<string, unknown>, place, walk, depth)
}

function redactList(list: readonly unknown[], place: Place, walk: Walk, depth: number): unknown[] {
  const most = place.name === 'operations' ? mostOperations : mostElements
  const shown = list.length > most ? list.slice(0, most === mostElements ? shownOfMany : most) : list
  const items = shown.map((item) => redact(item, place, walk, depth + 1))
  return list.length > shown.length ? [...items, `… ${list.length - shown.length} more, ${list.length} in all`] : items
}

function redactObject(object: Record<string, unknown>, around: Place, walk: Walk, depth: number): object {
  const place = { ...around, isGroup: isAboutGroup(object, around) }
  const keys = Object.keys(object)
  const told = object[keys.find((key) => key.toLowerCase() === 'path') ?? 'path']
  const entries = keys.slice(0, mostKeys).map((key) => {
    const inner = innerPlace(key, told, place)
    return [redactPath(key, place), redactEntry(object[key], inner, walk, depth + 1)] as const
  })
  if (keys.length > mostKeys) entries.push(['…', `${keys.length - mostKeys} more names`])
  return Object.fromEntries(entries)
}

/** Of an operation the path says what its value is. */
function innerPlace(key: string, path: unknown, place: Place): Place {
  const lower = key.toLowerCase()
  const top = topPlace(place)
  if (place.name === 'operations') {
    if (lower === 'value') return typeof path === 'string' ? placeOf(path.slice(0, 500), top) : top
    if (lower === 'data' || lower === 'response') return top
  }
  return placeOf(key, place.name === 'resources' || place.name === 'operations' ? top : place)
}

function redactEntry(value: unknown, place: Place, walk: Walk, depth: number): unknown {
  if (isSecret(place) && value !== null) return secret
  if (typeof value !== 'string') return redact(value, place, walk, depth)
  if (place.name === 'path') return value.startsWith('/') ? redactUrlPath(value) : redactPath(value, place)
  if (place.name === 'filter') return redactFilter(value, place)
  if (place.name === 'detail') return redactDetail(value)
  if (place.name === 'nextcursor' || place.name === 'cursor') return value === '' ? '' : '…'
  if (place.name === 'schemas') return redactWords(value)
  return redact(value, place, walk, depth)
}

/** A resource that says it is a group, or an operation of a bulk request on one. */
function isAboutGroup({ schemas, path }: Record<string, unknown>, around: Place): boolean {
  if (Array.isArray(schemas) && schemas.length > 0) {
    const text = schemas
      .slice(0, 10)
      .filter((each) => typeof each === 'string')
      .join(' ')
    if (/:core:2\.0:Group\b/i.test(text)) return true
    if (/:core:2\.0:User\b/i.test(text)) return false
  }
  if (typeof path === 'string' && /^\/(Users|Groups)\b/i.test(path)) return /^\/Groups\b/i.test(path)
  return around.isGroup
}
