import type { Catalog } from './catalog.ts'

/**
 * A tenant of the platform, living under one role catalog, and perhaps below another account. `epoch` counts changes that
 * touch all its members at once.
 */
export type Account = {
  readonly id: string
  readonly name: string
  readonly catalog: string
  /** The account above it, of the same catalog; null at the top of a tree. */
  readonly parentId: string | null
  /** Its level in the catalog's tree; null, of accounts opened before levels were told, is the lowest. */
  readonly level: string | null
  /** Flags of its plan, which the catalog may ask for. */
  readonly entitlements: readonly string[]
  /** Since when it is suspended itself; epoch milliseconds. */
  readonly suspendedAt: number | null
  /** Whether it or an account above it is suspended: nobody gets in, nothing is granted. */
  readonly stopped: boolean
  readonly epoch: number
  readonly createdAt: number
}

/** The level at which an account stands in the catalog's tree. */
export function levelOf(catalog: Catalog, { level }: Pick<Account, 'level'>): string {
  return level ?? catalog.accountLevels.at(-1)?.id ?? ''
}

/** Why an account of this level cannot stand there; null where it can. `parentLevel` is null at the top of a tree. */
export function levelRefusal(catalog: Catalog, level: string, parentLevel: string | null): string | null {
  const levels = catalog.accountLevels.map(({ id }) => id)
  if (!levels.includes(level))
    return `catalog "${catalog.id}" has no level "${level}"; choose one of: ${levels.join(', ')}`
  if (parentLevel === null) return null
  const below = levels.slice(levels.indexOf(parentLevel) + 1)
  if (below.includes(level)) return null
  if (below.length === 0) {
    const above = levels.slice(0, -1)
    const mend = above.length === 0 ? 'open it without a parent' : `choose a parent of level ${above.join(' or ')}`
    return `an account of level "${parentLevel}" has none below it; ${mend}`
  }
  return `below an account of level "${parentLevel}" choose one of: ${below.join(', ')}`
}

/** The level of a new account of which none is told: the one below its parent, and the catalog's usual one without a parent. */
export function usualLevel(catalog: Catalog, parentLevel: string | null): string {
  if (parentLevel === null) return catalog.usualLevel
  const levels = catalog.accountLevels.map(({ id }) => id)
  return levels[levels.indexOf(parentLevel) + 1] ?? levels.at(-1) ?? ''
}
