import { findRole, slotOf, type Catalog } from './catalog.ts'
import type { Assignment } from './resolve.ts'

/** An assignment with whose it is, who made it (as the audit log names him; null: before that was kept), and when. */
export type MemberAssignment = Assignment & {
  readonly accountId: string
  readonly memberId: string
  readonly assignedBy: string | null
  readonly createdAt: number
}

/**
 * The assignments, by hand or by a first sign-in, that a new one takes the place of: the same role's, and where a member holds one role (of each
 * group) those of the slot it goes to. Of another life, or over already: they go as well.
 */
export function replacedBy(
  catalog: Catalog,
  role: string,
  assignments: readonly MemberAssignment[],
): readonly MemberAssignment[] {
  const slot = slotOf(catalog, role)
  return assignments.filter(
    (each) => each.source !== 'owner' && (each.role === role || slotOf(catalog, each.role) === slot),
  )
}

/** Whether a role stands above what people give and take by hand. */
export function isOwnership(catalog: Catalog, roleId: string): boolean {
  return findRole(catalog, roleId)?.flags.exclusive ?? false
}
