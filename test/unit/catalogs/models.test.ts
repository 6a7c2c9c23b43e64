import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadCatalogFolder } from '../../../src/adapters/catalogs/load-catalogs.ts'
import {
  accessOf,
  type Catalog,
  grantsOf,
  joineryVerbsFor,
  managesJoinery,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'
import { adviceOn, brokenDependencies, completeCells } from '../../../src/domain/catalog-dependencies.ts'

const catalogs = loadCatalogFolder(fileURLToPath(new URL('../../fixtures/catalogs', import.meta.url)))

function model(id: string): Catalog {
  const catalog = catalogs.get(id)
  if (catalog === undefined) throw new Error(`no fixture ${id}`)
  return catalog
}

/** The verbs of Joinery that the holder of a role may use. */
function verbsOf(catalog: Catalog, role: string): readonly string[] {
  const type = catalog.roles.find(({ id }) => id === role)?.userType
  const userTypes = type === undefined ? [] : [type]
  return joineryVerbsFor(catalog, { roles: [role], userTypes, access: grantsOf(catalog, role) })
}

describe('a scale with availability and two groups of roles', () => {
  const catalog = model('cpaas-like')

  test('keeps a ceiling per account level beside the levels of the roles', () => {
    const rows = new Map(catalog.capabilities.map(({ id, availableAt }) => [id, availableAt]))
    expect(rows.get('user-management')).toEqual([{ accountLevel: 'customer', upTo: undefined }])
    expect(rows.get('byoc-settings')).toEqual([])
    expect(rows.get('aa.usage-records')).toEqual([{ accountLevel: 'customer', upTo: ['read'] }])
    expect(rows.get('aa.search-all-levels')).toEqual([{ accountLevel: 'customer', upTo: ['none'] }])

    expect(grantsOf(catalog, 'turnkey-administrator', 'customer').get('aa.provisioning')).toEqual([
      'read',
      'read-write',
    ])
    expect(grantsOf(catalog, 'turnkey-administrator', 'partner').size).toBe(0)
  })

  test('lets a member hold a role of each group, each of which can be switched off', () => {
    expect(catalog.holding).toBe('one-per-group')
    expect(catalog.roleGroups.map(({ id, switchable, sections }) => [id, switchable, sections])).toEqual([
      ['platform', true, ['platform']],
      ['turnkey', true, ['turnkey']],
    ])
    expect(catalog.roles.map(({ group }) => group)).toEqual(['platform', 'platform', 'turnkey', 'turnkey'])
  })

  test('lets the administrator hand out what he has not', () => {
    expect(grantsOf(catalog, 'administrator').has('aa.provisioning')).toBe(false)
    expect(mayAssign(catalog, ['administrator'], 'turnkey-administrator')).toBe(true)
    expect(mayAssign(catalog, ['turnkey-administrator'], 'administrator')).toBe(false)
  })

  test('makes the creator of the account its first administrator, a role that a directory may map', () => {
    expect(ownerRoleOf(catalog)?.id).toBe('administrator')
    expect(mappableByDirectory(catalog, 'administrator')).toBe(true)
  })

  test('asks for a level and a role at once where mappings are concerned', () => {
    expect(verbsOf(catalog, 'administrator')).toContain('manage-mappings')
    expect(verbsOf(catalog, 'turnkey-administrator')).toEqual([
      'see-members',
      'manage-members',
      'manage-keys',
      'read-audit',
    ])
    expect(verbsOf(catalog, 'developer')).toEqual([])
  })

  test('gives each person two keys that act with his roles', () => {
    expect(catalog.accessKeys).toMatchObject({ belongTo: 'person', maxPerUser: 2, roles: { kind: 'holder' } })
  })
})

describe('roles on request, and keys that carry roles', () => {
  const catalog = model('iotcomms-like')

  test('has several roles at once, which only the operator gives', () => {
    expect(catalog.holding).toBe('several')
    expect(catalog.roles.some(({ id }) => mayAssign(catalog, ['admin'], id))).toBe(false)
    expect(verbsOf(catalog, 'admin')).toEqual(['see-members', 'manage-keys', 'read-audit'])
    expect(catalog.roles.some(({ id }) => managesJoinery(catalog, id))).toBe(false)
    expect(catalog.roleRequests).toEqual({ promisedHours: 48, forOthers: { kind: 'operator' } })
  })

  test('has keys of the organisation with a default role', () => {
    expect(catalog.accessKeys).toMatchObject({
      belongTo: 'organisation',
      maxPerUser: undefined,
      roles: { kind: 'chosen', byDefault: ['admin'] },
    })
  })

  test('has a role that nobody gets by creating an account', () => {
    expect(ownerRoleOf(catalog)).toBeUndefined()
  })
})

describe('types of user over an account tree', () => {
  const catalog = model('studio-like')

  test('has a home for each type and a purview below it', () => {
    expect(catalog.purview).toBe('accounts-below')
    expect(catalog.userTypes.map(({ id, accountLevel }) => [id, accountLevel])).toEqual([
      ['system-user', 'system'],
      ['service-provider', 'service-provider'],
      ['account-user', 'account'],
    ])
  })

  test('has verbs for everybody of a type', () => {
    expect(verbsOf(catalog, 'system')).toContain('manage-permission-groups')
    expect(verbsOf(catalog, 'sp')).toEqual(['see-members', 'manage-members', 'manage-mappings', 'read-audit'])
    expect(verbsOf(catalog, 'ac_admin')).toEqual(['see-members', 'manage-members'])
    expect(verbsOf(catalog, 'ac_rw')).toEqual([])
  })

  test('customises inside a role, and gives keys the scope of their maker’s type', () => {
    expect(catalog.customisation).toBe('within-role')
    expect(catalog.accessKeys?.scopes).toEqual({ 'account-user': 'ac', 'service-provider': 'sp' })
  })

  test('shows everything at one level of the tree only where it exists', () => {
    expect([...grantsOf(catalog, 'system', 'account').keys()]).toEqual(['manage-users', 'call-flows'])
    expect([...grantsOf(catalog, 'system', 'system').keys()]).toContain('roles')
  })
})

describe('permissions gathered into groups', () => {
  const catalog = model('platform-groups-like')
  const group = (cells: Record<string, readonly string[]>) => accessOf(catalog, { kind: 'cells', cells })

  test('counts in all lower levels', () => {
    expect(grantsOf(catalog, 'customer-support').get('account')).toEqual(['view', 'edit', 'create'])
  })

  test('has examples to start from, which nobody holds themselves', () => {
    expect(catalog.permissionGroups).toBe(true)
    expect(catalog.roles.every(({ flags }) => flags.example)).toBe(true)
    expect(catalog.roles.some(({ id }) => mappableByDirectory(catalog, id))).toBe(false)
  })

  test('tells the reason when a dependency is broken, and completes it on request', () => {
    const cells = { 'account-bulk-statuses': ['edit'], 'phone-number-inventory': ['view'] }
    expect(brokenDependencies(catalog, group(cells)).map(({ dependency }) => dependency.reason)).toEqual([
      'Changing statuses in bulk needs sight of the product sections',
      'The inventory is a part of number management',
    ])
    expect(completeCells(catalog, cells)).toEqual({
      ...cells,
      product: ['view'],
      'phone-number': ['view'],
      'product-calling-plan': ['view'],
      'product-groups': ['view'],
      'product-users': ['view'],
    })
  })

  test('hides what is under a hidden section', () => {
    expect(group({ product: ['hide'], 'product-users': ['delete'] }).size).toBe(0)
  })

  test('warns above view of the route plan', () => {
    expect(adviceOn(catalog, group({ 'route-plan': ['view'] }))).toEqual([])
    expect(adviceOn(catalog, group({ 'route-plan': ['edit'] }))).toHaveLength(1)
  })

  test('asks for two permissions where mappings are concerned', () => {
    const verbs = (cells: Record<string, readonly string[]>) =>
      joineryVerbsFor(catalog, { roles: [], userTypes: [], access: group({ product: ['view'], ...cells }) })
    expect(verbs({ 'product-users': ['edit'] })).toEqual(['see-members', 'manage-members'])
    expect(verbs({ 'product-groups': ['create'] })).toEqual(['manage-permission-groups'])
    expect(verbs({ 'product-users': ['edit'], 'product-groups': ['edit'] })).toContain('manage-mappings')
  })
})
