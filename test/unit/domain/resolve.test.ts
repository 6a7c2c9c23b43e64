import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/domain/catalog.ts'
import { loadShippedCatalogs } from '../../../src/adapters/catalogs/load-catalogs.ts'
import {
  resolve,
  type Assignment,
  type Facts,
  type MappedMembership,
  type ProfileRole,
} from '../../../src/domain/resolve.ts'

const plivo = loadShippedCatalogs().get('plivo')!
const several: Catalog = { ...plivo, holding: 'several' }

const through = (role: string, more: Partial<MappedMembership> = {}): MappedMembership => ({
  connectionId: 'c1',
  connectionActive: true,
  userActive: true,
  via: [],
  groupId: `g-${role}`,
  mappingId: `m-${role}`,
  role,
  ...more,
})
const given = (role: string, more: Partial<Assignment> = {}): Assignment => ({
  id: `a-${role}`,
  role,
  source: 'manual',
  incarnation: 2,
  validFrom: null,
  validTo: null,
  ...more,
})
const told = (value: string, more: Partial<ProfileRole> = {}): ProfileRole => ({
  connectionId: 'c1',
  connectionActive: true,
  userActive: true,
  accepted: true,
  value,
  display: null,
  ...more,
})
const facts = (more: Partial<Facts> = {}): Facts => ({
  now: 1000,
  accountStopped: false,
  status: 'active',
  incarnation: 2,
  memberships: [],
  profileRoles: [],
  assignments: [],
  catalog: several,
  ...more,
})
const roles = (more: Partial<Facts>): string[] => resolve(facts(more)).grants.map(({ role }) => role)
const losses = (more: Partial<Facts>) => resolve(facts(more)).losses.map(({ role, reason }) => [role, reason])

describe('the roles of a member', () => {
  it('are none without a mapped membership and without an assignment', () => {
    expect(resolve(facts())).toEqual({ grants: [], losses: [] })
  })

  it('come with every path that leads to them', () => {
    const memberships = [through('developer'), through('developer', { groupId: 'g2', mappingId: 'm2' })]
    expect(resolve(facts({ memberships, assignments: [given('developer')] })).grants).toEqual([
      {
        role: 'developer',
        source: 'directory',
        paths: [
          { connection: 'c1', group: 'g-developer', mapping: 'm-developer' },
          { connection: 'c1', group: 'g2', mapping: 'm2' },
        ],
      },
      { role: 'developer', source: 'manual', paths: [{ assignment: 'a-developer' }] },
    ])
  })

  it('do not depend on the order of the facts', () => {
    const memberships = [through('developer'), through('support'), through('developer', { groupId: 'g0' })]
    const assignments = [given('admin'), given('owner', { source: 'owner' })]
    const forward = resolve(facts({ memberships, assignments }))
    const backward = resolve(facts({ memberships: memberships.toReversed(), assignments: assignments.toReversed() }))
    expect(backward).toEqual(forward)
  })

  it.each(['suspended', 'removed'] as const)('are none while he is %s, each with that reason', (status) => {
    const more = { status, memberships: [through('developer')], assignments: [given('owner', { source: 'owner' })] }
    expect(roles(more)).toEqual([])
    expect(losses(more)).toEqual([
      ['developer', status],
      ['owner', status],
    ])
  })

  it.each<[string, Partial<Facts>, string]>([
    ['a suspended directory user', { memberships: [through('developer', { userActive: false })] }, 'suspended'],
    [
      'a retired connection',
      { memberships: [through('developer', { connectionActive: false })] },
      'connection_retired',
    ],
    ['an assignment of a former life', { assignments: [given('developer', { incarnation: 1 })] }, 'former_life'],
  ])('are not reached through %s', (_, more, reason) => {
    expect(roles(more)).toEqual([])
    expect(losses(more)).toEqual([['developer', reason]])
  })

  it('say through which groups they come, and are lost beyond ten of them', () => {
    const via = Array.from({ length: 10 }, (_, index) => `g${index}`)
    expect(resolve(facts({ memberships: [through('developer', { via })] })).grants).toEqual([
      {
        role: 'developer',
        source: 'directory',
        paths: [{ connection: 'c1', via, group: 'g-developer', mapping: 'm-developer' }],
      },
    ])
    expect(losses({ memberships: [through('developer', { via: [...via, 'g10'] })] })).toEqual([
      ['developer', 'nested_too_deep'],
    ])
  })

  it('that the catalog does not know are lost', () => {
    expect(losses({ memberships: [through('astronaut')], assignments: [given('pilot')] })).toEqual([
      ['astronaut', 'unknown_role'],
      ['pilot', 'unknown_role'],
    ])
  })

  it('stay while one path to them stands', () => {
    const memberships = [through('developer', { userActive: false }), through('developer', { connectionId: 'c2' })]
    const { grants, losses } = resolve(facts({ memberships }))
    expect(grants).toMatchObject([{ role: 'developer', paths: [{ connection: 'c2' }] }])
    expect(losses).toMatchObject([{ role: 'developer', reason: 'suspended', path: { connection: 'c1' } }])
  })
})

