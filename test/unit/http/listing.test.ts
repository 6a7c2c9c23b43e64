import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { listing } from '../../../src/http/admin/listing.ts'
import { parseInput } from '../../../src/http/strict.ts'

const answer = z.strictObject({
  ...{ id: z.string(), name: z.string(), state: z.enum(['live', 'expired', 'revoked']), size: z.int().nullable() },
  ...{ scopes: z.array(z.enum(['users', 'groups'])), mine: z.boolean(), note: z.string().nullable() },
})
const filters = { is: ['state', 'scopes', 'mine', 'note'], has: ['name'] } as const
const list = listing(answer, { key: 'id', ...filters, sort: ['name', 'size'] })
const items = [
  { id: '1', name: 'beta', state: 'live', size: 10, scopes: ['users'], mine: true, note: null },
  { id: '2', name: 'Alpha', state: 'live', size: 9, scopes: ['users', 'groups'], mine: false, note: 'x' },
  { id: '3', name: 'gamma', state: 'revoked', size: null, scopes: [], mine: false, note: null },
  { id: '4', name: 'alpha', state: 'revoked', size: 9, scopes: ['groups'], mine: true, note: null },
]
const ask = (asked: object) => list.page(items, parseInput(list.query, asked))
const ids = (asked: object) => ask(asked).items.map(({ id }) => id)

describe('a list of the admin API', () => {
  it('is sorted by what is declared, either way, and what is not told comes last', () => {
    expect(ids({})).toEqual(['2', '4', '1', '3'])
    expect(ids({ sort: '-name' })).toEqual(['3', '1', '4', '2'])
    expect(ids({ sort: 'size' })).toEqual(['2', '4', '1', '3'])
  })

  it('is filtered by values, by parts of texts, and by several at once', () => {
    expect(ids({ state: 'live' })).toEqual(['2', '1'])
    expect(ids({ scopes: 'groups' })).toEqual(['2', '4'])
    expect(ids({ name: 'ALPH' })).toEqual(['2', '4'])
    expect(ids({ name: 'a', state: 'revoked' })).toEqual(['4', '3'])
    expect(ids({ state: 'expired' })).toEqual([])
    expect(ids({ mine: 'true' })).toEqual(['4', '1'])
    expect(ids({ note: 'x' })).toEqual(['2'])
  })

  it.each(['name', '-name', 'size', '-size'])('is paged through once, by %s, also where an item goes', (sort) => {
    const whole = ids({ sort })
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const page = ask({ sort, limit: '1', after })
      seen.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(whole)
    const { next } = ask({ sort, limit: '1' })
    const less = items.filter(({ id }) => id !== whole[0])
    const rest = list.page(less, parseInput(list.query, { sort, after: next })).items.map(({ id }) => id)
    expect(rest).toEqual(whole.slice(1))
  })

  it('refuses what it does not have, and says what there is', () => {
    expect(() => ask({ colour: 'red' })).toThrow('there are: limit, after, sort, state, scopes, mine, note, name')
    expect(() => ask({ sort: 'id' })).toThrow('sort: must be one of: name, -name, size, -size')
    for (const after of ['x', 'W10', Buffer.from('[1,2]').toString('base64url')])
      expect(() => ask({ after })).toThrow('after: is no place in this list')
    expect(() => ask({ note: '' })).toThrow('note: must not be empty')
    expect(() => ask({ state: 'none' })).toThrow('state: must be one of: live, expired, revoked')
    expect(() => ask({ scopes: 'all' })).toThrow('scopes: must be one of: users, groups')
    expect(() => ask({ mine: 'perhaps' })).toThrow('mine: must be true or false')
  })
})
