import { describe, expect, it } from 'vitest'
import { useEntraDoor } from '../../support/entra-door.ts'
import { enterpriseUrn, entra, groupUrn, patch, userUrn } from '../../support/idp.ts'

describe('the reference collection', () => {
  const { ask, created } = useEntraDoor('collection')

  describe('endpoints', () => {
    it('answer: users in any letter case, groups, resource types, configuration, schemas', async () => {
      expect((await ask('GET', '/users')).status).toBe(200)
      expect((await ask('GET', '/Groups')).status).toBe(200)
      expect((await ask('GET', '/ResourceTypes')).body.Resources[0].endpoint).toBe('/Users')
      expect((await ask('GET', '/ServiceProviderConfig')).body.patch.supported).toBe(true)
      expect(JSON.stringify((await ask('GET', '/Schemas')).body)).toContain('User Account')
    })
  })

  describe('users', () => {
    const first = (more: object = {}): object => ({
      userName: 'UserName123',
      active: true,
      displayName: 'BobIsAmazing',
      schemas: [userUrn],
      externalId: 'd4c8f0d1-1111-4222-8333-444455556666',
      name: { formatted: 'Ryan Leenay', familyName: 'Leenay', givenName: 'Ryan' },
      emails: [
        { Primary: true, type: 'work', value: 'ryan@corp.example' },
        { Primary: false, type: 'home', value: 'ryan@home.example' },
      ],
      ...more,
    })
    let one = ''
    let two = ''

    it('are created, with keys in capitals and the enterprise extension', async () => {
      one = await created('/Users', first())
      two = await created(
        '/Users',
        first({
          userName: 'UserName222',
          displayName: 'lennay',
          schemas: [enterpriseUrn, userUrn],
          [enterpriseUrn]: { Department: 'bob', Manager: { Value: 'SuzzyQ' } },
        }),
      )
      expect((await ask('GET', `/Users/${two}`)).body[enterpriseUrn]).toEqual({
        department: 'bob',
        manager: { value: 'SuzzyQ' },
      })
    })

    it('are read by id, by attributes and by a filter with + for blanks behind a slash', async () => {
      expect((await ask('GET', `/Users/${one}`)).body.id).toBe(one)
      expect(JSON.stringify((await ask('GET', '/Users?attributes=userName,emails')).body)).toContain(one)
      const { body } = await ask('GET', '/Users/?filter=DisplayName+eq+%22BobIsAmazing%22')
      expect(body.Resources.map(({ id }: any) => id)).toEqual([one])
    })

    it('are patched: a new userName', async () => {
      await ask('PATCH', `/Users/${one}`, patch({ op: 'replace', path: 'userName', value: 'ryan3' }))
      expect((await ask('GET', `/Users/${one}`)).body).toMatchObject({ id: one, userName: 'ryan3' })
    })

    it('are replaced', async () => {
      const body = first({
        id: two,
        userName: 'UserNameReplace2',
        name: { formatted: 'NewName', familyName: 'Leenay', givenName: 'Ryan' },
      })
      expect((await ask('PUT', `/Users/${two}`, body)).status).toBe(200)
      expect((await ask('GET', `/Users/${two}`)).body.name.formatted).toBe('NewName')
    })

    it('are asked for by attributes with brackets, which show the whole list', async () => {
      for (const filter of ['type eq "work"', 'value eq "ryan@corp.example"']) {
        const { status, body } = await ask('GET', `/Users?attributes=${encodeURIComponent(`emails[${filter}]`)}`)
        expect(status).toBe(200)
        expect(JSON.stringify(body)).toContain('ryan@corp.example')
        expect(body.Resources[0]).not.toHaveProperty('userName')
      }
    })

    it('are deleted', async () => {
      for (const id of [one, two]) expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204)
    })
  })

  describe('groups', () => {
    const group = (displayName: string, more: object = {}): object => ({
      externalId: '015489ea-9410-4306-b583-9f002b2446f7',
      schemas: [groupUrn],
      displayName,
      ...more,
    })
    let users: string[] = []
    let groups: string[] = []

    it('are created empty and filled', async () => {
      users = [await created('/Users', entra.createUser('group3')), await created('/Users', entra.createUser('group4'))]
      groups = [
        await created('/Groups', group('Group1DisplayName', { members: [] })),
        await created('/Groups', group('GroupDisplayName2', { members: [{ value: users[0], display: 'VP' }] })),
        await created('/Groups', group('GroupDisplayName3', { members: [] })),
      ]
      expect((await ask('GET', '/Groups')).body.totalResults).toBe(3)
    })

    it('are replaced, members and all', async () => {
      const members = users.map((value) => ({ value, display: 'VP' }))
      expect((await ask('PUT', `/Groups/${groups[2]}`, group('putName', { id: groups[2], members }))).status).toBe(200)
      const { body } = await ask('GET', `/Groups/${groups[2]}`)
      expect([body.id, body.displayName]).toEqual([groups[2], 'putName'])
      expect(body.members.map(({ value }: any) => value).sort()).toEqual(users.toSorted())
    })

    it('are patched: a member in, out, in, and all out', async () => {
      const [path, member] = [`/Groups/${groups[0]}`, users[1]]
      const add = patch({
        name: 'addMember',
        op: 'add',
        path: 'members',
        value: [{ displayName: 'new User', value: member }],
      })
      const members = async (): Promise<string[]> =>
        ((await ask('GET', path)).body.members ?? []).map(({ value }: any) => value as string)
      expect((await ask('PATCH', path, add)).status).toBe(204)
      expect(await members()).toEqual([member])
      await ask('PATCH', path, patch({ op: 'remove', path: `members[value eq "${member}"]` }))
      expect(await members()).toEqual([])
      await ask('PATCH', path, add)
      expect(await members()).toEqual([member])
      await ask('PATCH', path, patch({ op: 'remove', path: 'members' }))
      expect(await members()).toEqual([])
    })

    it('are deleted after their users', async () => {
      for (const id of users) expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204)
      for (const id of groups) expect((await ask('DELETE', `/Groups/${id}`)).status).toBe(204)
    })
  })
})
