import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, type Tenant } from '../support/api.ts'
import { createClock, type TestClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { enterpriseUrn, okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
const search = (parameters: object) => ({ schemas: [searchUrn], ...parameters })

type Listed = { id: string; userName?: string; displayName?: string }

describeOnBoth('SCIM queries', (kind) => {
  let joinery: Joinery
  let tenant: Tenant
  let clock: TestClock
  const names = ['Zoë', 'adam', 'Émile', 'Bea', 'ägidius', 'Carl', 'zita']
  beforeAll(async () => {
    clock = createClock()
    joinery = await startJoinery({ database: kind, workers: false, clock })
    tenant = await createTenant(joinery.api)
    for (const [index, name] of names.entries()) {
      await tenant.scim('POST', '/Users', {
        ...okta.createUser(`u${index}`),
        displayName: name,
        title: index % 2 === 0 ? 'Ingénieur' : undefined,
        phoneNumbers: [
          { value: `+4${index}`, type: 'home' },
          ...(index < 3 ? [{ value: `+1${index}`, type: 'WORK', primary: true }] : []),
        ],
        [enterpriseUrn]: { department: `D${index % 3}`, employeeNumber: String(100 - index) },
      })
    }
    for (const name of ['Beta', 'alpha']) await tenant.scim('POST', '/Groups', okta.createGroup(name))
  })
  afterAll(() => joinery.close())

  const get = (path: string, query: Record<string, string> = {}) =>
    tenant.scim('GET', `${path}?${new URLSearchParams(query).toString()}`)
  const listed = async (path: string, query: Record<string, string>) =>
    ((await get(path, query)).body.Resources as Listed[]).map(({ displayName }) => displayName)

  it.each(['phoneNumbers[value eq "+44" or value eq "+45"]', 'emails[value sw "u4" or value sw "u5"]'])(
    '%s: a later page leaves out whom the filter leaves out',
    async (filter) => {
      const page = async (startIndex: number) => {
        const { body } = await get('/Users', { filter, startIndex: String(startIndex) })
        return [body.totalResults, (body.Resources as Listed[]).map(({ displayName }) => displayName)]
      }
      expect(await page(2)).toEqual([2, ['Carl']])
      expect(await page(3)).toEqual([2, []])
    },
  )

  describe('filters', () => {
    it.each<[string, string[]]>([
      ['title eq "INGÉNIEUR"', ['Zoë', 'Émile', 'ägidius', 'zita']],
      ['displayName eq "éMILE"', ['Émile']],
      ['displayName gt "z"', ['Zoë', 'Émile', 'ägidius', 'zita']],
      ['phoneNumbers.value eq "+11"', ['adam']],
      ['phoneNumbers[type eq "work" and primary eq true]', ['Zoë', 'adam', 'Émile']],
      ['phoneNumbers[type eq "home" and value sw "+1"]', []],
      ['phoneNumbers[primary eq false].value eq "+45"', ['Carl']],
      ['not (title pr)', ['adam', 'Bea', 'Carl']],
      ['title ne "x" and userName sw "u1"', ['adam']],
      ['department eq "d1" or employeeNumber eq "100"', ['Zoë', 'adam', 'ägidius']],
      [`${enterpriseUrn}:employeeNumber lt "96" and title pr`, ['Zoë', 'zita']],
      ['emails[type eq "work" and value co "u3@"]', ['Bea']],
      [`schemas eq "${enterpriseUrn}" and displayName eq "bea"`, ['Bea']],
      ['schemas co "nothing"', []],
      ['name[givenName pr] and userName sw "u6"', ['zita']],
      ['meta.resourceType eq "User" and displayName eq "bea"', ['Bea']],
      ['meta.resourceType eq "user"', []],
      ['meta.created gt "2001-01-01T00:00:00Z" and displayName sw "a"', ['adam']],
      ['id pr and displayName ew "L"', ['Carl']],
    ])('%s', async (filter, wanted) => {
      expect(await listed('/Users', { filter })).toEqual(wanted)
    })
  })

  describe('sorting', () => {
    it('is by code point of the folded text, in both directions, nobody’s value last and first', async () => {
      const ascending = ['adam', 'Bea', 'Carl', 'zita', 'Zoë', 'ägidius', 'Émile']
      expect(await listed('/Users', { sortBy: 'displayName' })).toEqual(ascending)
      expect(await listed('/Users', { sortBy: 'displayName', sortOrder: 'descending' })).toEqual(ascending.toReversed())
      const byTitle = await listed('/Users', { sortBy: 'title' })
      expect(byTitle).toEqual(['Zoë', 'Émile', 'ägidius', 'zita', 'adam', 'Bea', 'Carl'])
      const down = await listed('/Users', { sortBy: 'title', sortOrder: 'descending' })
      expect(down).toEqual(['adam', 'Bea', 'Carl', 'Zoë', 'Émile', 'ägidius', 'zita'])
    })

    it('takes URNs, sub-attributes, and of a list the primary, else the first value', async () => {
      const byNumber = await listed('/Users', { sortBy: `${enterpriseUrn}:employeeNumber`, count: '2' })
      expect(byNumber).toEqual(['Zoë', 'zita'])
      expect(await listed('/Users', { sortBy: 'phoneNumbers' })).toEqual(names)
      expect(await listed('/Users', { sortBy: 'meta.created', sortOrder: 'descending', count: '1' })).toHaveLength(1)
    })

    it('takes a constant, and texts of any length by their beginning', async () => {
      expect(await listed('/Users', { sortBy: 'meta.resourceType', count: '1' })).toHaveLength(1)
      const long = 'y'.repeat(5000)
      await tenant.scim('POST', '/Users', { ...okta.createUser('long'), nickName: long })
      const query = { sortBy: 'nickName', sortOrder: 'descending', count: '8', filter: 'nickName pr', cursor: '' }
      expect((await get('/Users', query)).body.totalResults).toBe(1)
      await tenant.scim('POST', '/Users', { ...okta.createUser('longer'), nickName: `${long}z` })
      const first = (await get('/Users', { ...query, count: '1' })).body
      const second = await get('/Users', { ...query, count: '1', cursor: first.nextCursor as string })
      expect(second.body.Resources).toHaveLength(1)
      expect(second.body.Resources[0].id).not.toBe(first.Resources[0].id)
      for (const { id } of [first.Resources[0], second.body.Resources[0]]) await tenant.scim('DELETE', `/Users/${id}`)
    })

    it.each([
      { sortBy: 'nothing' },
      { sortBy: 'name' },
      { sortBy: 'password' },
      { sortBy: 'groups' },
      { sortBy: 'userName', sortOrder: 'upwards' },
    ])('refuses %j', async (query) => {
      expect((await get('/Users', query)).status).toBe(400)
    })
  })

  describe('cursors', () => {
    it.each<Record<string, string>>([
      {},
      { sortBy: 'displayName' },
      { sortBy: 'title' },
      { sortBy: 'title', sortOrder: 'descending' },
      { sortBy: 'phoneNumbers', sortOrder: 'descending' },
      { filter: 'department ne "D1"', sortBy: 'meta.lastModified' },
    ])('walk through everything once, in the order of a list by index: %j', async (query) => {
      const whole = (await get('/Users', query)).body
      const seen: string[] = []
      let cursor: string | undefined = ''
      while (cursor !== undefined) {
        const { body, status } = await get('/Users', { ...query, count: '2', cursor })
        expect(status).toBe(200)
        expect(body.totalResults).toBe(whole.totalResults)
        seen.push(...(body.Resources as Listed[]).map(({ id }) => id))
        cursor = body.nextCursor
      }
      expect(seen).toEqual((whole.Resources as Listed[]).map(({ id }) => id))
    })

    it('are good for ten minutes, for their query and their connection', async () => {
      const first = (await get('/Users', { count: '2', cursor: '' })).body
      const cursor = first.nextCursor as string
      expect(cursor).toMatch(/^[\w-]+$/)
      const refused = async (query: Record<string, string>, path = '/Users') =>
        (await get(path, { count: '2', cursor, ...query })).body.scimType
      expect(await refused({ filter: 'title pr' })).toBe('invalidCursor')
      expect(await refused({}, '/Groups')).toBe('invalidCursor')
      expect(await refused({ cursor: `${cursor}x` })).toBe('invalidCursor')
      expect(await refused({ cursor: 'abc' })).toBe('invalidCursor')
      expect(await refused({ count: '3' })).toBe('invalidCount')
      expect(await refused({ count: '201' })).toBe('invalidCount')
      const other = await createTenant(joinery.api)
      const query = new URLSearchParams({ count: '2', cursor }).toString()
      expect((await other.scim('GET', `/Users?${query}`)).body.scimType).toBe('invalidCursor')
      clock.advance(601_000)
      expect(await refused({})).toBe('expiredCursor')
    })
  })

  describe('searches and the base URL', () => {
    it('POST /.search answers as GET does, at a type', async () => {
      const asked = { filter: 'title pr', sortBy: 'displayName', count: 2, startIndex: 2, attributes: ['displayName'] }
      const posted = await tenant.scim('POST', '/Users/.search', search(asked))
      const got = await get('/Users', { ...asked, count: '2', startIndex: '2', attributes: 'displayName' })
      expect(posted.status).toBe(200)
      expect(posted.body).toEqual(got.body)
      expect((await tenant.scim('POST', '/Users/.search', search({ count: 0 }))).body.totalResults).toBe(names.length)
    })

    const known = '(meta.resourceType eq "User" or meta.resourceType eq "Group")'

    it('users and groups are one list at the root, filtered, sorted and paged together', async () => {
      const all = await get('/', { filter: known })
      expect(all.body.totalResults).toBe(names.length + 2)
      const sorted = await tenant.scim('POST', '/.search', search({ filter: known, sortBy: 'displayName', count: 4 }))
      expect((sorted.body.Resources as Listed[]).map(({ displayName }) => displayName)).toEqual([
        ...['adam', 'alpha', 'Bea', 'Beta'],
      ])
      const groups = await get('/', { filter: 'meta.resourceType eq "Group"' })
      expect(groups.body.totalResults).toBe(2)
      const mixed = await get('/', { filter: 'userName sw "u3" or displayName eq "ALPHA"', cursor: '', count: '1' })
      expect(mixed.body).toMatchObject({ totalResults: 2, itemsPerPage: 1 })
      expect((await get('/', { filter: 'nobodys eq "x"' })).body.scimType).toBe('invalidFilter')
    })

    it('a long question has cursors too', async () => {
      const attributes = Array(95).fill(`${enterpriseUrn}:employeeNumber`).join(',')
      const filter = `title ne "${'x'.repeat(1900)}"`
      const asked = { filter, attributes, count: 3 }
      const first = await tenant.scim('POST', '/Users/.search', search({ ...asked, cursor: '' }))
      expect(first.body.Resources).toHaveLength(3)
      const second = await tenant.scim('POST', '/Users/.search', search({ ...asked, cursor: first.body.nextCursor }))
      expect(second.body.Resources).toHaveLength(3)
    })

    it('an attribute that a type lacks differs from any value, as one that a person lacks does', async () => {
      expect((await get('/', { filter: `userName ne "u3" and ${known}` })).body.totalResults).toBe(names.length + 2)
      expect((await get('/', { filter: `userName eq null and ${known}` })).body.totalResults).toBe(2)
      expect((await get('/', { filter: 'members[value ne "x"]' })).body.totalResults).toBe(0)
    })

    it('an outdated or misread message is a SCIM error', async () => {
      const odd = { schemas: [{ toString: 1 }] }
      expect((await tenant.scim('POST', '/Users/.search', odd)).body.scimType).toBe('invalidSyntax')
      expect((await tenant.scim('POST', '/Users/.search', { filter: 'title pr' })).body.scimType).toBe('invalidSyntax')
      expect((await tenant.scim('POST', '/.search', search({ filter: 1 }))).body.scimType).toBe('invalidValue')
      expect((await tenant.scim('GET', '/Users/.search')).status).toBe(405)
    })
  })
})
