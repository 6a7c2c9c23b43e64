import { describe, expect, it } from 'vitest'
import { platforms, waiting, type Platform } from '../../platforms/rows.ts'
import { rowsOf, rowTests } from '../../tools/platform-pages.ts'

const tested = new Set(rowTests().map(({ row }) => row))
const rows = Object.keys(platforms).flatMap((name) => rowsOf(name as Platform).map(({ row }) => row))

describe('the rows of the five platforms', () => {
  it.each(rows)('%s has a test that is named after it, or waits and says for what', (row) => {
    expect(tested.has(row) ? 'tested' : 'without a test').toBe(row in waiting ? 'without a test' : 'tested')
  })

  it('are all that tests and the list of waiting rows name', () => {
    expect([...tested, ...Object.keys(waiting)].filter((row) => !rows.includes(row))).toEqual([])
  })
})
