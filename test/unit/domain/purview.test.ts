import { expect, it } from 'vitest'
import { looksDown, reaches } from '../../../src/domain/purview.ts'

const here = { catalog: 'studio' }
const down = { id: 'studio', purview: 'accounts-below' } as const
const home = { id: 'studio', purview: 'own-account' } as const

it('a role counts in its own account, and below it where the catalog says so, however far', () => {
  expect([-1, 0, 1, 7].map((levels) => reaches(down, here, levels))).toEqual([false, true, true, true])
  expect([-1, 0, 1, 7].map((levels) => reaches(home, here, levels))).toEqual([false, true, false, false])
})

it('it counts in no account of another catalog', () => {
  expect(reaches(down, { catalog: 'plivo' }, 1)).toBe(false)
})

it('it takes a role to see what lies below', () => {
  expect(looksDown(down, { roles: ['anything'] })).toBe(true)
  expect(looksDown(down, { roles: [] })).toBe(false)
  expect(looksDown(home, { roles: ['anything'] })).toBe(false)
})
