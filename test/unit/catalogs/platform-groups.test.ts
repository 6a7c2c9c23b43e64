import { describe, expect, test } from 'vitest'
import {
  accessOf,
  type Cells,
  grantsOf,
  joineryVerbsFor,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'
import { adviceOn, brokenDependencies, completeCells } from '../../../src/domain/catalog-dependencies.ts'

import { shippedCatalog } from '../../support/catalogs.ts'

const catalog = shippedCatalog('platform-groups')
const ROLES = catalog.roles.map(({ id }) => id)
const group = (cells: Cells) => accessOf(catalog, { kind: 'cells', cells })
const broken = (cells: Cells) =>
  brokenDependencies(catalog, group(cells)).flatMap(({ missing }) => missing.map(({ capability }) => capability))

describe('platform-groups', () => {
  test('platform-groups-2: counts in every lower level: create gives edit and view', () => {
    expect(group({ product: ['view'], account: ['create'] }).get('account')).toEqual(['view', 'edit', 'create'])
  })

  test('gives each permission its own levels and no others', () => {
    expect(group({ reports: ['delete'], 'ip-allowlist': ['delete'] })).toEqual(
      new Map([
        ['ip-allowlist', ['view', 'edit']],
        ['reports', ['view']],
      ]),
    )
  })

  test('platform-groups-3: lets statuses be changed in bulk only by those who see the product sections', () => {
    expect(broken({ 'account-bulk-statuses': ['view'] })).toEqual([])
    const bulk = { 'account-bulk-statuses': ['edit'] }
    expect(broken(bulk)).toEqual(['product-calling-plan', 'product-groups', 'product-users'])
    const some = { ...bulk, product: ['view'], 'product-users': ['view'], 'product-groups': ['view'] }
    expect(broken(some)).toEqual(['product-calling-plan'])
    expect(completeCells(catalog, bulk)).toEqual({
      ...bulk,
      ...{ product: ['view'], 'product-calling-plan': ['view'], 'product-groups': ['view'], 'product-users': ['view'] },
    })
  })

  test.each(['phone-number-inventory', 'phone-number-service-activation'])(
    'lets %s be seen only with numbers',
    (row) => {
      expect(broken({ [row]: ['view'] })).toEqual(['phone-number'])
      expect(broken({ [row]: ['view'], 'phone-number': ['view'] })).toEqual([])
      expect(completeCells(catalog, { [row]: ['edit'] })).toEqual({ [row]: ['edit'], 'phone-number': ['view'] })
    },
  )

  test('platform-groups-3: hides with the product section what is in it', () => {
    const inside = ['account', 'product-calling-plan', 'product-groups', 'product-users']
    const cells = Object.fromEntries(inside.map((id) => [id, ['delete']]))
    expect(group({ ...cells, product: ['hide'] }).size).toBe(0)
    expect([...group({ ...cells, product: ['view'] }).keys()].filter((id) => id !== 'product')).toEqual(inside)
  })

  test('platform-groups-4: warns of a route plan above view', () => {
    expect(adviceOn(catalog, group({ 'route-plan': ['view'] }))).toEqual([])
    expect(adviceOn(catalog, group({ 'route-plan': ['edit'] })).map(({ warning }) => warning)).toEqual([
      'Another route can keep a customer from making calls; View is enough to look at it',
    ])
  })

  test('has four examples to start from, sound and without a warning, that nobody hands out', () => {
    expect(catalog.roles.map(({ label }) => label)).toEqual([
      'Admin',
      'Customer Support',
      'Limited Support',
      'View Only',
    ])
    expect(catalog).toMatchObject({ permissionGroups: true, holding: 'one', assign: {} })
    for (const { id, flags } of catalog.roles) {
      expect(flags).toMatchObject({ example: true, derived: true, unassignable: true })
      expect(brokenDependencies(catalog, grantsOf(catalog, id))).toEqual([])
      expect(adviceOn(catalog, grantsOf(catalog, id))).toEqual([])
      expect([mayAssign(catalog, ROLES, id), mappableByDirectory(catalog, id)]).toEqual([false, false])
    }
    expect(ownerRoleOf(catalog)?.id).toBe('admin')
  })

  test('lets View Only change nothing', () => {
    expect([...grantsOf(catalog, 'view-only').values()].every((words) => words.join() === 'view')).toBe(true)
  })

  test('controls Joinery by Product Users, Product Groups and Account History', () => {
    const verbs = (cells: Cells) => joineryVerbsForCells({ product: ['view'], ...cells }) // all three stand under Product or on their own
    expect(verbs({})).toEqual([])
    expect(verbs({ 'product-users': ['view'] })).toEqual(['see-members'])
    expect(verbs({ 'product-users': ['edit'] })).toEqual(['see-members', 'manage-members'])
    expect(verbs({ 'product-groups': ['view'] })).toEqual([])
    expect(verbs({ 'product-groups': ['edit'] })).toEqual(['manage-permission-groups'])
    expect(verbs({ 'product-groups': ['edit'], 'product-users': ['edit'] })).toContain('manage-mappings')
    expect(verbs({ 'account-history': ['view'] })).toEqual(['read-audit'])
    expect(catalog.controls['manage-keys']).toEqual({ kind: 'operator' })
    expect(catalog.accessKeys).toBeUndefined()
  })
})

function joineryVerbsForCells(cells: Cells) {
  return joineryVerbsFor(catalog, { roles: [], userTypes: [], access: group(cells) })
}
