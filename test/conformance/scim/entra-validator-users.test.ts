import { describe, expect, it } from 'vitest'
import { messages } from '../../support/door.ts'
import { useEntraDoor } from '../../support/entra-door.ts'
import { enterpriseUrn, entra, groupUrn, patch, userUrn } from '../../support/idp.ts'

describe('the SCIM validator', () => {
  const { door, ask, find, make } = useEntraDoor('validator')

  describe('users', () => {
    it('a filter on random values is 200 with an empty list, for each matching attribute', async () => {
      const random = '3f2c6a52-0000-4000-8000-aaaabbbbcccc'
      for (const filter of [
        `userName eq "${random}"`,
        `externalId eq "${random}"`,
        `emails[type eq "work"].value eq "${random}"`,
      ]) {
        const answer = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)
        expect(answer.status, filter).toBe(200)
        expect(answer.body).toMatchObject({
          schemas: [`${messages}:ListResponse`],
          totalResults: 0,
          Resources: [],
          startIndex: 1,
          itemsPerPage: 0,
        })
      }
    })

    it('a user is created, read back by id and by each filter, in any letter case', async () => {
      const { id } = await make('created')
      for (const filter of [
        'userName eq "CREATED@corp.example"',
        'externalId eq "created"',
        'emails[type eq "work"].value eq "Created@corp.example"',
      ])
        expect(
          (await find('Users', filter)).Resources.map((user: any) => user.id),
          filter,
        ).toEqual([id])
    })

    it('odd values are taken and read back: a role’s random type, "True" for primary, junk for a URL, a country in full', async () => {
      const body = await make('odd', {
        roles: [{ primary: 'True', type: 'KJHGF', display: 'User', value: 'User' }],
        profileUrl: 'QWERTY',
        addresses: [{ type: 'work', country: 'Bermuda' }],
        phoneNumbers: ['work', 'mobile', 'fax'].map((type) => ({ type, value: `${type} 7` })),
      })
      expect(body).toMatchObject({
        roles: [{ primary: true, type: 'KJHGF', display: 'User', value: 'User' }],
        profileUrl: 'QWERTY',
        addresses: [{ type: 'work', country: 'Bermuda' }],
      })
      expect(body.phoneNumbers).toHaveLength(3)
    })

    it('a duplicate is 409', async () => {
      await make('double')
      expect((await ask('POST', '/Users', entra.createUser('double'))).status).toBe(409)
    })

    const adds: [string, string][] = [
      ['displayName', 'D'],
      ['title', 'T'],
      ['preferredLanguage', 'sv'],
      ['userType', 'U'],
      ['nickName', 'N'],
      ['locale', 'sv-SE'],
      ['timezone', 'Europe/Stockholm'],
      ['profileUrl', 'JUNK'],
      ['emails[type eq "work"].value', 'added@corp.example'],
      ['name.givenName', 'G'],
      ['name.familyName', 'F'],
      ['name.formatted', 'G F'],
      ['name.middleName', 'M'],
      ['name.honorificPrefix', 'Dr'],
      ['name.honorificSuffix', 'III'],
      ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].flatMap(
        (sub): [string, string][] => [
          [`addresses[type eq "work"].${sub}`, `w ${sub}`],
          [`addresses[type eq "other"].${sub}`, `o ${sub}`],
        ],
      ),
      ['phoneNumbers[type eq "work"].value', '1'],
      ['phoneNumbers[type eq "mobile"].value', '2'],
      ['phoneNumbers[type eq "fax"].value', '3'],
      ['externalId', 'EXT'],
      ...['employeeNumber', 'department', 'costCenter', 'organization', 'division'].map((sub): [string, string] => [
        `${enterpriseUrn}:${sub}`,
        sub,
      ]),
    ]

    it.each(['Add', 'Replace'])(
      '%s: 36 operations fill a user who has next to nothing, and create the values that they name',
      async (op) => {
        expect(adds).toHaveLength(36)
        const { id } = (await ask('POST', '/Users', { schemas: [userUrn], userName: `full-${op}@corp.example` })).body
        const answer = await ask('PATCH', `/Users/${id}`, patch(...adds.map(([path, value]) => ({ op, path, value }))))
        expect([200, 204]).toContain(answer.status)
        const user = (await ask('GET', `/Users/${id}`)).body
        expect(user).toMatchObject({
          displayName: 'D',
          title: 'T',
          name: { givenName: 'G', honorificSuffix: 'III' },
          externalId: 'EXT',
        })
        expect(user.emails).toEqual([{ type: 'work', value: 'added@corp.example' }])
        expect(user.addresses).toHaveLength(2)
        expect(user.addresses[0]).toMatchObject({ type: 'work', formatted: 'w formatted', country: 'w country' })
        expect(user.phoneNumbers.map(({ type, value }: any) => `${type} ${value}`)).toEqual([
          'work 1',
          'mobile 2',
          'fax 3',
        ])
        expect(user[enterpriseUrn]).toMatchObject({ employeeNumber: 'employeeNumber', division: 'division' })
      },
    )

    it('with the flag, one operation without a path tells dotted and qualified keys', async () => {
      const { id } = await make('flagged')
      const value = {
        displayName: 'B',
        'name.givenName': 'Barbara',
        'name.familyName': 'J',
        [`${enterpriseUrn}:employeeNumber`]: '701984',
        active: true,
      }
      const { body } = await ask('PATCH', `/Users/${id}?aadOptscim062020`, patch({ op: 'replace', value }))
      expect(body).toMatchObject({
        displayName: 'B',
        name: { givenName: 'Barbara', familyName: 'J' },
        [enterpriseUrn]: { employeeNumber: '701984' },
      })
    })

    it('several operations on one attribute count in their order', async () => {
      const { id } = await make('ordered')
      const operations = ['1', '2', '3'].map((value) => ({ op: 'Replace', path: 'title', value }))
      expect(
        (await ask('PATCH', `/Users/${id}`, patch(...operations, { op: 'Remove', path: 'nickName' }))).body.title,
      ).toBe('3')
    })

    it('a userName is changed, after which the user is found by the new one and not by the old', async () => {
      const { id } = await make('before')
      await ask('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'userName', value: 'after@corp.example' }))
      expect((await find('Users', 'userName eq "after@corp.example"')).Resources[0].id).toBe(id)
      expect((await find('Users', 'userName eq "before@corp.example"')).totalResults).toBe(0)
    })

    it.each(['False', false])(
      'a disabled user (%j) is inactive by GET and by filter, and is enabled again',
      async (value) => {
        const { id } = await make(`disabled-${typeof value}`)
        const { body } = await ask('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value }))
        expect(body.active).toBe(false)
        expect((await ask('GET', `/Users/${id}`)).body.active).toBe(false)
        expect((await find('Users', `userName eq "disabled-${typeof value}@corp.example"`)).Resources[0].active).toBe(
          false,
        )
        expect((await ask('PATCH', `/Users/${id}`, entra.setActive(true))).body.active).toBe(true)
      },
    )

    it('a PATCH without operations succeeds', async () => {
      const { id } = await make('nothing')
      expect((await ask('PATCH', `/Users/${id}`, patch())).status).toBeLessThan(300)
    })

    it('null and the empty text clear', async () => {
      const { id } = await make('nulls', { title: 'T', nickName: 'N' })
      const clear = [
        { op: 'Replace', path: 'title', value: null },
        { op: 'Replace', path: 'nickName', value: '' },
      ]
      const { body } = await ask('PATCH', `/Users/${id}`, patch(...clear))
      expect(body).not.toHaveProperty('title')
      expect(body).not.toHaveProperty('nickName')
    })

    it('a manager is added in any form, found, changed and removed', async () => {
      const [one, two] = [await make('manager1'), await make('manager2')]
      const { id } = await make('managed')
      const path = `${enterpriseUrn}:manager`
      const managerOf = (body: any): unknown => body[enterpriseUrn]?.manager?.value
      const change = async (operation: object): Promise<unknown> =>
        managerOf((await ask('PATCH', `/Users/${id}`, patch(operation))).body)
      expect(await change({ op: 'Add', path, value: one.id })).toBe(one.id)
      expect((await find('Users', `id eq "${id}" and manager eq "${one.id}"`)).totalResults).toBe(1)
      expect(await change({ op: 'Replace', path, value: { value: two.id } })).toBe(two.id)
      expect(await change({ op: 'Add', path: 'manager', value: [{ $ref: 'x', value: one.id }] })).toBe(one.id)
      expect(await change({ op: 'Remove', path })).toBeUndefined()
      expect(await change({ op: 'Replace', path, value: { value: '' } })).toBeUndefined()
    })

    it('a deleted user is gone: by id, by filter, and for a second DELETE', async () => {
      const { id } = await make('deleted')
      expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204)
      expect((await ask('GET', `/Users/${id}`)).status).toBe(404)
      expect((await find('Users', 'userName eq "deleted@corp.example"')).totalResults).toBe(0)
      expect((await ask('DELETE', `/Users/${id}`)).status).toBe(404)
    })

    it('eleven users and more are paged by five', async () => {
      await Promise.all(Array.from({ length: 11 }, (_, index) => make(`page${index}`)))
      const { totalResults } = (await ask('GET', '/Users?count=0')).body
      const seen = new Set<string>()
      for (let startIndex = 1; startIndex <= totalResults; startIndex += 5) {
        const { body } = await ask('GET', `/Users?startIndex=${startIndex}&count=5`)
        expect(body).toMatchObject({
          totalResults,
          startIndex,
          itemsPerPage: Math.min(5, totalResults - startIndex + 1),
        })
        for (const { id } of body.Resources) seen.add(id as string)
      }
      expect(seen.size).toBe(totalResults)
    })
  })

  describe('discovery and credentials', () => {
    it('/Schemas shows every attribute that is mapped, those of groups too', async () => {
      const { Resources } = (await ask('GET', '/Schemas')).body
      expect(Resources.map(({ id }: any) => id)).toEqual(expect.arrayContaining([userUrn, groupUrn, enterpriseUrn]))
    })

    it('a wrong credential is 401', async () => {
      const answer = await door.scim('GET', '/Users', undefined, { Authorization: 'Bearer wrong' })
      expect(answer.status).toBe(401)
    })

    it('a suspended and resumed user keeps his memberships', async () => {
      const user = await make('restored')
      const { id } = (await ask('POST', '/Groups', entra.createGroup('Restored', 'r'))).body
      await ask('PATCH', `/Groups/${id}`, entra.addMembers(user.id as string))
      await ask('PATCH', `/Users/${user.id}`, entra.setActive(false))
      await ask('PATCH', `/Users/${user.id}`, entra.setActive(true))
      expect((await ask('GET', `/Groups/${id}`)).body.members).toHaveLength(1)
    })
  })
})
