import type { UserFacts } from './directory-user.ts'

/** Who may suspend a person. A source lifts only its own suspension. */
export type SuspensionSource = 'directory' | 'operator' | 'account'

export type MemberStatus = 'active' | 'suspended' | 'removed'

/** A person in an account, in the IAM store. */
export type Member = {
  readonly id: string
  readonly accountId: string
  readonly userName: string
  /** The address that may reach the person: a work address or null, never a personal one. */
  readonly email: string | null
  readonly displayName: string | null
  readonly status: MemberStatus
  readonly suspendedBy: readonly SuspensionSource[]
  /** Role groups whose sections are dark to him, whatever his roles give: ids of switchable ones of the catalog, sorted. */
  readonly switchedOff: readonly string[]
  /** Counts lives: a rehire is the same member in a new incarnation, in which nothing of the old one lives on. */
  readonly incarnation: number
  /** Moves with every change of status; a late reconcile that read another one writes nothing. */
  readonly statusVersion: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What everybody begins with, whoever brings him. */
export const firstLife = {
  status: 'active',
  suspendedBy: [],
  switchedOff: [],
  incarnation: 1,
  statusVersion: 1,
} as const satisfies Partial<Member>

type Standing = Pick<Member, 'status' | 'suspendedBy' | 'statusVersion'>

function standing(member: Member, status: MemberStatus, suspendedBy: readonly SuspensionSource[]): Standing {
  const moved = status !== member.status || suspendedBy.join() !== member.suspendedBy.join()
  return { status, suspendedBy, statusVersion: moved ? member.statusVersion + 1 : member.statusVersion }
}

/** Adds or lifts one source's suspension; the others stay as they are. */
export function setSuspension(member: Member, source: SuspensionSource, suspended: boolean): Member {
  const others = member.suspendedBy.filter((other) => other !== source)
  const suspendedBy = suspended ? [...others, source].sort() : others
  const status = member.status === 'removed' ? 'removed' : suspendedBy.length > 0 ? 'suspended' : 'active'
  return { ...member, ...standing(member, status, suspendedBy) }
}

/** The member as his directory user now says: profile and the directory's own suspension, nobody else's. */
export function followDirectory(member: Member, facts: UserFacts, email: string | null): Member {
  const followed = setSuspension(member, 'directory', !facts.active)
  return { ...followed, userName: facts.userName, displayName: facts.displayName, email }
}

export function removeMember(member: Member): Member {
  return { ...member, ...standing(member, 'removed', member.suspendedBy) }
}

/**
 * A rehire. What the operator or the account suspended stays suspended: leaving and coming back through the directory
 * lifts only the directory's own word.
 */
export function rehire(member: Member, facts: UserFacts, email: string | null): Member {
  const alive: Member = { ...member, status: 'active', incarnation: member.incarnation + 1 }
  return { ...followDirectory(alive, facts, email), statusVersion: member.statusVersion + 1 }
}

/** Whether a change takes something from the person: such work overtakes joiners in every queue. */
export function isLeaving(before: Member, after: Member): boolean {
  return after.status !== 'active' && before.statusVersion !== after.statusVersion
}
