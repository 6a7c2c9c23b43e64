import { describe, expect, it } from 'vitest'
import type { UserFacts } from '../../../src/domain/directory-user.ts'
import {
  followDirectory,
  isLeaving,
  rehire,
  removeMember,
  setSuspension,
  type Member,
} from '../../../src/domain/member.ts'

const member: Member = {
  id: 'm1',
  accountId: 'a1',
  userName: 'jo',
  email: 'jo@corp.example',
  displayName: 'Jo',
  status: 'active',
  suspendedBy: [],
  switchedOff: [],
  incarnation: 1,
  statusVersion: 1,
  createdAt: 0,
  updatedAt: 0,
}
const told = (more: Partial<UserFacts> = {}): UserFacts => ({
  externalId: null,
  userName: 'jo',
  displayName: 'Jo',
  active: true,
  emails: [],
  attributes: {},
  ...more,
})

describe('a suspension', () => {
  it('of one source is lifted by that source alone', () => {
    const both = setSuspension(setSuspension(member, 'operator', true), 'directory', true)
    expect(both).toMatchObject({ status: 'suspended', suspendedBy: ['directory', 'operator'] })
    const back = setSuspension(both, 'directory', false)
    expect(back).toMatchObject({ status: 'suspended', suspendedBy: ['operator'] })
    expect(setSuspension(back, 'operator', false)).toMatchObject({ status: 'active', suspendedBy: [] })
  })

  it('told twice is told once, and moves no version the second time', () => {
    const once = setSuspension(member, 'directory', true)
    expect(setSuspension(once, 'directory', true)).toEqual(once)
    expect(once.statusVersion).toBe(2)
    expect(setSuspension(member, 'directory', false)).toEqual(member)
  })

  it('by a second source moves the version, as what lifts it is another thing now', () => {
    const once = setSuspension(member, 'directory', true)
    expect(setSuspension(once, 'operator', true).statusVersion).toBe(3)
  })

  it('does not bring back whoever was removed', () => {
    const gone = removeMember(setSuspension(member, 'directory', true))
    expect(setSuspension(gone, 'directory', false).status).toBe('removed')
  })
})

describe('a member follows his directory user', () => {
  it('in name, address and the flag', () => {
    expect(followDirectory(member, told({ userName: 'jo2', displayName: null, active: false }), null)).toMatchObject({
      userName: 'jo2',
      displayName: null,
      email: null,
      status: 'suspended',
      suspendedBy: ['directory'],
      statusVersion: 2,
    })
  })

  it('and a rename alone moves no status', () => {
    expect(followDirectory(member, told({ userName: 'jo2' }), 'x@corp.example').statusVersion).toBe(1)
  })

  it('never out of another’s suspension', () => {
    const held = setSuspension(member, 'operator', true)
    expect(followDirectory(held, told({ active: true }), null)).toMatchObject({
      status: 'suspended',
      suspendedBy: ['operator'],
    })
  })
})

describe('a rehire', () => {
  it('is the same member in a new incarnation, whose status version has moved', () => {
    const gone = removeMember(member)
    expect(rehire(gone, told({ userName: 'jo3' }), 'new@corp.example')).toMatchObject({
      id: 'm1',
      status: 'active',
      incarnation: 2,
      userName: 'jo3',
      email: 'new@corp.example',
      statusVersion: gone.statusVersion + 1,
    })
  })

  it('lifts the directory’s word alone', () => {
    const gone = removeMember(setSuspension(setSuspension(member, 'operator', true), 'directory', true))
    expect(rehire(gone, told(), null)).toMatchObject({ status: 'suspended', suspendedBy: ['operator'] })
    expect(rehire(removeMember(setSuspension(member, 'directory', true)), told(), null)).toMatchObject({
      status: 'active',
      suspendedBy: [],
    })
  })

  it('of somebody who comes back suspended is suspended', () => {
    expect(rehire(removeMember(member), told({ active: false }), null)).toMatchObject({
      status: 'suspended',
      incarnation: 2,
    })
  })
})

describe('leaving', () => {
  const suspended = setSuspension(member, 'directory', true)

  it.each<[string, Member, Member, boolean]>([
    ['a suspension', member, suspended, true],
    ['a removal', member, removeMember(member), true],
    ['the removal of somebody suspended', suspended, removeMember(suspended), true],
    ['coming back', suspended, setSuspension(suspended, 'directory', false), false],
    ['a rename', member, { ...member, userName: 'x' }, false],
    ['a rename of somebody suspended', suspended, { ...suspended, userName: 'x' }, false],
  ])('%s: %#', (_, before, after, wanted) => {
    expect(isLeaving(before, after)).toBe(wanted)
  })
})
