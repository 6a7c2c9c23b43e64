import { createHash } from 'node:crypto'

/** The entity tag of an answer: the same but for fields that are left out, the same tag. */
export function etagOf(body: string, untagged: readonly string[] = []): string {
  const covered = untagged.length === 0 ? body : without(body, untagged)
  return `"${createHash('sha256').update(covered).digest('base64url').slice(0, 27)}"`
}

function without(body: string, names: readonly string[]): string {
  return JSON.stringify(JSON.parse(body), (name, value: unknown) => (names.includes(name) ? undefined : value))
}

/** If-None-Match (RFC 9110, 13.1.2): whether the caller has this very answer. It compares weakly. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const tags = ifNoneMatch.split(',', 100).map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
