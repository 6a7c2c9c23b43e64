/**
 * A value as the one text that RFC 8785 (JCS) gives it: keys sorted by their UTF-16 units, no white space, numbers and texts
 * as ECMAScript writes them. Whoever hashes a value hashes this text.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item === undefined ? null : item)).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalText(inner)}`)
  return `{${members.join()}}`
}
