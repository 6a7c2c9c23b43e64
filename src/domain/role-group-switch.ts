import { withoutHidden, type Catalog, type RoleGroup } from './catalog.ts'
import type { EffectiveAccess } from './joinery-verbs.ts'

/** The role groups that can be switched off for a member, apart from his roles. */
export function switchableGroups({ roleGroups }: Catalog): readonly RoleGroup[] {
  return roleGroups.filter(({ switchable }) => switchable)
}

/**
 * What is left of access where role groups are switched off: nothing in the sections of these. The very same where nothing is
 * taken; a group that the catalog has no more, or that cannot be switched any more, takes nothing.
 */
export function withoutDark(
  catalog: Catalog,
  access: EffectiveAccess,
  switchedOff: readonly string[],
): EffectiveAccess {
  if (switchedOff.length === 0) return access
  const off = switchableGroups(catalog).filter(({ id }) => switchedOff.includes(id))
  const parents = new Map(catalog.sections.map(({ id, parent }) => [id, parent]))
  const isDark = (section: string | undefined): boolean =>
    section !== undefined && (off.some(({ sections }) => sections.includes(section)) || isDark(parents.get(section)))
  const taken = catalog.capabilities.filter(({ id, section }) => access.has(id) && isDark(section))
  if (taken.length === 0) return access
  const names = new Set(taken.map(({ id }) => id))
  return withoutHidden(catalog, new Map([...access].filter(([id]) => !names.has(id))))
}
