import { describe, expect, test } from 'vitest'
import {
  type Availability,
  grantsOf,
  isOwnerLevel,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'
import { shippedCatalog, verbsOf } from '../../support/catalogs.ts'

const catalog = shippedCatalog('cpaas-iam')
const ROLES = catalog.roles.map(({ id }) => id)
const handedOutBy = (giver: string, levelsDown = 0) =>
  ROLES.filter((role) => mayAssign(catalog, [giver], role, levelsDown))
/** The heading over all headings that a row stands under. */
function topmostOf(capability: string): string | undefined {
  const topmost = (id: string | undefined): string | undefined => {
    const parent = catalog.sections.find((section) => section.id === id)?.parent
    return parent === undefined ? id : topmost(parent)
  }
  return topmost(catalog.capabilities.find(({ id }) => id === capability)?.section)
}

describe('cpaas-iam', () => {
  test('makes whoever creates an account its first Administrator, at either level', () => {
    expect(catalog.owner?.kind).toBe('first')
    for (const level of ['account', 'business-customer']) {
      expect(ownerRoleOf(catalog, level)?.label).toBe('Administrator')
    }
    expect(isOwnerLevel(catalog, 'administrator')).toBe(false)
    expect(ROLES.filter((role) => mappableByDirectory(catalog, role))).toEqual(ROLES)
  })

  test('cpaas-iam-4: lets the Administrator hand out every role, turnkey ones included, of which he has nothing himself', () => {
    expect(handedOutBy('administrator')).toEqual(ROLES)
    const headings = new Set([...grantsOf(catalog, 'administrator').keys()].map(topmostOf))
    expect([...headings]).toEqual(['platform-resources'])
  })

  test('lets the turnkey Administrator hand out turnkey roles, and developers none', () => {
    expect(handedOutBy('turnkey-administrator')).toEqual(['turnkey-administrator', 'turnkey-developer'])
    expect(handedOutBy('developer')).toEqual([])
    expect(handedOutBy('turnkey-developer')).toEqual([])
  })

  test('cpaas-iam-4: lets each Administrator hand out his own role to the Business Customers below, and nothing further down', () => {
    expect(handedOutBy('administrator', 1)).toEqual(['administrator'])
    expect(handedOutBy('turnkey-administrator', 1)).toEqual(['turnkey-administrator'])
    expect(handedOutBy('developer', 1)).toEqual([])
    expect(ROLES.flatMap((role) => handedOutBy(role, 2))).toEqual([])
  })

  test('has people hold a Platform and a Turnkey role at once, each kind of resources with a switch', () => {
    expect(catalog.holding).toBe('one-per-group')
    expect(catalog.roleGroups.map(({ id, sections, switchable }) => [id, sections, switchable])).toEqual([
      ['platform', ['platform-resources'], true],
      ['turnkey', ['turnkey-applications'], true],
    ])
    expect(catalog.roles.map(({ id, group }) => [id, group])).toEqual([
      ['administrator', 'platform'],
      ['developer', 'platform'],
      ['turnkey-administrator', 'turnkey'],
      ['turnkey-developer', 'turnkey'],
    ])
    // Whatever is switched off stands under one of the two headings, so that nothing is left out of both.
    const headings = new Set(catalog.capabilities.map(({ id }) => topmostOf(id)))
    expect([...headings]).toEqual(['platform-resources', 'turnkey-applications'])
  })

  test('has at most two keys a person, which act with his roles, and are made for people who come by import', () => {
    expect(catalog.accessKeys).toEqual({
      ...{ belongTo: 'person', maxPerUser: 2, roles: { kind: 'holder' } },
      ...{ scopes: {}, issuedOnMigration: true },
    })
  })

  test('controls Joinery by User Management, and mappings by the Administrator alone', () => {
    const members = ['see-members', 'manage-members', 'manage-keys', 'read-audit']
    expect(new Set(verbsOf(catalog, 'administrator'))).toEqual(new Set([...members, 'manage-mappings']))
    expect(verbsOf(catalog, 'turnkey-administrator')).toEqual(members)
    expect(verbsOf(catalog, 'developer')).toEqual([])
    expect(verbsOf(catalog, 'turnkey-developer')).toEqual([])
    expect(catalog.controls['manage-permission-groups']).toEqual({ kind: 'operator' })
  })

  test('cpaas-iam-3: gives nobody more of a row than is available at the level of his account', () => {
    const narrowed = (id: string, availableAt: Availability[]) => ({
      ...catalog,
      capabilities: catalog.capabilities.map((row) => (row.id === id ? { ...row, availableAt } : row)),
    })
    const absent = narrowed('call-logs', [{ accountLevel: 'account', upTo: undefined }])
    expect(grantsOf(absent, 'developer', 'account').get('call-logs')).toEqual(['read'])
    expect(grantsOf(absent, 'developer', 'business-customer').has('call-logs')).toBe(false)
    const row = 'number-masking.provisioning'
    const ceiling = narrowed(row, [{ accountLevel: 'account', upTo: ['read'] }])
    expect(grantsOf(catalog, 'turnkey-administrator', 'account').get(row)).toEqual(['read', 'read-write'])
    expect(grantsOf(ceiling, 'turnkey-administrator', 'account').get(row)).toEqual(['read'])
  })

  test('has nothing of a row that is not available, and of turnkey rows no more than is available', () => {
    for (const role of ROLES) {
      expect(grantsOf(catalog, role, 'account')).toEqual(grantsOf(catalog, role))
    }
    expect(grantsOf(catalog, 'turnkey-administrator', 'account').get('auto-attendant.provisioning')).toEqual([
      'read',
      'read-write',
    ])
    expect(grantsOf(catalog, 'administrator').has('byoc-settings')).toBe(false)
  })
})
