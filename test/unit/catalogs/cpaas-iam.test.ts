import { describe, expect, test } from 'vitest'
import { grantsOf, isOwnerLevel, mappableByDirectory, mayAssign, ownerRoleOf } from '../../../src/domain/catalog.ts'
import { shippedCatalog, verbsOf } from '../../support/catalogs.ts'

const catalog = shippedCatalog('cpaas-iam')
const ROLES = catalog.roles.map(({ id }) => id)
const handedOutBy = (giver: string, levelsDown = 0) =>
  ROLES.filter((role) => mayAssign(catalog, [giver], role, levelsDown))

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
    const turnkey = [...grantsOf(catalog, 'administrator').keys()].filter((id) => /^(auto|number|task|smart)-/.test(id))
    expect(turnkey).toEqual([])
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
    const topmost = (id: string | undefined): string | undefined => {
      const parent = catalog.sections.find((section) => section.id === id)?.parent
      return parent === undefined ? id : topmost(parent)
    }
    const headings = new Set(catalog.capabilities.map(({ section }) => topmost(section)))
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
