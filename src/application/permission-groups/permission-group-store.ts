import type { Member } from '../../domain/member.ts'
import type { PermissionGroup } from '../../domain/permission-group.ts'
import type { StoredFacts } from '../propagation/facts.ts'

/** Permission groups; whoever changes them holds the lock on their account. */
export type PermissionGroups = {
  insert(group: PermissionGroup): Promise<void>
  update(group: PermissionGroup): Promise<void>
  ofAccount(accountId: string): Promise<PermissionGroup[]>
  use(group: PermissionGroup, now: number): Promise<GroupUse>
  /** People of whom it is stored that an IdP named the group, with what decides whether one still does; in the order of their ids, behind `after`. */
  namedByIdp(group: PermissionGroup, slice: { after: string; limit: number }): Promise<NamedByIdp[]>
  /** Takes the group away with every assignment and mapping to it. */
  remove(group: PermissionGroup): Promise<void>
}

/** Who and what names a group at this instant; what propagation has yet to take away names it no more. */
export type GroupUse = {
  /** Whose grant is stored and has still something that it comes from. */
  readonly people: number
  /** In force or to begin, of people who were not removed. */
  readonly assignments: number
  readonly mappings: number
  /** Neither accepted nor revoked nor expired. */
  readonly invitations: number
  /** Access keys that have not expired. */
  readonly keys: number
}

export type NamedByIdp = { readonly member: Pick<Member, 'id' | 'status' | 'incarnation'>; readonly facts: StoredFacts }
