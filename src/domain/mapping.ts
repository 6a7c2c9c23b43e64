/**
 * Directory group → role. A bound mapping names our immutable group id; a waiting one names a group that has not been
 * created yet; an unconfirmed one has met a group but reaches a role that only a person may let it reach.
 */
export type Mapping = {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly groupId: string | null
  /** The name it was made with, or null when it was made by id. */
  readonly groupName: string | null
  readonly role: string
  readonly state: 'bound' | 'waiting' | 'unconfirmed'
  readonly createdAt: number
}

/** How long a mapping by name waits for its group to be created. */
export const waitingDays = 30

const dayMs = 86_400_000

export function stillWaits(mapping: Mapping, now: number): boolean {
  return mapping.state === 'waiting' && now - mapping.createdAt <= waitingDays * dayMs
}

/** What a mapping by name becomes when a group of that name is created: only a harmless role is reached unasked. */
export function bindOnCreate(mapping: Mapping, groupId: string, sensitive: boolean): Mapping {
  return { ...mapping, groupId, state: sensitive ? 'unconfirmed' : 'bound' }
}
