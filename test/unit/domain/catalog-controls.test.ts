import { describe, expect, test } from 'vitest'
import { type Catalog, joineryVerbsFor, managesJoinery } from '../../../src/domain/catalog.ts'
import { meetsControl } from '../../../src/domain/joinery-verbs.ts'
import { aCatalog, aRole } from '../../support/a-catalog.ts'

describe("controls of Joinery's own verbs", () => {
  const holder = { roles: ['lead'], userTypes: ['staff'], access: new Map([['team', ['view', 'edit']]]) }
  const nothing = { kind: 'holders', needs: [], roles: [], userTypes: [] } as const

  test('a verb of the operator, and a control that states nothing, let nobody in', () => {
    expect(meetsControl({ kind: 'operator' }, holder)).toBe(false)
    expect(meetsControl(nothing, holder)).toBe(false)
  })

  test('every part that is stated must be met', () => {
    const needs = [{ capability: 'team', access: 'edit' }]
    expect(meetsControl({ ...nothing, needs }, holder)).toBe(true)
    expect(meetsControl({ ...nothing, needs, roles: ['owner', 'lead'], userTypes: ['staff'] }, holder)).toBe(true)
    expect(meetsControl({ ...nothing, needs, roles: ['owner'] }, holder)).toBe(false)
    expect(meetsControl({ ...nothing, needs, userTypes: ['guest'] }, holder)).toBe(false)
    expect(meetsControl({ ...nothing, needs: [...needs, { capability: 'numbers', access: 'view' }] }, holder)).toBe(
      false,
    )
  })

  test('joineryVerbsFor lists what somebody may do', () => {
    const controls: Catalog['controls'] = {
      ...aCatalog().controls,
      'see-members': { ...nothing, needs: [{ capability: 'team', access: 'view' }] },
      'read-audit': { ...nothing, roles: ['owner'] },
    }
    expect(joineryVerbsFor(aCatalog({ controls }), holder)).toEqual(['see-members'])
  })

  test.each(['manage-members', 'manage-mappings', 'manage-permission-groups'] as const)(
    '%s makes a role a managing one',
    (verb) => {
      const controls = {
        ...aCatalog().controls,
        [verb]: { ...nothing, needs: [{ capability: 'team', access: 'edit' }] },
      }
      const catalog = aCatalog({ controls })
      expect(['owner', 'lead', 'reader', 'unknown'].filter((role) => managesJoinery(catalog, role))).toEqual([
        'owner',
        'lead',
      ])
    },
  )

  test.each(['see-members', 'manage-keys', 'read-audit'] as const)('%s does not', (verb) => {
    const controls = { ...aCatalog().controls, [verb]: { ...nothing, roles: ['lead'] } }
    expect(managesJoinery(aCatalog({ controls }), 'lead')).toBe(false)
  })

  test('the user type of a role counts', () => {
    const roles = [{ ...aRole('sp', {}), userType: 'service-provider' }, aRole('ac', {})]
    const controls = { ...aCatalog().controls, 'manage-mappings': { ...nothing, userTypes: ['service-provider'] } }
    const catalog = aCatalog({ roles, controls })
    expect(managesJoinery(catalog, 'sp')).toBe(true)
    expect(managesJoinery(catalog, 'ac')).toBe(false)
  })
})
