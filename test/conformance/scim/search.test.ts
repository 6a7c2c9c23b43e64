import { beforeAll, describe, expect, it } from 'vitest'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, userUrn } from '../../support/idp.ts'

const searchUrn = `${messages}:SearchRequest`

describeOnBoth('a search', (database) => {
  const door = useDoor({ database })
  const search = (path: string, more: object = {}): Promise<any> =>
    door.ok('POST', `${path}/.search`, { schemas: [searchUrn], ...more })
  const names = ({ Resources }: any): string[] =>
    Resources.map(({ userName, displayName }: any) => (userName ?? displayName).split('@')[0])

  beforeAll(async () => {
    await door.user('ada', {
      displayName: 'Ada',
      title: 'Dr',
      externalId: 'shared',
      [enterpriseUrn]: { department: 'R&D' },
    })
    const bob = await door.user('bob', { displayName: 'Bob' })
    await door.user('cid', { displayName: 'Cid', title: 'Dr' })
    await door.group('Beta', { externalId: 'shared', members: [{ value: bob.id }] })
    await door.group('Alpha')
  })

  describe('by POST', () => {
    it('[244] is at /.search of a type and of the base URL, and answers as GET does', async () => {
      for (const [path, total] of [
        ['/Users', 3],
        ['/Groups', 2],
        ['', 5 + (await listed())],
      ] as const) {
        const answer = await door.scim('POST', `${path}/.search`, { schemas: [searchUrn] })
        expect(answer.status, path).toBe(200)
        expect(answer.body).toMatchObject({
          schemas: [`${messages}:ListResponse`],
          totalResults: total,
          startIndex: 1,
          itemsPerPage: total,
        })
        expect(answer.body).toEqual(await door.ok('GET', path === '' ? '/' : path))
      }
      expectError(await door.scim('POST', '/Nothing/.search', { schemas: [searchUrn] }), 404)
    })

    it('[245] has a body that names the SearchRequest URN', async () => {
      for (const schemas of [undefined, [], [userUrn], [`${messages}:PatchOp`], searchUrn])
        expectError(await door.scim('POST', '/Users/.search', { schemas }), 400, 'invalidSyntax')
    })

    it('[246][247][248] projects by names in standard notation, and never without what is always returned', async () => {
      const filter = 'userName sw "ada"'
      const only = await search('/Users', {
        filter,
        attributes: ['DISPLAYNAME', `${enterpriseUrn}:department`, `${userUrn}:title`],
      })
      const [{ id, schemas, ...rest }] = only.Resources
      expect(id).toMatch(/./)
      expect(schemas).toContain(userUrn)
      expect(rest).toEqual({ displayName: 'Ada', title: 'Dr', [enterpriseUrn]: { department: 'R&D' } })
      const without = await search('/Users', {
        filter,
        excludedAttributes: ['id', 'schemas', 'meta', `${userUrn}:title`, enterpriseUrn],
      })
      expect(Object.keys(without.Resources[0] as object).sort()).toEqual([
        'active',
        'displayName',
        'externalId',
        'id',
        'schemas',
        'userName',
      ])
    })

    it('[249] filters, and refuses what is no filter', async () => {
      expect(names(await search('/Users', { filter: 'title eq "dr" and not (displayName eq "cid")' }))).toEqual(['ada'])
      expectError(
        await door.scim('POST', '/Users/.search', { schemas: [searchUrn], filter: 'title xx' }),
        400,
        'invalidFilter',
      )
      expectError(await door.scim('POST', '/Users/.search', { schemas: [searchUrn], filter: 7 }), 400, 'invalidValue')
    })

    it('[250][251] sorts by a name in standard notation', async () => {
      expect(names(await search('/Users', { sortBy: 'displayName', sortOrder: 'descending' }))).toEqual([
        'cid',
        'bob',
        'ada',
      ])
      expect(names(await search('/Users', { sortBy: `${userUrn}:displayName` }))).toEqual(['ada', 'bob', 'cid'])
      expect((await door.scim('POST', '/Users/.search', { schemas: [searchUrn], sortBy: 'urn:none:x' })).status).toBe(
        400,
      )
    })

    it('[252] pages as it is asked', async () => {
      const sortBy = 'userName'
      expect(await search('/Users', { sortBy, startIndex: 3, count: 2 })).toMatchObject({
        totalResults: 3,
        startIndex: 3,
        itemsPerPage: 1,
      })
      expect(await search('/Users', { count: 0 })).toMatchObject({ totalResults: 3, itemsPerPage: 0 })
      expect(await search('/Users', { count: -3, startIndex: 0 })).toMatchObject({
        totalResults: 3,
        itemsPerPage: 0,
        startIndex: 1,
      })
      expect(names(await search('/Users', { sortBy, count: 1 }))).toEqual(['ada'])
    })
  })

  /** How many roles and entitlements there are beside users and groups. */
  const listed = async (): Promise<number> =>
    (await door.ok('GET', '/Roles')).totalResults + (await door.ok('GET', '/Entitlements')).totalResults

  describe('at the base URL', () => {
    const people = '(meta.resourceType eq "User" or meta.resourceType eq "Group")'
    const root = (query: Record<string, string>): Promise<any> =>
      door.ok('GET', `/?${new URLSearchParams(query).toString()}`)

    it('[174][175] covers every type, narrowed by the filter', async () => {
      const all = await root({ count: '200' })
      expect(all.totalResults).toBe(5 + (await listed()))
      expect(all.Resources).toHaveLength(all.totalResults)
      const types = new Set(['User', 'Group', 'Role'])
      expect(new Set(all.Resources.map(({ meta }: any) => meta.resourceType))).toEqual(types)
      const [role] = (await root({ filter: 'meta.resourceType eq "Role" and id eq "support"' })).Resources
      expect(role).toEqual(await door.ok('GET', '/Roles/support'))
      expect((await root({ filter: 'supported eq false and meta.resourceType eq "Role"' })).totalResults).toBe(
        (await door.ok('GET', '/Roles')).totalResults,
      )
      expect((await root({ filter: 'meta.resourceType eq "Group"' })).totalResults).toBe(2)
      expect((await root({ filter: 'externalId eq "shared"' })).totalResults).toBe(2)
      expect((await root({ filter: `displayName co "b" and ${people}` })).totalResults).toBe(2)
      expect((await root({ filter: 'externalId eq "nobody"' })).totalResults).toBe(0)
    })

    it('[177] takes the same filters as elsewhere', async () => {
      expectError(await door.scim('GET', '/?filter=displayName xx "b"'), 400, 'invalidFilter')
      expectError(await door.scim('GET', '/?filter=noSuchThing pr'), 400, 'invalidFilter')
      const filter = 'displayName eq "Beta" or (title pr and not (displayName eq "cid"))'
      expect(names(await root({ filter, sortBy: 'displayName' }))).toEqual(['ada', 'Beta'])
    })

    it('[178] takes an attribute that a type lacks for one without a value', async () => {
      expect((await root({ filter: 'userName pr' })).totalResults).toBe(3)
      expect((await root({ filter: `not (userName pr) and ${people}` })).totalResults).toBe(2)
      expect((await root({ filter: 'members pr' })).totalResults).toBe(1)
      expect((await root({ filter: `title eq null and ${people}` })).totalResults).toBe(3)
      expect((await root({ filter: `title ne "dr" and ${people}` })).totalResults).toBe(3)
      expect((await root({ filter: 'emails.value ne "x"' })).totalResults).toBe(0)
      expect((await root({ filter: 'title eq "dr" or displayName eq "alpha"' })).totalResults).toBe(3)
    })

    it('[174] pages, sorts and projects over all types at once', async () => {
      const pages = await Promise.all(
        ['1', '3', '5'].map((startIndex) =>
          root({ startIndex, count: '2', filter: people, sortBy: 'displayName', attributes: 'displayName' }),
        ),
      )
      const found = pages.flatMap(({ Resources }) => Resources)
      expect(found.map(({ displayName }: any) => displayName)).toEqual(['Ada', 'Alpha', 'Beta', 'Bob', 'Cid'])
      for (const each of found) expect(Object.keys(each as object).sort()).toEqual(['displayName', 'id', 'schemas'])
      expect(found.filter(({ schemas }: any) => schemas.includes(groupUrn))).toHaveLength(2)
    })

    it('[174][175] sorts and pages roles and entitlements among the others, by index and by cursor', async () => {
      const inOrder = async (query: Record<string, string>): Promise<unknown[]> => {
        const ids: unknown[] = []
        for (let page = await root({ ...query, cursor: '', count: '7' }); ;) {
          ids.push(...page.Resources.map(({ id }: any) => id))
          if (page.nextCursor === undefined) return ids
          page = await root({ ...query, cursor: page.nextCursor, count: '7' })
        }
      }
      for (const sortOrder of ['ascending', 'descending']) {
        const query = { sortBy: 'displayName', sortOrder }
        const whole = (await root({ ...query, count: '200' })).Resources
        const texts = whole.map(({ displayName }: any) => displayName.toLowerCase())
        expect(texts).toEqual(sortOrder === 'ascending' ? [...texts].sort() : [...texts].sort().reverse())
        expect(await inOrder(query)).toEqual(whole.map(({ id }: any) => id))
        const second = await root({ ...query, startIndex: '6', count: '5' })
        expect(second.Resources).toEqual(whole.slice(5, 10))
      }
    })
  })
})
