import { describe, expect, test } from 'vitest'
import type { Cell } from '../../../src/domain/access-vocabulary.ts'
import {
  grantsOf,
  isOwnerLevel,
  joineryVerbsFor,
  managesJoinery,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'
import { shippedCatalog } from '../../support/catalogs.ts'

const ROLES = ['admin', 'developer', 'support', 'finance-analyst'] as const

const catalog = shippedCatalog('plivo')

function cellOf(roleId: string, capabilityId: string): Cell {
  const grants = catalog.roles.find(({ id }) => id === roleId)?.grants
  if (grants?.kind !== 'cells') throw new Error(`${roleId} has no cells`)
  return grants.cells[capabilityId] ?? []
}

describe('the table, which facts.test.ts compares cell by cell,', () => {
  test('gives each row no other verbs than its cells say, and view', () => {
    const beyond = catalog.capabilities.flatMap(({ id, allows }) => {
      const said = new Set(['view', ...ROLES.flatMap((role) => cellOf(role, id))])
      const more = allows.filter((verb) => !said.has(verb))
      return more.length > 0 ? [[id, more]] : []
    })
    expect(beyond).toEqual([
      ['user-settings.user-profile', ['edit']], // no cell says anything
      ['user-settings.security', ['edit']],
      ['whatsapp', ['add', 'edit', 'delete']], // what Complete Access stands for
      ['lookup', ['add', 'edit', 'delete']],
      ['zentrunk.inbound-trunk.origination-uri', ['add', 'delete']],
    ])
  })
})

describe('what the cells come to', () => {
  test('whoever acts on a row sees it', () => {
    for (const role of ['owner', ...ROLES]) {
      for (const words of grantsOf(catalog, role).values()) expect(words).toContain('view')
    }
  })

  test('complete access is every verb of its row', () => {
    const row = catalog.capabilities.find(({ id }) => id === 'whatsapp')
    expect(grantsOf(catalog, 'support').get('whatsapp')).toEqual(row?.allows)
  })

  test('the owner has every verb of every row', () => {
    const owner = grantsOf(catalog, 'owner')
    expect(catalog.capabilities.map(({ id }) => owner.get(id))).toEqual(
      catalog.capabilities.map(({ allows }) => allows),
    )
  })

  test('rows of one name in several sections are told apart', () => {
    const finance = grantsOf(catalog, 'finance-analyst')
    expect(['voice', 'messaging', 'zentrunk'].map((product) => finance.get(`${product}.pricing`))).toEqual([
      ['view'],
      ['view'],
      ['view'],
    ])
    expect(finance.has('voice.logs')).toBe(false)
  })
})

describe('its roles', () => {
  test('the owner is whoever creates the account, alone, for good, beyond the reach of a directory', () => {
    expect(ownerRoleOf(catalog)?.id).toBe('owner')
    expect(catalog.owner?.kind).toBe('exclusive')
    expect(isOwnerLevel(catalog, 'owner')).toBe(true)
    expect(['owner', ...ROLES].filter((role) => mappableByDirectory(catalog, role))).toEqual([...ROLES])
  })

  test('owner and admin hand out all roles but the owner’s, the others none', () => {
    for (const giver of ['owner', 'admin']) {
      expect(['owner', ...ROLES].filter((role) => mayAssign(catalog, [giver], role))).toEqual([...ROLES])
    }
    for (const giver of ['developer', 'support', 'finance-analyst']) {
      expect(ROLES.some((role) => mayAssign(catalog, [giver], role))).toBe(false)
    }
  })

  test('a member holds one of them, as it is', () => {
    expect(catalog).toMatchObject({ holding: 'one', customisation: 'none', permissionGroups: false })
  })

  test.each([
    ['owner', ['see-members', 'manage-members', 'manage-mappings', 'manage-keys', 'read-audit']],
    ['admin', ['see-members', 'manage-members', 'manage-mappings', 'manage-keys', 'read-audit']],
    ['developer', ['manage-keys']],
    ['support', []],
    ['finance-analyst', []],
  ])('%s may use %j of Joinery', (role, verbs) => {
    const holder = { roles: [role], userTypes: [], access: grantsOf(catalog, role) }
    expect(joineryVerbsFor(catalog, holder)).toEqual(verbs)
    expect(managesJoinery(catalog, role)).toBe(verbs.includes('manage-members'))
  })

  test('an account has one set of keys, which carry roles that are named when they are made', () => {
    expect(catalog.accessKeys).toMatchObject({
      ...{ belongTo: 'organisation', roles: { kind: 'chosen', byDefault: [] }, issuedOnMigration: false },
    })
  })

  test('Manage Accounts, which everybody has, controls nothing', () => {
    const needed = Object.values(catalog.controls).flatMap((control) =>
      control.kind === 'holders' ? control.needs : [],
    )
    expect(ROLES.every((role) => grantsOf(catalog, role).has('account-settings.manage-accounts'))).toBe(true)
    expect(needed.map(({ capability }) => capability)).not.toContain('account-settings.manage-accounts')
  })

  test('role management needs the flag of a plan', () => {
    expect(catalog.entitlements).toMatchObject([
      { flag: 'role-management', gates: ['manage-members', 'manage-mappings'] },
    ])
  })
})
