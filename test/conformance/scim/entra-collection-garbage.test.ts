import { beforeAll, describe, expect, it } from 'vitest'
import { useEntraDoor } from '../../support/entra-door.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'

const person = (userName: string, more: object = {}): object => ({
  userName,
  active: true,
  addresses: [
    {
      country: 'Bermuda',
      formatted: '1 Front Street\nHamilton',
      locality: 'Hamilton',
      postalCode: '99265',
      region: 'Pembroke',
      streetAddress: '1 Front Street',
      type: 'work',
      primary: false,
    },
    {
      country: null,
      formatted: '2 Back Street',
      locality: null,
      postalCode: null,
      region: null,
      streetAddress: null,
      type: 'other',
      primary: false,
    },
  ],
  displayName: 'Kim Baker',
  emails: [
    { type: 'work', primary: true, value: 'kim@corp.example' },
    { type: 'other', primary: false, value: 'kim@gmail.com' },
  ],
  meta: {
    created: '2019-09-18T18:15:26.5788954+00:00',
    lastModified: '2019-09-18T18:15:26.5788976+00:00',
    resourceType: 'User',
  },
  name: {
    formatted: 'Kim Baker',
    familyName: 'Employee',
    givenName: 'Kim',
    honorificPrefix: null,
    honorificSuffix: null,
  },
  phoneNumbers: [
    { type: 'fax', primary: false, value: '312-320-0500' },
    { type: 'mobile', primary: false, value: '312-320-1707' },
    { type: 'work', primary: true, value: '312-320-0932' },
  ],
  preferredLanguage: 'xh',
  roles: [],
  title: 'Site engineer',
  externalId: '22fbc523-6032-4c5f-939d-5d4850cf3e52',
  schemas: [userUrn],
  ...more,
})

describe('the reference collection', () => {
  const { door, ask, created } = useEntraDoor('collection')

  describe('users, with garbage', () => {
    const ids: string[] = []
    beforeAll(async () => {
      for (const { id } of (await door.ok('GET', '/Users')).Resources) await door.ok('DELETE', `/Users/${id}`)
    })

    it('are created with every attribute, nulls among them, and "True" for true', async () => {
      const answer = await ask(
        'POST',
        '/Users',
        person('OMalley', { name: { formatted: 'D', familyName: 'OMalley', givenName: 'D' } }),
      )
      expect(answer.status).toBe(201)
      expect(answer.body).toMatchObject({ userName: 'OMalley', active: true, emails: [{}, { value: 'kim@gmail.com' }] })
      expect(answer.body.addresses).toHaveLength(2)
      const text = await ask('POST', '/Users', person('emp1', { active: 'True' }))
      expect([text.status, text.body.active]).toEqual([201, true])
      ids.push(answer.body.id as string, text.body.id as string)
      const all = await ask('GET', '/Users')
      expect(all.body.totalResults).toBe(2)
      ids.push(await created('/Users', person('emp2')), await created('/Users', person('emp3')))
    })

    it('are refused without a userName, and as junk', async () => {
      expect((await ask('POST', '/Users', { ...person('x'), userName: undefined })).status).toBe(400)
      expect((await ask('POST', '/Users', '{ "acve": tre, "adadfdresses": [ { "coudftry": "Beruda"')).status).toBe(400)
    })

    it('are 409 with a detail where they exist, again and again', async () => {
      for (let tries = 0; tries < 3; tries += 1) {
        const { status, body } = await ask('POST', '/Users', person('emp3'))
        expect([status, body.scimType, typeof body.detail]).toEqual([409, 'uniqueness', 'string'])
      }
    })

    it('are not replaced where userName is misspelt; another misspelt attribute is passed over', async () => {
      const path = `/Users/${ids[0]}`
      expect((await ask('PUT', path, { ...person('x'), userName: undefined, userame: 'OMalley' })).status).toBe(400)
      const { status, body } = await ask('PUT', path, {
        ...person('OMalley', { active: false }),
        addresses: undefined,
        adreses: [{ country: 'Germany' }],
      })
      expect(status).toBe(200)
      expect(body).not.toHaveProperty('addresses')
      expect(body).not.toHaveProperty('adreses')
    })

    it('are patched by Replace: userName, and active as a boolean', async () => {
      const path = `/Users/${ids[0]}`
      await ask('PATCH', path, patch({ op: 'Replace', path: 'userName', value: 'newusername' }))
      await ask('PATCH', path, patch({ op: 'Replace', path: 'active', value: false }))
      expect((await ask('GET', path)).body).toMatchObject({ userName: 'newusername', active: false })
      const put = await ask(
        'PUT',
        path,
        person('OMalley', { active: false, addresses: [{ country: 'Germany', type: 'work' }] }),
      )
      expect(put.body).toMatchObject({ userName: 'OMalley', active: false, addresses: [{ country: 'Germany' }] })
    })

    it('are paged and filtered: unquoted values, capitals in sub-attributes, an instant with seven digits', async () => {
      ids.push(
        await created(
          '/Users',
          person('enterprise', { schemas: [userUrn, enterpriseUrn], [enterpriseUrn]: { Department: 'some' } }),
        ),
      )
      expect((await ask('GET', '/Users?startIndex=1&count=2')).body).toMatchObject({ totalResults: 5, itemsPerPage: 2 })
      expect((await ask('GET', '/Users?attributes=userName,emails')).body.totalResults).toBe(5)
      const total = async (filter: string): Promise<number> =>
        (await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults as number
      expect(
        await total('name.FamilyName eq Employee and (emails.Value co corp.example or emails.Value co example.org)'),
      ).toBe(5)
      expect(await total('userName sw O')).toBe(1)
      expect(await total('meta.Created gt 2015-10-10T14:38:21.8617979-07:00')).toBe(5)
    })

    it('are gone after their deletion', async () => {
      for (const id of ids) expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204)
      expect((await ask('GET', '/Users?attributes=userName')).body.Resources).toEqual([])
    })
  })

  describe('groups, with garbage', () => {
    it('take made-up members as plain texts, are read without members, and are replaced', async () => {
      const id = await created('/Groups', { displayName: 'Group 1', externalId: 'e', schemas: [groupUrn] })
      for (const value of ['string id 1', 'string id 2'])
        expect(
          (await ask('PATCH', `/Groups/${id}`, { id, ...patch({ op: 'add', path: 'members', value }) })).status,
        ).toBe(204)
      expect((await ask('GET', `/Groups/${id}`)).body.members).toEqual([
        { value: 'string id 1' },
        { value: 'string id 2' },
      ])
      expect((await ask('GET', `/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty('members')
      const put = await ask('PUT', `/Groups/${id}`, {
        id,
        displayName: 'Tiffany Ortiz',
        externalId: 'f',
        schemas: [groupUrn],
      })
      expect([put.status, put.body.displayName]).toEqual([200, 'Tiffany Ortiz'])
      expect((await ask('DELETE', `/Groups/${id}`)).status).toBe(204)
    })
  })
})
