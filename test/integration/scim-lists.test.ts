import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, type Answer, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { enterpriseUrn, entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describeOnBoth('SCIM lists', (database) => {
  let joinery: Joinery
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  describe('paging', () => {
    const people = 230
    let tenant: Tenant
    let list: (query: string) => Promise<Answer>
    beforeAll(async () => {
      tenant = await createTenant(joinery.api)
      list = (query) => tenant.scim('GET', `/Users${query}`)
      const names = Array.from({ length: people }, (_, index) => `p${String(index).padStart(3, '0')}`)
      await Promise.all(names.map((name) => tenant.scim('POST', '/Users', okta.createUser(name))))
    })

    it('counts from 1, gives 100 by default and 200 at most, and always the true total', async () => {
      for (const [query, startIndex, itemsPerPage] of [
        ['', 1, 100],
        ['?startIndex=1&count=2', 1, 2],
        ['?startIndex=0&count=2', 1, 2],
        ['?startIndex=-7&count=2', 1, 2],
        ['?startIndex=2', 2, 100],
        ['?count=200', 1, 200],
        ['?count=100000', 1, 200],
        ['?startIndex=201&count=200', 201, 30],
        ['?startIndex=230', 230, 1],
      ] as const) {
        const { status, body } = await list(query)
        expect({ query, status, ...body, Resources: body.Resources.length }).toEqual({
          ...{ query, status: 200, schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
          ...{ totalResults: people, startIndex, itemsPerPage, Resources: itemsPerPage },
        })
      }
    })

    it('past the end gives nobody, so that an import ends', async () => {
      for (const startIndex of [231, 232, 1000, 999_999_999_999_999]) {
        const { status, body } = await list(`?startIndex=${startIndex}&count=100`)
        expect(status).toBe(200)
        expect(body).toMatchObject({ totalResults: people, startIndex, itemsPerPage: 0, Resources: [] })
      }
    })

    it('count 0 and less gives the total alone', async () => {
      for (const count of [0, -1]) {
        const { body } = await list(`?count=${count}`)
        expect(body).toMatchObject({ totalResults: people, startIndex: 1, itemsPerPage: 0, Resources: [] })
      }
    })

    it('gives everybody once, in an order that stays', async () => {
      const walk = async (): Promise<string[]> => {
        const ids: string[] = []
        for (let start = 1; ; start += 50) {
          const { body } = await list(`?startIndex=${start}&count=50`)
          if (body.Resources.length === 0) return ids
          ids.push(...(body.Resources as { id: string }[]).map(({ id }) => id))
        }
      }
      const [first, second] = [await walk(), await walk()]
      expect(new Set(first).size).toBe(people)
      expect(second).toEqual(first)
    })

    it('counts what a filter leaves', async () => {
      const { body } = await list('?filter=userName sw "p1"&startIndex=91&count=100')
      expect(body).toMatchObject({ totalResults: 100, startIndex: 91, itemsPerPage: 10 })
    })

    it.each(['count=x', 'startIndex=1.5', 'count=1e3'])('%s is invalidValue', async (query) => {
      expect(await list(`?${query}`)).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    })

    it('ignores what nobody knows, Entra’s flag among it', async () => {
      expect((await list('?count=1&aadOptscim062020&foo=bar')).status).toBe(200)
    })

    it('shows what attributes ask for, in a list too', async () => {
      const { body } = await list('?count=1&attributes=userName')
      expect(Object.keys(body.Resources[0])).toEqual(['schemas', 'id', 'userName'])
      const all = await list('?count=1&attributes=')
      expect(Object.keys(all.body.Resources[0])).toContain('meta')
    })
  })

  describe('filters on users', () => {
    let tenant: Tenant
    const ids = new Map<string, string>()
    const found = async (filter: string): Promise<string[]> => {
      const { status, body } = await tenant.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      expect({ filter, status, total: body.totalResults }).toEqual({
        filter,
        status: 200,
        total: body.Resources.length,
      })
      const names = new Map([...ids].map(([name, id]) => [id, name]))
      return (body.Resources as { id: string }[]).map(({ id }) => names.get(id) ?? id).sort()
    }
    beforeAll(async () => {
      tenant = await createTenant(joinery.api, 'entra')
      const create = async (name: string, more: object): Promise<void> => {
        ids.set(name, (await tenant.scim('POST', '/Users', entra.createUser(name, more))).body.id as string)
      }
      await create('ada', { displayName: 'Ada L', externalId: 'Ext-1', title: 'Analyst' })
      await create('bob', {
        ...{ displayName: 'bob 100%', externalId: 'ext-1', active: false, name: { familyName: 'Baker' } },
        [enterpriseUrn]: { department: 'Sales', employeeNumber: '007', manager: ids.get('ada') },
      })
      await create('cy_d', {
        externalId: '007',
        emails: [
          { value: 'Cy@Corp.example', type: 'Work', primary: true },
          { value: 'cy@home.example', type: 'home' },
        ],
      })
    })

    it.each<[string, string[]]>([
      ['userName eq "ada@corp.example"', ['ada']],
      ['userName eq "ADA@CORP.EXAMPLE"', ['ada']],
      ['USERNAME EQ "ada@corp.example"', ['ada']],
      ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@corp.example"', ['ada']],
      ['userName eq ada@corp.example', ['ada']],
      ['userName eq "nobody@corp.example"', []],
      ['userName eq "3f2c0d4e-0000-4000-8000-000000000000"', []],
      ['userName sw "a"', ['ada']],
      ['userName ew "@CORP.example"', ['ada', 'bob', 'cy_d']],
      ['userName co "y_d"', ['cy_d']],
      ['userName co "%"', []],
      ['userName co "_"', ['cy_d']],
      ['displayName co "100%"', ['bob']],
      ['userName ne "ada@corp.example"', ['bob', 'cy_d']],
      ['userName gt "b"', ['bob', 'cy_d']],
      ['externalId eq "Ext-1"', ['ada']],
      ['externalId eq "ext-1"', ['bob']],
      ['externalId eq 007', ['cy_d']],
      ['externalId eq ext-1', ['bob']],
      ['displayName eq "ada l"', ['ada']],
      ['displayName pr', ['ada', 'bob']],
      ['not (displayName pr)', ['cy_d']],
      ['active eq true', ['ada', 'cy_d']],
      ['active eq "False"', ['bob']],
      ['active ne true', ['bob']],
      ['emails.value eq "CY@corp.example"', ['cy_d']],
      ['emails eq "cy@corp.example"', ['cy_d']],
      ['emails[type eq "work"].value eq "cy@corp.example"', ['cy_d']],
      ['emails[type eq "home"].value eq "cy@corp.example"', []],
      ['emails[type eq "work" and value ew "home.example"]', []],
      ['emails.type eq "home"', ['cy_d']],
      ['emails[primary eq true and value sw "cy"]', ['cy_d']],
      ['emails pr', ['ada', 'bob', 'cy_d']],
      ['name.familyName eq "baker"', ['bob']],
      ['title eq "ANALYST"', ['ada']],
      ['not (title eq "Analyst")', ['bob', 'cy_d']],
      ['title ne "Analyst"', ['bob', 'cy_d']],
      ['title pr', ['ada']],
      [`${enterpriseUrn}:department eq "sales"`, ['bob']],
      ['department eq "SALES" and active eq false', ['bob']],
      [`${enterpriseUrn}:employeeNumber eq "007"`, ['bob']],
      ['costCenter pr', []],
      ['userName sw "a" or userName sw "b"', ['ada', 'bob']],
      ['userName sw "a" or userName sw "b" and active eq true', ['ada']],
      ['(userName sw "a" or userName sw "b") and active eq false', ['bob']],
      ['not (userName sw "a" or userName sw "b")', ['cy_d']],
      ['externalId eq null', []],
      ['meta.created gt "2020-01-01T00:00:00Z"', ['ada', 'bob', 'cy_d']],
      ['meta.lastModified lt "2020-01-01T00:00:00Z"', []],
      ["userName eq \"x' or '1'='1\"", []],
      ['userName eq "\\") or 1=1 --"', []],
    ])('%s finds %j', async (filter, names) => {
      expect(await found(filter)).toEqual(names)
    })

    it('answers what Entra asks of references: id and manager together', async () => {
      const [ada, bob] = [ids.get('ada'), ids.get('bob')]
      expect(await found(`id eq "${bob}" and manager eq "${ada}"`)).toEqual(['bob'])
      expect(await found(`id eq "${bob}" and manager eq "${bob}"`)).toEqual([])
      expect(await found(`id eq "${ada}" and manager eq "${ada}"`)).toEqual([])
    })

    it('forgets the old value of what was changed', async () => {
      await tenant.scim(
        'PATCH',
        `/Users/${ids.get('cy_d')}`,
        patch({ op: 'Replace', path: 'emails[type eq "home"].value', value: 'new@home.example' }),
      )
      expect(await found('emails.value eq "cy@home.example"')).toEqual([])
      expect(await found('emails.value eq "new@home.example"')).toEqual(['cy_d'])
    })

    it.each([
      'foo eq "x"',
      'password eq "x"',
      'name eq "x"',
      'userName eq',
      'userName xx "x"',
      'active gt true',
      'active eq "perhaps"',
      'active co "t"',
      'meta.created eq "yesterday"',
      'meta.created co "2020"',
      'userName gt null',
      'emails[foo eq "x"]',
      'emails[type.x eq "x"]',
      'userName eq "\\u0000"',
      '(userName eq "x"',
      `userName eq "${'x'.repeat(3000)}"`,
      Array(30).fill('userName eq "x"').join(' or '),
      Array(24).fill('(userName eq "x" or userName eq "y")').join(' and '),
    ])('%s is 400 invalidFilter, never a scan of everybody', async (filter) => {
      const started = performance.now()
      const answer = await tenant.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType: 'invalidFilter' } })
      expect(performance.now() - started).toBeLessThan(2000)
    })
  })

  describe('filters on groups', () => {
    let tenant: Tenant
    const ids: Record<string, string> = {}
    const found = async (filter: string, more = ''): Promise<string[]> => {
      const { status, body } = await tenant.scim('GET', `/Groups?filter=${encodeURIComponent(filter)}${more}`)
      expect(status).toBe(200)
      return (body.Resources as { displayName: string }[]).map(({ displayName }) => displayName).sort()
    }
    beforeAll(async () => {
      tenant = await createTenant(joinery.api, 'entra')
      ids.jo = (await tenant.scim('POST', '/Users', entra.createUser('jo'))).body.id as string
      for (const name of ['Alpha', 'Beta'])
        ids[name] = (await tenant.scim('POST', '/Groups', entra.createGroup(name, `x-${name}`))).body.id as string
      await tenant.scim('PATCH', `/Groups/${ids.Alpha}`, entra.addMembers(ids.jo, 'ghost'))
    })

    it.each<[string, string[]]>([
      ['displayName eq "ALPHA"', ['Alpha']],
      ['displayName eq "gamma"', []],
      ['displayName co "a"', ['Alpha', 'Beta']],
      ['externalId eq "x-Beta"', ['Beta']],
      ['externalId eq "x-beta"', []],
      ['members eq "ghost"', ['Alpha']],
      ['members.value eq "ghost"', ['Alpha']],
      ['members[value eq "ghost"]', ['Alpha']],
      ['members pr', ['Alpha']],
      ['not (members pr)', ['Beta']],
      ['externalId pr and displayName ne "alpha"', ['Beta']],
      ['meta.created gt "2020-01-01T00:00:00Z"', ['Alpha', 'Beta']],
    ])('%s finds %j', async (filter, names) => {
      expect(await found(filter)).toEqual(names)
      expect(await found(filter, '&excludedAttributes=members')).toEqual(names)
    })

    it('answers what Entra asks of memberships: id and members together', async () => {
      expect(await found(`id eq "${ids.Alpha}" and members eq "${ids.jo}"`, '&attributes=id,displayName')).toEqual([
        'Alpha',
      ])
      expect(await found(`id eq "${ids.Beta}" and members eq "${ids.jo}"`)).toEqual([])
    })

    it('leaves members out where they are not asked for', async () => {
      const { body } = await tenant.scim('GET', '/Groups?excludedAttributes=members')
      for (const group of body.Resources) expect(group).not.toHaveProperty('members')
      const full = await tenant.scim('GET', '/Groups')
      expect(full.body.Resources.find(({ displayName }: any) => displayName === 'Alpha').members).toHaveLength(2)
    })

    it('finds the users of a group by groups.value', async () => {
      const { body } = await tenant.scim('GET', `/Users?filter=groups.value eq "${ids.Alpha}"`)
      expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: ids.jo }] })
    })

    it.each(['members.display eq "x"', 'userName eq "x"', 'members[foo eq "x"]'])(
      '%s is invalidFilter',
      async (filter) => {
        const answer = await tenant.scim('GET', `/Groups?filter=${encodeURIComponent(filter)}`)
        expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } })
      },
    )
  })
})
