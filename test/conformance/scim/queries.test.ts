import { beforeAll, expect, it } from 'vitest'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, messages, useDoor } from '../../support/door.ts'

describeOnBoth('a query', (database) => {
  const door = useDoor({ database })
  const ids: string[] = []
  beforeAll(async () => {
    for (let made = 0; made < 25; made += 1)
      ids.push((await door.user(`p${String(made).padStart(2, '0')}`)).id as string)
  })
  const idsOf = ({ Resources }: any): string[] => Resources.map(({ id }: any) => id as string)

  it('[168][169][170] answers with a ListResponse: the true total, and resources where there are any', async () => {
    const list = await door.ok('GET', '/Users?count=3')
    expect(list.schemas).toEqual([`${messages}:ListResponse`])
    expect(list.totalResults).toBe(25)
    expect(list.Resources).toHaveLength(3)
    expect((await door.ok('GET', '/Users?count=3&filter=userName sw "p0"')).totalResults).toBe(10)
  })

  it('[171][172] says on a part where it starts and how many it holds, as it was answered and not as it was asked', async () => {
    expect(await door.ok('GET', '/Users?startIndex=21&count=10')).toMatchObject({
      startIndex: 21,
      itemsPerPage: 5,
      totalResults: 25,
    })
    expect(await door.ok('GET', '/Users?startIndex=11&count=10')).toMatchObject({
      startIndex: 11,
      itemsPerPage: 10,
      totalResults: 25,
    })
  })

  it('[173] that finds nobody is 200 with a total of 0', async () => {
    for (const path of ['/Users', '/Groups']) {
      const answer = await door.scim('GET', `${path}?filter=externalId eq "nobody"`)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({ schemas: [`${messages}:ListResponse`], totalResults: 0, itemsPerPage: 0 })
      expect(answer.body.Resources ?? []).toEqual([])
    }
  })

  it('[174] goes to one resource or to a type', async () => {
    expect((await door.ok('GET', `/Users/${ids[0]}`)).id).toBe(ids[0])
    expect((await door.ok('GET', '/Users')).totalResults).toBe(25)
  })

  it('[179] over pages gives everybody once, also while others are created', async () => {
    const seen: string[] = []
    for (let start = 1; start <= 25; start += 10)
      seen.push(...idsOf(await door.ok('GET', `/Users?startIndex=${start}&count=10`)))
    expect(seen.filter((id) => ids.includes(id))).toHaveLength(25)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('[180] takes a startIndex below 1 for 1, and gives nobody past the end', async () => {
    const first = idsOf(await door.ok('GET', '/Users?count=5'))
    for (const start of [0, -1, -100]) {
      const list = await door.ok('GET', `/Users?startIndex=${start}&count=5`)
      expect(list.startIndex).toBe(1)
      expect(idsOf(list)).toEqual(first)
    }
    const past = await door.ok('GET', '/Users?startIndex=26&count=5')
    expect(past).toMatchObject({ totalResults: 25, itemsPerPage: 0 })
    expect(past.Resources ?? []).toEqual([])
  })

  it('[181][429] never gives more than count', async () => {
    for (const count of [1, 2, 24, 25, 26, 1000])
      expect((await door.ok('GET', `/Users?count=${count}`)).Resources.length, String(count)).toBe(Math.min(25, count))
  })

  it('[182] takes a negative count for 0, which gives the total alone', async () => {
    for (const count of [0, -1, -50]) {
      const list = await door.ok('GET', `/Users?count=${count}`)
      expect(list).toMatchObject({ totalResults: 25, itemsPerPage: 0 })
      expect(list.Resources ?? []).toEqual([])
    }
  })

  it('[176][333][433] of many results is paged with the true total, so that none is ever too many', async () => {
    const { filter } = await door.ok('GET', '/ServiceProviderConfig')
    for (let made = 0; made <= filter.maxResults; made += 30)
      await Promise.all(Array.from({ length: 30 }, (_, index) => door.group(`g${made + index}`)))
    const { totalResults } = await door.ok('GET', '/Groups?count=0')
    expect(totalResults).toBeGreaterThan(filter.maxResults)
    const seen: string[] = []
    for (let start = 1; start <= totalResults; start += filter.maxResults) {
      const answer = await door.scim('GET', `/Groups?startIndex=${start}&count=${totalResults}`)
      expect(answer.status).toBe(200)
      expect(answer.body.totalResults).toBe(totalResults)
      seen.push(...idsOf(answer.body))
    }
    expect(new Set(seen).size).toBe(totalResults)
  })

  it.each(['count=x', 'startIndex=1.5'])('[193][339] with %s is invalidValue', async (query) => {
    expectError(await door.scim('GET', `/Users?${query}`), 400, 'invalidValue')
  })
})
