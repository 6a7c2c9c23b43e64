import { describe, expect, test } from 'vitest'
import { accessWords, expandCell } from '../../../src/domain/access-vocabulary.ts'
import {
  accessOf,
  findRole,
  grantsOf,
  isOwnerLevel,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'
import { aCapability, aCatalog, aRole, asRecord, SCALE, VERBS } from '../../support/a-catalog.ts'

describe('a scale of levels', () => {
  test('gives every level up to the one that is held, and the lowest gives nothing', () => {
    expect(expandCell(SCALE, ['hide'])).toEqual([])
    expect(expandCell(SCALE, ['view'])).toEqual(['view'])
    expect(expandCell(SCALE, ['create'])).toEqual(['view', 'edit', 'create'])
    expect(accessWords(SCALE)).toEqual(['view', 'edit', 'create'])
  })

  test('counts the highest of several, and gives nothing for an empty cell or a level that it does not know', () => {
    expect(expandCell(SCALE, ['view', 'edit'])).toEqual(['view', 'edit'])
    expect(expandCell(SCALE, [])).toEqual([])
    expect(expandCell(SCALE, ['root'])).toEqual([])
  })
})

describe('a set of verbs', () => {
  test('follows implications as far as they go, in the order of the catalog', () => {
    expect(expandCell(VERBS, ['publish'])).toEqual(['view', 'edit', 'publish'])
    expect(expandCell(VERBS, ['buy'])).toEqual(['buy'])
    expect(expandCell(VERBS, ['buy', 'edit'])).toEqual(['view', 'edit', 'buy'])
  })

  test('may imply in a circle', () => {
    const verbs = VERBS.verbs.map((verb) => (verb.id === 'view' ? { ...verb, implies: ['publish'] } : verb))
    expect(expandCell({ ...VERBS, verbs }, ['view'])).toEqual(['view', 'edit', 'publish'])
  })

  test('gives nothing for a verb that it does not know', () => {
    expect(expandCell(VERBS, ['constructor'])).toEqual([])
  })
})

describe('what a role gives', () => {
  test('is its cells with lower levels counted in, without the rows that give nothing', () => {
    const catalog = aCatalog({ roles: [aRole('lead', { team: ['edit'], numbers: ['hide'] })] })
    expect(asRecord(grantsOf(catalog, 'lead'))).toEqual({ team: ['view', 'edit'] })
  })

  test('is everything that the rows know, for a role that has everything', () => {
    const capabilities = [aCapability('team', { allows: ['view'] }), aCapability('numbers')]
    expect(asRecord(grantsOf(aCatalog({ capabilities }), 'owner'))).toEqual({
      team: ['view'],
      numbers: ['view', 'edit', 'create'],
    })
  })

  test('stays inside the words that the row knows', () => {
    const capabilities = [aCapability('team', { allows: ['view', 'create'] })]
    expect(asRecord(grantsOf(aCatalog({ capabilities }), 'lead'))).toEqual({ team: ['view'] })
  })

  test('is nothing for a role that the catalog does not have, and for a row that the role does not mention', () => {
    expect(grantsOf(aCatalog(), 'nobody').size).toBe(0)
    expect(grantsOf(aCatalog({ roles: [aRole('bare', {})] }), 'bare').size).toBe(0)
  })

  test('never comes from a prototype', () => {
    const catalog = aCatalog({ capabilities: [aCapability('constructor')], roles: [aRole('bare', {})] })
    expect(grantsOf(catalog, 'bare').size).toBe(0)
  })

  test('is hidden by a parent without access, and by the parent of the parent', () => {
    const capabilities = [
      aCapability('product'),
      aCapability('groups', { parent: 'product' }),
      aCapability('members', { parent: 'groups' }),
    ]
    const catalog = aCatalog({ capabilities })
    const of = (cells: Record<string, readonly string[]>) => asRecord(accessOf(catalog, { kind: 'cells', cells }))

    expect(of({ groups: ['edit'], members: ['edit'] })).toEqual({})
    expect(of({ product: ['hide'], groups: ['edit'] })).toEqual({})
    expect(of({ product: ['view'], groups: ['view'], members: ['view'] })).toEqual({
      product: ['view'],
      groups: ['view'],
      members: ['view'],
    })
  })

  test('at one level of the account tree is what exists there, up to the most that anybody has there', () => {
    const capabilities = [
      aCapability('team', { availableAt: [{ accountLevel: 'account', upTo: ['view'] }] }),
      aCapability('numbers', { availableAt: [] }),
      aCapability('plans', { availableAt: [{ accountLevel: 'provider', upTo: undefined }] }),
    ]
    const catalog = aCatalog({ capabilities })

    expect(asRecord(grantsOf(catalog, 'owner', 'account'))).toEqual({ team: ['view'] })
    expect(asRecord(grantsOf(catalog, 'owner', 'provider'))).toEqual({ plans: ['view', 'edit', 'create'] })
    expect(grantsOf(catalog, 'owner').size).toBe(3)
  })
})

describe('owner-level roles', () => {
  test('the owner role is the one that the creator of an account gets', () => {
    expect(ownerRoleOf(aCatalog())?.id).toBe('owner')
    expect(ownerRoleOf(aCatalog({ owner: { roles: { account: 'lead' }, kind: 'first' } }))?.id).toBe('lead')
    expect(ownerRoleOf(aCatalog({ owner: undefined }))).toBeUndefined()
  })

  test('is another one at each account level where the catalog says so', () => {
    const catalog = aCatalog({ owner: { roles: { provider: 'lead', account: 'reader' }, kind: 'first' } })
    expect(['provider', 'account', 'moon', 'constructor'].map((at) => ownerRoleOf(catalog, at)?.id)).toEqual([
      ...['lead', 'reader', undefined, undefined],
    ])
    expect(ownerRoleOf(catalog)?.id).toBe('reader')
  })

  test('exclusive and protected roles are owner-level, the first role of an account is not by itself', () => {
    const roles = [
      aRole('a', {}, 'exclusive'),
      aRole('b', {}, 'protected'),
      aRole('c', {}, 'unassignable'),
      aRole('d', {}),
    ]
    const catalog = aCatalog({ roles, owner: { roles: { account: 'd' }, kind: 'first' } })
    expect(['a', 'b', 'c', 'd', 'unknown'].filter((role) => isOwnerLevel(catalog, role))).toEqual(['a', 'b'])
  })

  test('a directory maps to none of them, to nothing unassignable and to nothing unknown', () => {
    const roles = [
      aRole('a', {}, 'exclusive'),
      aRole('b', {}, 'protected'),
      aRole('c', {}, 'unassignable'),
      aRole('d', {}),
    ]
    const catalog = aCatalog({ roles })
    expect(['a', 'b', 'c', 'd', 'unknown'].filter((role) => mappableByDirectory(catalog, role))).toEqual(['d'])
  })

  test('findRole looks among the ids, not the labels', () => {
    expect(findRole(aCatalog(), 'lead')?.id).toBe('lead')
    expect(findRole(aCatalog(), 'Lead')).toBeUndefined()
  })
})

describe('who hands out roles', () => {
  test('the assign table decides, not what the giver has', () => {
    const catalog = aCatalog({ assign: { reader: ['lead'] } })
    expect(mayAssign(catalog, ['reader'], 'lead')).toBe(true)
    expect(mayAssign(catalog, ['lead'], 'reader')).toBe(false)
  })

  test('any of several roles is enough', () => {
    expect(mayAssign(aCatalog(), ['reader', 'lead'], 'reader')).toBe(true)
    expect(mayAssign(aCatalog(), [], 'reader')).toBe(false)
  })

  test('an unassignable role is handed out by nobody, whatever the table says', () => {
    expect(mayAssign(aCatalog(), ['owner'], 'owner')).toBe(false)
    expect(mayAssign(aCatalog(), ['owner'], 'unknown')).toBe(false)
    expect(mayAssign(aCatalog(), ['constructor'], 'reader')).toBe(false)
  })

  test('reaches the accounts below only where roles do', () => {
    expect(mayAssign(aCatalog(), ['lead'], 'reader', 1)).toBe(false)
    const below = aCatalog({ purview: 'accounts-below' })
    expect([0, 1, 2].map((down) => mayAssign(below, ['lead'], 'reader', down))).toEqual([true, true, true])
    expect(mayAssign(below, ['lead'], 'reader', -1)).toBe(false)
  })

  test('follows another table in the accounts directly below, and none further down', () => {
    const assignBelow = { row: undefined, roles: { lead: ['lead'] } }
    const catalog = aCatalog({ purview: 'accounts-below', assignBelow })
    expect([0, 1, 2].map((down) => mayAssign(catalog, ['lead'], 'lead', down))).toEqual([false, true, false])
    expect([0, 1, 2].map((down) => mayAssign(catalog, ['lead'], 'reader', down))).toEqual([true, false, false])
  })
})
