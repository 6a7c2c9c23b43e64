import { beforeAll, describe, expect, it } from 'vitest'
import { createConnection } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, messages, useDoor } from '../../support/door.ts'

describeOnBoth('paging by cursor', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock })
  const page = (query: string): Promise<any> => door.ok('GET', `/Users?${query}`)
  const names = ({ Resources = [] }: any): string[] => Resources.map(({ userName }: any) => userName.split('@')[0])
  /** Every page from the first one on. */
  const walk = async (query: string, between: () => Promise<unknown> = async () => undefined): Promise<any[]> => {
    const pages = [await page(`cursor=&${query}`)]
    for (let next = pages[0].nextCursor; next !== undefined; next = pages.at(-1).nextCursor) {
      await between()
      pages.push(await page(`cursor=${next}&${query}`))
      expect(pages.length).toBeLessThan(50)
    }
    return pages
  }
  const first = async (query = 'count=4'): Promise<string> => (await page(`cursor=&${query}`)).nextCursor

  beforeAll(async () => {
    for (let made = 0; made < 12; made += 1)
      await door.user(`p${String(made).padStart(2, '0')}`, {
        displayName: `N${(made * 7) % 12 < 10 ? '0' : ''}${(made * 7) % 12}`,
      })
  })

  it('[200][201][202][203] is announced beside index paging, with its sizes and its timeout', async () => {
    expect((await door.ok('GET', '/ServiceProviderConfig')).pagination).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 200,
      cursorTimeout: 600,
    })
  })

  it('[183] begins with an empty cursor', async () => {
    const list = await page('cursor=&count=4')
    expect(list.schemas).toEqual([`${messages}:ListResponse`])
    expect(list).toMatchObject({ totalResults: 12, itemsPerPage: 4, nextCursor: expect.stringMatching(/./) as string })
    expect(names(list)).toEqual(['p00', 'p01', 'p02', 'p03'])
    expect(list).not.toHaveProperty('startIndex')
  })

  it('[184] has cursors of URL-unreserved characters that tell nothing', async () => {
    const cursor = await first('count=4&filter=userName sw "p"')
    expect(cursor).toMatch(/^[A-Za-z0-9._~-]+$/)
    for (const encoding of ['utf8', 'latin1'] as const)
      expect(Buffer.from(cursor, 'base64url').toString(encoding)).not.toMatch(/userName|p03|corp|filter/)
  })

  it('[185] takes a negative count for 0, which gives the total alone', async () => {
    for (const count of [0, -1, -20]) {
      const list = await page(`cursor=&count=${count}`)
      expect(list.totalResults).toBe(12)
      expect(names(list)).toEqual([])
    }
  })

  it('[186][187][188] gives everybody once, never more than count, and a next cursor on every page but the last', async () => {
    for (const [count, pages] of [
      [5, 3],
      [4, 3],
      [12, 1],
      [1, 12],
      [100, 1],
    ] as const) {
      const walked = await walk(`count=${count}`)
      expect(walked, String(count)).toHaveLength(pages)
      for (const list of walked) expect(names(list).length).toBeLessThanOrEqual(count)
      expect(walked.flatMap(names)).toEqual(
        Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`),
      )
    }
  })

  it('[189][190] gives no previous cursor on the first page', async () => {
    expect(await page('cursor=&count=4')).not.toHaveProperty('previousCursor')
  })

  it('[191] holds a cursor to its query: with another filter, order, projection or type it is not valid', async () => {
    const cursor = await first('count=4&filter=userName sw "p"')
    for (const query of [
      'count=4',
      'count=4&filter=userName sw "q"',
      'count=4&filter=userName sw "p"&sortBy=userName',
      'count=4&filter=userName sw "p"&attributes=title',
    ])
      expectError(await door.scim('GET', `/Users?cursor=${cursor}&${query}`), 400, 'invalidCursor')
    const anyone = await first('count=4&filter=id pr')
    expectError(await door.scim('GET', `/Groups?cursor=${anyone}&count=4&filter=id pr`), 400, 'invalidCursor')
    expect(names(await page(`cursor=${cursor}&count=4&filter=userName sw "p"`))).toHaveLength(4)
  })

  it('[192] tells the total on every page', async () => {
    for (const { totalResults } of await walk('count=5')) expect(totalResults).toBe(12)
  })

  it.each(['x', '%00', 'AAAA', '-', 'a'.repeat(5000)])(
    '[193][194] with the cursor %.10s, which is none of ours, is invalidCursor',
    async (cursor) => {
      expectError(await door.scim('GET', `/Users?cursor=${cursor}&count=4`), 400, 'invalidCursor')
    },
  )

  it('[194][208] with a changed cursor, or one of another connection, is the same invalidCursor', async () => {
    const other = await createConnection(door.joinery.api, door.tenant.accountId)
    for (const name of ['x', 'y']) await other.scim('POST', '/Users', { userName: `${name}@corp.example` })
    const foreign = (await other.scim('GET', '/Users?cursor=&count=1')).body.nextCursor as string
    const cursor = await first('count=1')
    const forged = `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`
    const answers = await Promise.all(
      ['x', foreign, forged].map((each) => door.scim('GET', `/Users?cursor=${each}&count=1`)),
    )
    for (const answer of answers) expectError(answer, 400, 'invalidCursor')
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1)
  })

  it('[195] with a cursor older than the timeout is expiredCursor', async () => {
    const cursor = await first()
    clock.advance(599_000)
    expect((await door.scim('GET', `/Users?cursor=${cursor}&count=4`)).status).toBe(200)
    clock.advance(2_000)
    expectError(await door.scim('GET', `/Users?cursor=${cursor}&count=4`), 400, 'expiredCursor')
  })

  it('[195] with a count beyond the largest page, or another than on the first one, is invalidCount', async () => {
    expectError(await door.scim('GET', '/Users?cursor=&count=201'), 400, 'invalidCount')
    expectError(await door.scim('GET', `/Users?cursor=${await first()}&count=5`), 400, 'invalidCount')
    expect(names(await page('cursor=&count=200'))).toHaveLength(12)
  })

  it('[196] keeps the order over all pages, both ways', async () => {
    const ascending = (await walk('count=5&sortBy=displayName')).flatMap(({ Resources }) =>
      Resources.map((each: any) => each.displayName),
    )
    expect(ascending).toEqual(ascending.toSorted())
    expect(ascending).toHaveLength(12)
    const descending = (await walk('count=5&sortBy=displayName&sortOrder=descending')).flatMap(({ Resources }) =>
      Resources.map((each: any) => each.displayName),
    )
    expect(descending).toEqual(ascending.toReversed())
  })

  it('[196] keeps its place where values are missing or alike', async () => {
    for (const sortBy of ['title', 'nickName', 'active', 'name.familyName', 'emails.value'])
      for (const sortOrder of ['ascending', 'descending']) {
        const seen = (await walk(`count=5&sortBy=${sortBy}&sortOrder=${sortOrder}`)).flatMap(names)
        expect(seen.toSorted(), `${sortBy} ${sortOrder}`).toEqual(
          Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`),
        )
      }
  })

  it('[197][198] is used where it is asked for: without a cursor, paging goes by index', async () => {
    const list = await page('count=4')
    expect(list).toMatchObject({ startIndex: 1, itemsPerPage: 4, totalResults: 12 })
    expect(list).not.toHaveProperty('nextCursor')
  })

  it('[199] works in the body of a search as in a URL', async () => {
    const search = (more: object): Promise<any> =>
      door.ok('POST', '/Users/.search', { schemas: [`${messages}:SearchRequest`], count: 8, ...more })
    const one = await search({ cursor: '' })
    expect(names(one)).toHaveLength(8)
    const two = await search({ cursor: one.nextCursor })
    expect(names(two)).toHaveLength(4)
    expect(two).not.toHaveProperty('nextCursor')
  })

  it('[187] gives nobody twice and misses nobody, while others come and go between the pages', async () => {
    let made = 0
    const seen = (
      await walk('count=3&filter=userName sw "p"', async () => {
        made += 1
        const { id } = await door.user(`p0${made}-new`)
        await door.ok('DELETE', `/Users/${id}`)
      })
    ).flatMap(names)
    expect(seen.filter((name) => /^p\d\d$/.test(name))).toHaveLength(12)
    expect(new Set(seen).size).toBe(seen.length)
  })

  describe('and who may see what', () => {
    it('[205][206][207] is asked on every page: without a token, or with one that has ended, a cursor shows nothing', async () => {
      const { api } = door.joinery
      const other = await createConnection(api, door.tenant.accountId)
      for (const name of ['x', 'y']) await other.scim('POST', '/Users', { userName: `${name}@corp.example` })
      const cursor = (await other.scim('GET', '/Users?cursor=&count=1')).body.nextCursor as string
      const asked = `/Users?cursor=${cursor}&count=1`
      expect((await other.scim('GET', asked)).body.Resources).toHaveLength(1)
      expectError(await other.scim('GET', asked, undefined, { Authorization: '' }), 401)
      expectError(await door.scim('GET', asked), 400, 'invalidCursor')
      expectError(await other.scim('GET', asked, undefined, { Authorization: `Bearer ${door.tenant.token}` }), 401)
      const tokens = `/accounts/${door.tenant.accountId}/connections/${other.connectionId}/tokens`
      for (const { id } of (await api.ok('GET', tokens)).items) await api.ok('DELETE', `${tokens}/${id}`)
      expectError(await other.scim('GET', asked), 401)
    })
  })
})
