import { describe, expect, it } from 'vitest'
import { chainsFrom, nestingLimit, nestingSight, tooDeep, type Nesting } from '../../../src/domain/nesting.ts'

const nesting = (edges: Record<string, string[]>): Nesting => new Map(Object.entries(edges))
const line = (length: number): Nesting =>
  nesting(Object.fromEntries(Array.from({ length }, (_, index) => [`g${index}`, [`g${index + 1}`]])))

describe('the groups around a group', () => {
  it('are none where it is in none', () => {
    expect(chainsFrom(nesting({}), 'a')).toEqual([])
  })

  it('come each by the shortest chain, the innermost first', () => {
    expect(chainsFrom(nesting({ a: ['b', 'c'], b: ['c'], c: ['d'] }), 'a')).toEqual([
      { group: 'b', via: ['a'] },
      { group: 'c', via: ['a'] },
      { group: 'd', via: ['a', 'c'] },
    ])
  })

  it('come by the chain that is first in the order of ids where several are as short, whatever order they were read in', () => {
    const forward = chainsFrom(nesting({ a: ['b', 'c'], b: ['d'], c: ['d'] }), 'a')
    expect(chainsFrom(nesting({ c: ['d'], b: ['d'], a: ['c', 'b'] }), 'a')).toEqual(forward)
    expect(forward.at(-1)).toEqual({ group: 'd', via: ['a', 'b'] })
  })

  it('end where they lie in a cycle, and do not name the start', () => {
    expect(chainsFrom(nesting({ a: ['b'], b: ['a'] }), 'a')).toEqual([{ group: 'b', via: ['a'] }])
    expect(chainsFrom(nesting({ a: ['a'] }), 'a')).toEqual([])
  })

  it('are followed to the limit, and seen a little farther', () => {
    const chains = chainsFrom(line(40), 'g0')
    expect(chains).toHaveLength(nestingSight)
    expect(chains.filter(({ via }) => !tooDeep(via))).toHaveLength(nestingLimit)
  })
})
