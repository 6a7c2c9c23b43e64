import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isProblem } from '../support/api.ts'
import { describedOperations, pathTo, type Described } from '../support/api-document.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { oneOfEach } from '../support/one-of-each.ts'

/** Every route that answers a list. */
const lists = describedOperations().filter(({ listed }) => listed)
const common = ['limit', 'after', 'sort']

describe('lists of the admin API', () => {
  let joinery: Joinery
  let ids: Readonly<Record<string, string>>
  beforeAll(async () => {
    joinery = await startJoinery()
    ids = await oneOfEach(joinery.api)
  })
  afterAll(() => joinery.close())

  /** The path with things of the accounts that have them. */
  const pathOf = (list: Described): string => {
    const known = { ...ids, catalog: 'plivo' }
    if (!list.path.includes('permission-groups')) return pathTo(list, known)
    return pathTo(list, { ...known, account: ids.groupedAccount ?? '' })
  }
  const orders = ({ query }: Described): readonly string[] =>
    (query.find(({ name }) => name === 'sort')?.schema.enum ?? []) as string[]

  it('are all here', () => {
    expect(lists.length).toBeGreaterThanOrEqual(28)
  })

  it.each(lists)('$name tells by what it is sorted, either way, and by what it is filtered', (list) => {
    const sorted = orders(list)
    expect(sorted.length).toBeGreaterThan(0)
    for (const order of sorted) expect(sorted).toContain(order.startsWith('-') ? order.slice(1) : `-${order}`)
    const filters = list.query.filter(({ name }) => !common.includes(name))
    expect(filters.length).toBeGreaterThan(0)
    for (const { name, description } of list.query)
      expect([name, description]).toEqual([name, expect.stringMatching(/\.$/)])
  })

  it.each(lists)('$name is sorted by each of them, and by nothing else', async (list) => {
    const ask = (query: Record<string, string>) =>
      joinery.api.call('GET', `${pathOf(list)}?${new URLSearchParams(query).toString()}`)
    for (const sort of orders(list)) expect([sort, (await ask({ sort })).status]).toEqual([sort, 200])
    isProblem(await ask({ sort: 'nothing' }), 400, 'invalid_input')
    isProblem(await ask({ nothing: 'x' }), 400, 'invalid_input')
    if (!list.query.some(({ name }) => name === 'after')) return
    const foreign = await ask({ after: 'other.WyJ4IiwieSJd' })
    isProblem(foreign, 400, 'invalid_input')
    expect(foreign.body.errors).toMatchObject([{ path: 'after' }])
  })
})
