/** What a person asks for, and what came of it. */
export type RoleRequest = {
  readonly id: string
  readonly accountId: string
  readonly memberId: string
  /** The life of the member in which it was asked; it is not granted in another. */
  readonly incarnation: number
  readonly role: string
  /** Why, in the words of whoever asks. */
  readonly reason: string | null
  readonly state: RoleRequestState
  /** As the audit log names him. */
  readonly askedBy: string
  readonly askedAt: number
  /** Until when the catalog promises an answer; epoch milliseconds. */
  readonly promisedAt: number
  readonly decidedBy: string | null
  readonly decidedAt: number | null
  readonly answer: string | null
}

export const roleRequestStates = ['open', 'granted', 'declined', 'withdrawn'] as const
export type RoleRequestState = (typeof roleRequestStates)[number]

/** Whether an answer is later than it was promised. */
export function isOverdue({ state, promisedAt }: RoleRequest, now: number): boolean {
  return state === 'open' && now > promisedAt
}

/** Whether somebody has a part in the request: he asked, or it is for him. Such a person decides nothing in it. */
export function hasPart({ askedBy, memberId }: RoleRequest, actor: string): boolean {
  return actor === askedBy || actor === `member:${memberId}`
}
