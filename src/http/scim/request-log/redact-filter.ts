import { isSecret, mask, placeOf, redactText, redactWords, topPlace, type Subject } from './redact-value.ts'

const token = /\s+|[()[\]]|"(?:[^"\\]|\\.)*"?|[^\s()[\]"]+/g
const operators = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'])
const joints = new Set(['and', 'or', 'not'])
const longest = 2048

/**
 * A filter, or a path with brackets, whose attributes and operators stay and whose values are masked as they are in a body.
 * What stands where no attribute can is taken for a value.
 */
export function redactFilter(text: string, subject: Subject): string {
  const tokens = text.slice(0, longest).match(token) ?? []
  let attribute = topPlace(subject)
  const redacted = tokens.map((each, index) => {
    if (/^[\s()[\]]/.test(each)) return each
    const next = tokens.slice(index + 1).find((other) => other.trim() !== '')
    const lower = each.toLowerCase()
    if (operators.has(lower) || joints.has(lower)) return lower
    if (isName(each, next)) {
      attribute = each.startsWith('.') ? placeOf(`x${each}`, attribute) : placeOf(each, topPlace(subject))
      return redactWords(each)
    }
    return redactFilterValue(each, attribute)
  })
  return `${redacted.join('')}${text.length > longest ? '…' : ''}`
}

/** A word before an operator or a bracket, or a sub-attribute behind one. */
function isName(word: string, next: string | undefined): boolean {
  if (word.startsWith('"') || !/^[\w$.:-]+$/.test(word)) return false
  return word.startsWith('.') || next === '[' || (next !== undefined && operators.has(next.toLowerCase()))
}

function redactFilterValue(word: string, place: ReturnType<typeof topPlace>): string {
  if (!word.startsWith('"')) return !isSecret(place) && /^\d{4}-\d\d-\d\dT/.test(word) ? word : redactText(word, place)
  const closed = word.length > 1 && word.endsWith('"')
  const inner = word.slice(1, closed ? -1 : undefined).replaceAll(/\\(.)/g, '$1')
  return `"${place.name === '' ? mask(inner) : redactText(inner, place)}${closed ? '"' : ''}`
}

/** A path of a PATCH or a key: bare names stay, brackets are redacted as filters. */
export function redactPath(path: string, subject: Subject): string {
  const short = path.slice(0, 200)
  return /^[\w$.:-]*$/.test(short) ? short : redactFilter(short, subject)
}
