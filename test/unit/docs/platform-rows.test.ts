import { describe, expect, it } from 'vitest'
import { platforms, waiting, type Platform } from '../../platforms/rows.ts'
import { rowsOf, rowTests } from '../../tools/platform-pages.ts'

const tested = new Set(rowTests().map(({ row }) => row))
const rows = Object.keys(platforms).flatMap((name) => rowsOf(name as Platform).map(({ row }) => row))

function complaintOf(row: string): string | null {
  if (tested.has(row))
    return row in waiting ? 'has a test now: take it out of `waiting` in test/platforms/rows.ts' : null
  return row in waiting ? null : 'name a test after it, as in `plivo-4: what it shows`'
}

describe('the rows of the five platforms', () => {
  it.each(rows)('%s has a test that is named after it, or waits and says for what', (row) => {
    expect(complaintOf(row)).toBeNull()
  })

  it('are all that tests and the list of waiting rows name', () => {
    expect([...tested, ...Object.keys(waiting)].filter((row) => !rows.includes(row))).toEqual([])
  })
})
