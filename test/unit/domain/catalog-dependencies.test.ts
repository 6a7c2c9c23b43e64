import { describe, expect, test } from 'vitest'
import { accessOf } from '../../../src/domain/catalog.ts'
import { adviceOn, brokenDependencies, completeCells } from '../../../src/domain/catalog-dependencies.ts'
import { aCapability, aCatalog, VERBS } from '../../support/a-catalog.ts'

describe('dependencies and advice', () => {
  const bulk = {
    capability: 'bulk',
    access: 'edit',
    needs: [
      { capability: 'plans', access: 'view' },
      { capability: 'users', access: 'view' },
    ],
    reason: 'Bulk changes need sight of the product',
  }
  const catalog = aCatalog({
    capabilities: [
      aCapability('bulk'),
      aCapability('product', { allows: ['view'] }),
      aCapability('plans', { parent: 'product' }),
      aCapability('users', { parent: 'product' }),
    ],
    dependencies: [bulk],
    advice: [{ capability: 'plans', access: 'edit', warning: 'Plans bill customers' }],
  })
  const access = (cells: Record<string, readonly string[]>) => accessOf(catalog, { kind: 'cells', cells })

  test('a dependency is broken by access that lacks what it needs, and says what', () => {
    const found = brokenDependencies(catalog, access({ bulk: ['create'], product: ['view'], plans: ['edit'] }))
    expect(found).toEqual([{ dependency: bulk, missing: [{ capability: 'users', access: 'view' }] }])
  })

  test('it binds only those who have the access that it speaks of', () => {
    expect(brokenDependencies(catalog, access({ bulk: ['view'] }))).toEqual([])
    const whole = { bulk: ['edit'], product: ['view'], plans: ['view'], users: ['create'] }
    expect(brokenDependencies(catalog, access(whole))).toEqual([])
  })

  test('advice is raised by the access that it speaks of, and by more', () => {
    expect(adviceOn(catalog, access({ product: ['view'], plans: ['view'] }))).toEqual([])
    expect(adviceOn(catalog, access({ product: ['view'], plans: ['create'] }))).toHaveLength(1)
  })

  test('cells are completed with what they need and with the parents that show them', () => {
    const completed = completeCells(catalog, { bulk: ['edit'], users: ['create'] })
    expect(completed).toEqual({ bulk: ['edit'], product: ['view'], plans: ['view'], users: ['create'] })
    expect(completeCells(catalog, completed)).toBe(completed)
  })

  test('completing adds a verb to those that are there', () => {
    const withVerbs = { ...catalog, access: VERBS }
    const cells = { bulk: ['edit'], product: ['view'], plans: ['buy'], users: ['publish'] }
    expect(completeCells(withVerbs, cells)).toEqual({ ...cells, plans: ['buy', 'view'] })
  })

  test('completing ends even where nothing can help', () => {
    const blind = aCatalog({ capabilities: [aCapability('a', { allows: [] }), aCapability('b', { parent: 'a' })] })
    expect(completeCells(blind, { b: ['view'] })).toEqual({ b: ['view'] })
  })
})
