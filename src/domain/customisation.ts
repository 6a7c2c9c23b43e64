import { accessOf, withoutHidden, type Catalog, type Cells } from './catalog.ts'
import type { EffectiveAccess } from './joinery-verbs.ts'

/**
 * What one member is let have of his roles. It only takes: what a role gives later it does not let through, and what a role
 * gives no more it does not keep. It ends with a reset, and with the member's present life.
 */
export type Customisation = {
  readonly accountId: string
  readonly memberId: string
  readonly incarnation: number
  readonly cells: Cells
  /** As the audit log names him. */
  readonly setBy: string
  readonly setAt: number
}

/** What is left of access under customised cells. */
export function customised(catalog: Catalog, access: EffectiveAccess, cells: Cells): EffectiveAccess {
  return withoutHidden(catalog, shared(access, accessOf(catalog, { kind: 'cells', cells })))
}

function shared(access: EffectiveAccess, other: EffectiveAccess): EffectiveAccess {
  const both = new Map<string, readonly string[]>()
  for (const [capability, words] of access) {
    const theirs = other.get(capability) ?? []
    const common = words.filter((word) => theirs.includes(word))
    if (common.length > 0) both.set(capability, common)
  }
  return both
}

/** What `access` has and `other` lacks. */
export function beyond(access: EffectiveAccess, other: EffectiveAccess): EffectiveAccess {
  const more = new Map<string, readonly string[]>()
  for (const [capability, words] of access) {
    const left = words.filter((word) => !other.get(capability)?.includes(word))
    if (left.length > 0) more.set(capability, left)
  }
  return more
}

/** Access written as cells: the highest level, or all verbs. */
export function cellsOf({ access: { kind } }: Catalog, access: EffectiveAccess): Cells {
  return Object.fromEntries([...access].map(([id, words]) => [id, kind === 'levels' ? words.slice(-1) : words]))
}
