import { describe, expect, test } from 'vitest'
import { grantsOf, mayAssign, ownerRoleOf } from '../../../src/domain/catalog.ts'
import { shippedCatalog, verbsOf } from '../../support/catalogs.ts'

const catalog = shippedCatalog('studio')
const ROLES = catalog.roles.map(({ id }) => id)
const handedOutBy = (giver: string, levelsDown = 0) =>
  ROLES.filter((role) => mayAssign(catalog, [giver], role, levelsDown))

describe('studio', () => {
  test('studio-1: has three types of user, each at home on its level, each with everything below', () => {
    expect(catalog.purview).toBe('accounts-below')
    expect(catalog.accountLevels.map(({ id }) => id)).toEqual(['system', 'service-provider', 'account'])
    expect(catalog.userTypes.map(({ id, accountLevel }) => [id, accountLevel])).toEqual([
      ['system-user', 'system'],
      ['service-provider', 'service-provider'],
      ['account-user', 'account'],
    ])
    const scope = (role: string) => [...grantsOf(catalog, role).keys()]
    for (const [inner, outer] of [
      ['ac_ro', 'ac_rw'],
      ['ac_rw', 'ac_admin'],
      ['ac_admin', 'service-provider'],
      ['service-provider', 'system-user'],
    ] as const) {
      expect(scope(outer)).toEqual(expect.arrayContaining(scope(inner)))
      expect([inner, grantsOf(catalog, inner)]).not.toEqual([inner, grantsOf(catalog, outer)])
    }
  })

  test('tells the three account roles apart by Manage | Users and by reading', () => {
    const changes = (role: string) => [...grantsOf(catalog, role)].filter(([, words]) => words.includes('full'))
    expect(changes('ac_ro')).toEqual([])
    const admin = [...grantsOf(catalog, 'ac_admin').keys()]
    expect([...grantsOf(catalog, 'ac_rw').keys()]).toEqual(admin.filter((id) => !id.startsWith('manage-users')))
    expect([...grantsOf(catalog, 'ac_ro').keys()]).toEqual([...grantsOf(catalog, 'ac_rw').keys()])
  })

  test('shows each scope only where it exists, row by row', () => {
    const levels = ['system', 'service-provider', 'account']
    const seenAt: Record<string, string[]> = {
      'account-users': levels,
      'service-providers': ['system', 'service-provider'],
      'system-users': ['system'],
    }
    for (const { id, section } of catalog.capabilities) {
      const at = levels.filter((level) => grantsOf(catalog, 'system-user', level).has(id))
      expect([id, at]).toEqual([id, seenAt[section ?? '']])
    }
  })

  test('makes the first person of an account one of its level', () => {
    expect(['system', 'service-provider', 'account'].map((level) => ownerRoleOf(catalog, level)?.id)).toEqual([
      ...['system-user', 'service-provider', 'ac_admin'],
    ])
    expect(ownerRoleOf(catalog)?.id).toBe('ac_admin')
  })

  test('lets whoever manages users assign roles inside his purview, never one above it', () => {
    const ofAccounts = ['ac_admin', 'ac_rw', 'ac_ro']
    for (const down of [0, 1, 2]) {
      expect(handedOutBy('system-user', down)).toEqual(ROLES)
      expect(handedOutBy('service-provider', down)).toEqual(['service-provider', ...ofAccounts])
      expect(handedOutBy('ac_admin', down)).toEqual(ofAccounts)
      expect([...handedOutBy('ac_rw', down), ...handedOutBy('ac_ro', down)]).toEqual([])
    }
    expect(ROLES.flatMap((role) => handedOutBy(role, -1))).toEqual([])
  })

  test('has one role for each person, which can be customised inside the role', () => {
    expect(catalog).toMatchObject({ holding: 'one', customisation: 'within-role', permissionGroups: true })
  })

  test('has keys of the scope of their maker’s type, and none for system users', () => {
    expect(catalog.accessKeys).toMatchObject({ belongTo: 'person', roles: { kind: 'holder' } })
    expect(catalog.accessKeys?.scopes).toEqual({ 'account-user': 'ac', 'service-provider': 'sp' })
  })

  test.each([
    ['system-user', ['see-members', 'manage-members', 'manage-mappings', 'manage-permission-groups', 'read-audit']],
    ['service-provider', ['see-members', 'manage-members', 'manage-mappings', 'read-audit']],
    ['ac_admin', ['see-members', 'manage-members']],
    ['ac_rw', []],
    ['ac_ro', []],
  ])('%s may use %j of Joinery', (role, verbs) => {
    expect(verbsOf(catalog, role)).toEqual(verbs)
  })
})
