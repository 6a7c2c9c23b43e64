import type { MemberAssignment } from '../../domain/assignment.ts'

/** What a report of assignments tells beside members and their grants. */
export type HoldingFacts = {
  /** Since when a grant is stored, by `holdingKey`; epoch milliseconds. */
  readonly since: ReadonlyMap<string, number>
  readonly assignments: ReadonlyMap<
    string,
    Pick<MemberAssignment, 'assignedBy' | 'createdAt' | 'validFrom' | 'validTo'>
  >
  /** The last sign-in or the last use of a session here, of the present life. */
  readonly lastSeenAt: ReadonlyMap<string, number>
  readonly groupNames: ReadonlyMap<string, string>
}
export type ReportViews = {
  holdingFacts(memberIds: readonly string[], groupIds: readonly string[]): Promise<HoldingFacts>
}

export function holdingKey(memberId: string, role: string, source: string): string {
  return `${memberId}\n${role}\n${source}`
}
