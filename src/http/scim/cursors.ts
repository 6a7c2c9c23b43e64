import type { Place } from '../../application/views.ts'
import { canonicalJson } from '../../domain/directory-user.ts'
import { ScimError } from './scim-error.ts'

/** Encrypts and authenticates a text; `open` answers null for whatever it has not sealed itself. */
export type Seal = { seal(text: string): string; open(sealed: string): string | null }

/** How long a cursor is good for. */
export const cursorTimeoutSeconds = 600

export type CursorTools = Seal & { now(): number }

/** What the pages of one query have in common: a cursor is good for no other (RFC 9865, 2). */
export type CursorScope = { readonly connection: string; readonly query: object; readonly count: number }

type Content = { p: Place; q: string; c: number; t: number }

/** A cursor of RFC 9865: it holds its own state, is sealed, and tells nothing. */
export function writeCursor(tools: CursorTools, scope: CursorScope, place: Place): string {
  const content: Content = { p: place, q: scopeText(scope), c: scope.count, t: tools.now() }
  return tools.seal(JSON.stringify(content))
}

/** The place that a cursor stands for; the empty cursor asks for the first page. Forged and foreign ones are alike. */
export function readCursor(tools: CursorTools, scope: CursorScope, cursor: string): Place | null {
  if (cursor === '') return null
  const text = tools.open(cursor)
  const content = text === null ? null : (JSON.parse(text) as Content)
  if (content === null || content.q !== scopeText(scope))
    throw new ScimError(400, 'invalidCursor', 'cursor: not one of this query; begin with an empty one')
  if (tools.now() - content.t > cursorTimeoutSeconds * 1000)
    throw new ScimError(400, 'expiredCursor', `cursor: older than ${cursorTimeoutSeconds} s; begin with an empty one`)
  if (content.c !== scope.count)
    throw new ScimError(400, 'invalidCount', `count: ${content.c} on the first page, so it stays ${content.c}`)
  return content.p
}

function scopeText({ connection, query }: CursorScope): string {
  return `${connection} ${canonicalJson(query)}`
}