describe('where a member holds one role', () => {
  const one = (more: Partial<Facts>): string[] => roles({ catalog: plivo, ...more })

  it('ownership overrules a person’s word, and that the directory’s', () => {
    const memberships = [through('admin')]
    expect(one({ memberships, assignments: [given('support')] })).toEqual(['support'])
    expect(one({ memberships, assignments: [given('support'), given('owner', { source: 'owner' })] })).toEqual([
      'owner',
    ])
    expect(losses({ catalog: plivo, memberships, assignments: [given('support')] })).toEqual([['admin', 'overruled']])
  })

  it('of several roles of one source the one that the catalog lists first stands', () => {
    expect(one({ memberships: [through('support'), through('developer'), through('admin')] })).toEqual(['admin'])
    expect(one({ memberships: [through('finance-analyst'), through('support')] })).toEqual(['support'])
  })

  it('a path that is lost overrules nothing', () => {
    const assignments = [given('admin', { incarnation: 1 })]
    expect(one({ memberships: [through('support')], assignments })).toEqual(['support'])
    expect(one({ memberships: [through('admin', { userActive: false }), through('support')] })).toEqual(['support'])
  })

  it('the same role from several sources is kept with all its paths', () => {
    const { grants } = resolve(
      facts({ catalog: plivo, memberships: [through('admin')], assignments: [given('admin')] }),
    )
    expect(grants.map(({ source }) => source)).toEqual(['directory', 'manual'])
  })
})

describe('where a member holds one role of each group', () => {
  const grouped: Catalog = {
    ...plivo,
    holding: 'one-per-group',
    roles: plivo.roles.map((role) =>
      role.id === 'admin' || role.id === 'developer' ? { ...role, group: 'tech' } : role,
    ),
  }

  it('roles of one group exclude each other, and others do not', () => {
    const memberships = [through('developer'), through('admin'), through('support'), through('finance-analyst')]
    expect(roles({ catalog: grouped, memberships })).toEqual(['admin', 'finance-analyst', 'support'])
  })
})

describe('roles in a user’s profile', () => {
  it('count where the connection lets them, each with where it was told', () => {
    const entra = '{"id":"06b0","value":"support","displayName":"S"}'
    expect(resolve(facts({ profileRoles: [told(entra), told('developer')] })).grants).toEqual([
      { role: 'developer', source: 'idp', paths: [{ connection: 'c1', attribute: 'roles', value: 'developer' }] },
      { role: 'support', source: 'idp', paths: [{ connection: 'c1', attribute: 'roles', value: entra }] },
    ])
  })

  it.each<[string, ProfileRole, string]>([
    ['where the connection does not let them', told('developer', { accepted: false }), 'not_accepted'],
    ['on a retired connection', told('developer', { connectionActive: false }), 'connection_retired'],
    ['of a suspended user', told('developer', { userActive: false }), 'suspended'],
    ['that own', told('owner'), 'protected_role'],
    ['that manage members', told('admin'), 'protected_role'],
  ])('do not count %s, and say so', (_, role, reason) => {
    expect(roles({ profileRoles: [role] })).toEqual([])
    expect(losses({ profileRoles: [role] })).toEqual([[role.value, reason]])
  })

  it('that the catalog does not know are shown as they were told', () => {
    expect(resolve(facts({ profileRoles: [told('Global Moderator')] })).losses).toEqual([
      {
        role: 'Global Moderator',
        source: 'idp',
        path: { connection: 'c1', attribute: 'roles', value: 'Global Moderator' },
        reason: 'unknown_role',
      },
    ])
    expect(losses({ status: 'suspended', profileRoles: [told('x')] })).toEqual([['x', 'suspended']])
  })

  it('rank with the groups of the same IdP, below a person’s word', () => {
    const one = (more: Partial<Facts>): string[] => roles({ catalog: plivo, ...more })
    expect(one({ profileRoles: [told('support')], memberships: [through('developer')] })).toEqual(['developer'])
    expect(one({ profileRoles: [told('developer')], memberships: [through('support')] })).toEqual(['developer'])
    expect(one({ profileRoles: [told('developer')], assignments: [given('support')] })).toEqual(['support'])
    const both = facts({ catalog: plivo, profileRoles: [told('support')], memberships: [through('support')] })
    expect(resolve(both).grants.map(({ source }) => source)).toEqual(['directory', 'idp'])
  })
})
