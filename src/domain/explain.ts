import { accessOf, grantsOf, type Catalog, type Cells } from './catalog.ts'
import { holderOf, type Held } from './holder.ts'
import { hasAccess, type AccessNeed } from './joinery-verbs.ts'
import type { Grant, GrantPath, GrantSource, LossReason, Resolution } from './resolve.ts'

/** What is asked about: a role, access to a capability, or (null) every role. */
export type Wanted = { readonly role: string } | AccessNeed | null

/** A path that gives what is asked about. */
export type GrantingPath = { readonly role: string; readonly source: GrantSource; readonly path: GrantPath }

export type PathLoss =
  | LossReason
  | 'outside_purview'
  | 'out_at_home' // he comes in by other accounts alone, which have suspended him or let him go
  | 'not_available_at_level'
  | 'not_applied_yet'
  | 'switched_off' // the role gives it, and its role group is switched off for him
  | 'customised' // the role gives it, his customised permissions leave it out
  | 'ceiling' // his customised permissions have it, the role does not give it
/** A path that was considered and lost, and the one reason why. */
export type LostPath = GrantingPath & { readonly reason: PathLoss }

export type Explanation = { readonly granted: readonly GrantingPath[]; readonly lost: readonly LostPath[] }

export type Explained = {
  readonly catalog: Catalog
  /** The level of the account that is asked about. */
  readonly level: string
  /** What he is let have of his roles; null where they are not customised. */
  readonly cells: Cells | null
  /** The role groups that are switched off for him. */
  readonly switchedOff: readonly string[]
  /** What `resolve()` says of the member's facts. */
  readonly resolution: Resolution
  /** The grants that count now: of a member who lags, fewer than resolved. */
  readonly counting: readonly Grant[]
  /** Why no grant at all reaches the account that is asked about; null where they do. */
  readonly beyond: PathLoss | null
}

/** Every path to what is asked about: those that grant it now, and those that would, each with what it was lost to. */
export function explain(explained: Explained, wanted: Wanted): Explanation {
  const { resolution, counting } = explained
  const stored = counting.filter((grant) => !resolution.grants.some((other) => isSame(other, grant)))
  const candidates = [...resolution.grants, ...stored].flatMap(pathsOf).map((path) => ({
    path,
    reason: lossOf(explained, path, wanted),
  }))
  const before = resolution.losses.map(({ reason, ...path }) => ({ path, reason }))
  const relevant = [...candidates, ...before].filter(({ path }) => concerns(explained, path.role, wanted))
  return {
    granted: relevant.flatMap(({ path, reason }) => (reason === null ? [path] : [])),
    lost: relevant.flatMap(({ path, reason }) => (reason === null ? [] : [{ ...path, reason }])),
  }
}

function lossOf(explained: Explained, path: GrantingPath, wanted: Wanted): PathLoss | null {
  const { beyond, counting, catalog, level, cells, switchedOff } = explained
  if (beyond !== null) return beyond
  if (!counting.some((grant) => isSame(grant, path))) return 'not_applied_yet'
  if (wanted === null || 'role' in wanted) return null
  const roles = [path.role]
  const given = (held: Pick<Held, 'cells' | 'switchedOff'>): boolean =>
    hasAccess(holderOf(catalog, { roles, ...held }, level).access, wanted)
  if (given({ cells, switchedOff })) return null
  if (given({ cells, switchedOff: [] })) return 'switched_off'
  if (given({ cells: null, switchedOff: [] })) return 'customised'
  return gives(catalog, path.role, wanted) ? 'not_available_at_level' : 'ceiling'
}

/** Whether a path is one to what is asked about, or was one when the member's permissions were customised. */
function concerns({ catalog, cells }: Explained, role: string, wanted: Wanted): boolean {
  if (gives(catalog, role, wanted)) return true
  if (cells === null || wanted === null || 'role' in wanted) return false
  return hasAccess(accessOf(catalog, { kind: 'cells', cells }), wanted)
}

/** Whether the role is what is asked about, or gives it at some level of the account tree. */
function gives(catalog: Catalog, role: string, wanted: Wanted): boolean {
  if (wanted === null) return true
  return 'role' in wanted ? role === wanted.role : hasAccess(grantsOf(catalog, role), wanted)
}

function pathsOf({ role, source, paths }: Grant): GrantingPath[] {
  return paths.map((path) => ({ role, source, path }))
}

function isSame(a: Pick<Grant, 'role' | 'source'>, b: Pick<Grant, 'role' | 'source'>): boolean {
  return a.role === b.role && a.source === b.source
}
