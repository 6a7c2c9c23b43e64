import { AppError } from '../../domain/errors.ts'
import type { ScimAnswer, ScimRequest } from './request.ts'

type Versioned = { readonly version: number }

/**
 * The entity tag of a row's version, weak as several forms of one resource share it. `parts` tells of what is in the answer
 * and moves without the row (the groups of a user); whoever changes a resource is asked for its version alone.
 */
export function etagOf({ version }: Versioned, parts: readonly string[] = []): string {
  return parts.length === 0 ? `W/"${version}"` : `W/"${version}.${digest(parts)}"`
}

/** If-Match (RFC 7644, 3.14): whoever names a version changes that one or nothing. Asked of the locked row. */
export function requireVersion({ ifMatch }: Pick<ScimRequest, 'ifMatch'>, row: Versioned): void {
  if (ifMatch === undefined) return
  const tags = tagsOf(ifMatch)
  if (tags.includes('*') || tags.some((tag) => versionOf(tag) === `"${row.version}"`)) return
  throw new AppError('precondition_failed', `the resource is at version ${etagOf(row)} by now; read it again`)
}

/** If-None-Match on a read (RFC 7644, 3.14): 304 without a body for whoever has this very answer. */
export function unlessKnown({ ifNoneMatch }: Pick<ScimRequest, 'ifNoneMatch'>, answer: ScimAnswer): ScimAnswer {
  const tag = answer.headers?.ETag
  if (ifNoneMatch === undefined || tag === undefined) return answer
  const tags = tagsOf(ifNoneMatch).map(strong)
  return tags.includes('*') || tags.includes(strong(tag)) ? { status: 304, headers: { ETag: tag } } : answer
}

function tagsOf(header: string): string[] {
  return header.split(',', 100).map((tag) => tag.trim())
}

/** Versions count changes, so that weak and strong say the same. */
function strong(tag: string): string {
  return tag.replace(/^W\//, '')
}

function versionOf(tag: string): string {
  return strong(tag).replace(/\.[0-9a-z]+"$/, '"')
}

/** A short number for a list of ids: FNV-1a, which tells lists apart and need not resist anybody. */
function digest(parts: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const character of parts.join()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash.toString(36)
}
