import { describe, expect, test } from 'vitest'
import { grantsOf, managesJoinery, mayAssign, ownerRoleOf } from '../../../src/domain/catalog.ts'
import { meetsControl } from '../../../src/domain/joinery-verbs.ts'
import { shippedCatalog, verbsOf } from '../../support/catalogs.ts'

const catalog = shippedCatalog('iotcomms')
const ROLES = catalog.roles.map(({ id }) => id)

describe('iotcomms', () => {
  test('has people hold several roles at once', () => {
    expect(catalog.holding).toBe('several')
  })

  test('lets nobody hand out a role, by creating an account neither', () => {
    expect(ROLES.filter((role) => mayAssign(catalog, ROLES, role))).toEqual([])
    expect(ownerRoleOf(catalog)).toBeUndefined()
  })

  test('has people ask for roles, an admin for others too, with an answer within 48 hours', () => {
    expect(catalog.roleRequests?.promisedHours).toBe(48)
    const asks = (role: string) =>
      catalog.roleRequests !== undefined &&
      meetsControl(catalog.roleRequests.forOthers, { roles: [role], userTypes: [], access: grantsOf(catalog, role) })
    expect(ROLES.filter(asks)).toEqual(['admin'])
  })

  test('has keys of the organization, with the roles that are named or else admin', () => {
    expect(catalog.accessKeys).toMatchObject({
      ...{ belongTo: 'organisation', maxPerUser: undefined, roles: { kind: 'chosen', byDefault: ['admin'] } },
    })
  })

  test('lets an admin see members, keys and the audit log; members and mappings are the operator’s', () => {
    expect(verbsOf(catalog, 'admin')).toEqual(['see-members', 'manage-keys', 'read-audit'])
    expect(verbsOf(catalog, 'hybrid_admin')).toEqual([])
    expect(verbsOf(catalog, 'billing_administrator')).toEqual([])
    for (const verb of ['manage-members', 'manage-mappings', 'manage-permission-groups'] as const) {
      expect(catalog.controls[verb]).toEqual({ kind: 'operator' })
    }
    expect(ROLES.some((role) => managesJoinery(catalog, role))).toBe(false)
  })
})
