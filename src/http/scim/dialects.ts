import type { ConnectionKind } from '../../domain/connection.ts'

/** Where IdPs part from the RFC, or from one another: data, read by the normaliser. */
export type Dialect = {
  /** A replace on a bracket that matches nothing creates the element, as an add does. */
  readonly replaceCreates: boolean
  /** An empty string clears an attribute in a PATCH. */
  readonly emptyClears: boolean
  /** A PATCH without operations is a probe, not an error. */
  readonly emptyPatchAllowed: boolean
}

const tolerant: Dialect = { replaceCreates: false, emptyClears: false, emptyPatchAllowed: false }
const entra: Dialect = { replaceCreates: true, emptyClears: true, emptyPatchAllowed: true }

export const dialects: Record<ConnectionKind, Dialect> = {
  okta: tolerant,
  entra,
  onelogin: tolerant,
  jumpcloud: { ...tolerant, replaceCreates: true },
  google: tolerant,
  ping: tolerant,
  generic: tolerant,
}
