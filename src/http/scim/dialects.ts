import type { ConnectionKind } from '../../domain/connection.ts'

/**
 * Where an IdP parts from the RFC in what it means, not just in how it writes: data, read by the PATCH steps. How an IdP
 * writes is repaired alike for everybody.
 */
export type Dialect = {
  /** A replace on a bracket that matches nothing creates the element, as an add does. */
  readonly replaceCreates: boolean
  /** An empty string clears an attribute in a PATCH. */
  readonly emptyClears: boolean
  /** A PATCH without operations is a probe, not an error. */
  readonly emptyPatchAllowed: boolean
}

/** What each switch says, and what counts without it: for the page of the dialects. */
export const switches = {
  replaceCreates: {
    on: '`replace` on a bracket that matches nothing creates the element',
    off: '`noTarget`',
  },
  emptyClears: { on: '`""` clears an attribute in a PATCH', off: 'an empty text is a value' },
  emptyPatchAllowed: { on: 'a PATCH without operations is 200 or 204, without effect', off: '400' },
} as const satisfies Record<keyof Dialect, { on: string; off: string }>

const tolerant: Dialect = { replaceCreates: false, emptyClears: false, emptyPatchAllowed: false }

export const dialects: Record<ConnectionKind, Dialect> = {
  okta: tolerant,
  entra: { replaceCreates: true, emptyClears: true, emptyPatchAllowed: true },
  onelogin: tolerant,
  jumpcloud: { ...tolerant, replaceCreates: true },
  google: tolerant,
  ping: tolerant,
  generic: tolerant,
}
