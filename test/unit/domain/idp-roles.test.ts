import { describe, expect, it } from 'vitest'
import { loadShippedCatalogs } from '../../../src/adapters/catalogs/load-catalogs.ts'
import type { Catalog } from '../../../src/domain/catalog.ts'
import { assignableByIdp, entitlementsForIdp, roleNamed, rolesForIdp } from '../../../src/domain/idp-roles.ts'

const plivo = loadShippedCatalogs().get('plivo')!
const named = (value: string, display: string | null = null, catalog: Catalog = plivo) =>
  roleNamed(catalog, { value, display })

describe('a role that an IdP names', () => {
  it.each([
    ['the id', 'developer', null],
    ['the id in other letters, with blanks', ' Developer ', null],
    ['Entra’s JSON text', '{"id":"06b0","value":"developer","displayName":"x"}', null],
    ['Entra’s JSON text, by its name', '{"id":"06b0","value":"25","displayName":"DEVELOPER"}', null],
    ['the label', '25', 'Developer'],
    ['the id, whatever the label says', 'developer', 'Support'],
  ])('is known by %s', (_, value, display) => {
    expect(named(value, display)).toEqual({ role: 'developer' })
  })

  it.each([
    ['a value that nobody knows', 'astronaut', null],
    ['an empty value', '', null],
    ['a label in the place of the value that is no id', 'Finance Analyst', null],
    ['text that only begins like JSON', '{developer', null],
    ['JSON that is no role', '{"value":{"developer":true}}', null],
    ['JSON with a number that is no role', '{"value":25}', null],
    ['a name of every object', 'constructor', '__proto__'],
  ])('is not known by %s', (_, value, display) => {
    expect(named(value, display)).toEqual({ reason: 'unknown_role' })
  })

  it('is nobody’s where two roles have that label', () => {
    const twins: Catalog = { ...plivo, roles: plivo.roles.map((role) => ({ ...role, label: 'Twin' })) }
    expect(named('25', 'twin', twins)).toEqual({ reason: 'ambiguous_role' })
    expect(named('support', 'twin', twins)).toEqual({ role: 'support' })
  })
})

describe('what an IdP may choose from', () => {
  it('is no role that owns, and none that manages who has what', () => {
    expect(rolesForIdp(plivo).map(({ id }) => id)).toEqual(['developer', 'support', 'finance-analyst'])
    expect(['owner', 'admin', 'astronaut'].map((id) => assignableByIdp(plivo, id))).toEqual([false, false, false])
  })

  it('is no role that nobody hands out', () => {
    const roles = plivo.roles.map((role) => ({ ...role, flags: { ...role.flags, unassignable: true } }))
    expect(rolesForIdp({ ...plivo, roles })).toEqual([])
  })

  it('are capabilities only where a member has them one by one', () => {
    expect(entitlementsForIdp(plivo)).toEqual([])
    expect(entitlementsForIdp({ ...plivo, customisation: 'within-role' })).toEqual(plivo.capabilities)
  })
})
