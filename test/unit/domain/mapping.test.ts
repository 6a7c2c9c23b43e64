import { describe, expect, it } from 'vitest'
import { bindOnCreate, stillWaits, waitingDays, type Mapping } from '../../../src/domain/mapping.ts'

const dayMs = 86_400_000
const mapping: Mapping = {
  id: 'm1',
  accountId: 'a1',
  connectionId: 'c1',
  groupId: null,
  groupName: 'Engineers',
  role: 'developer',
  state: 'waiting',
  createdAt: 1000,
}

describe('a mapping by name', () => {
  it('waits for 30 days, the last instant included', () => {
    expect(waitingDays).toBe(30)
    expect(stillWaits(mapping, 1000)).toBe(true)
    expect(stillWaits(mapping, 1000 + 30 * dayMs)).toBe(true)
    expect(stillWaits(mapping, 1001 + 30 * dayMs)).toBe(false)
  })

  it.each(['bound', 'unconfirmed'] as const)('that is %s waits no more', (state) => {
    expect(stillWaits({ ...mapping, state }, 1000)).toBe(false)
  })

  it('binds to the group that is created, or waits for a person’s word where its role is sensitive', () => {
    expect(bindOnCreate(mapping, 'g1', false)).toEqual({ ...mapping, groupId: 'g1', state: 'bound' })
    expect(bindOnCreate(mapping, 'g1', true)).toEqual({ ...mapping, groupId: 'g1', state: 'unconfirmed' })
    expect(mapping.groupId).toBeNull()
  })
})
