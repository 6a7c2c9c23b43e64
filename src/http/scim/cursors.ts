import type { Place } from '../../application/views.ts'
import { canonicalJson } from '../../domain/directory-user.ts'
import { ScimError } from './scim-error.ts'

/** Encrypts a text and ties it to a context; `open` answers null for whatever it has not sealed itself for that context. */
export type Seal = { seal(text: string, context: string): string; open(sealed: string, context: string): string | null }

/** How long a cursor is good for. */
export const cursorTimeoutSeconds = 600

export type CursorTools = Seal & { now(): number }

/** What the pages of one query have in common: a cursor is good for no other (RFC 9865, 2). */
export type CursorScope = { readonly connection: string; readonly query: object; readonly count: number }

type Content = { p: Place; c: number; t: number }

/** A cursor of RFC 9865: it holds its own state, is sealed, and tells nothing. */
export function writeCursor(tools: CursorTools, scope: CursorScope, place: Place): string {
  const content: Content = { p: place, c: scope.count, t: tools.now() }
  return tools.seal(JSON.stringify(content), contextOf(scope))
}

/** The place that a cursor stands for; the empty cursor asks for the first page. Forged and foreign ones are alike. */
export function readCursor(tools: CursorTools, scope: CursorScope, cursor: string): Place | null {
  if (cursor === '') return null
  const text = tools.open(cursor, contextOf(scope))
  if (text === null) throw new ScimError(400, 'invalidCursor', 'cursor: not one of this query; begin with an empty one')
  const content = JSON.parse(text) as Content
  if (tools.now() - content.t > cursorTimeoutSeconds * 1000)
    throw new ScimError(400, 'expiredCursor', `cursor: older than ${cursorTimeoutSeconds} s; begin with an empty one`)
  if (content.c !== scope.count)
    throw new ScimError(400, 'invalidCount', `count: ${content.c} on the first page, so it stays ${content.c}`)
  return content.p
}

function contextOf({ connection, query }: CursorScope): string {
  return `${connection} ${canonicalJson(query)}`
}
