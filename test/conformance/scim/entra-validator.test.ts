import { describe, expect, it } from 'vitest'
import { useEntraDoor } from '../../support/entra-door.ts'
import { entra, groupUrn, patch } from '../../support/idp.ts'

describe('the SCIM validator', () => {
  const { ask, find, make } = useEntraDoor('validator')

  describe('groups', () => {
    const make2 = async (name: string): Promise<any> =>
      (await ask('POST', '/Groups', entra.createGroup(name, `ext-${name}`))).body

    it('are created with Microsoft’s own URN among their schemas, and read without members', async () => {
      const group = await make2('Made')
      expect(group).toMatchObject({ schemas: [groupUrn], displayName: 'Made', externalId: 'ext-Made' })
      const read = await ask('GET', `/Groups/${group.id}?excludedAttributes=members`)
      expect([read.status, read.body.id]).toEqual([200, group.id])
    })

    it('are found by displayName in any letter case; a random one is an empty list', async () => {
      const { id } = await make2('Found')
      const { body } = await ask('GET', '/Groups?excludedAttributes=members&filter=displayName eq "FOUND"')
      expect(body.Resources.map((group: any) => group.id)).toEqual([id])
      expect((await find('Groups', 'displayName eq "3f2c6a52"')).totalResults).toBe(0)
    })

    it('are 409 as a duplicate', async () => {
      await make2('Double')
      expect((await ask('POST', '/Groups', entra.createGroup('Double', 'other'))).status).toBe(409)
    })

    it('are patched with 204: displayName with a path and without, and externalId', async () => {
      const { id } = await make2('Patched')
      for (const operation of [
        { op: 'Replace', path: 'displayName', value: 'Patched 2' },
        { op: 'Replace', value: { displayName: 'Patched 3' } },
        { op: 'Replace', path: 'externalId', value: 'ext-new' },
      ])
        expect((await ask('PATCH', `/Groups/${id}`, patch(operation))).status).toBe(204)
      expect((await ask('GET', `/Groups/${id}`)).body).toMatchObject({
        displayName: 'Patched 3',
        externalId: 'ext-new',
      })
    })

    it('take members by Add and Replace, lose them by value and by filter, and are asked who is in', async () => {
      const [one, two] = [await make('in1'), await make('in2')]
      const { id } = await make2('Members')
      const members = async (): Promise<string[]> =>
        ((await ask('GET', `/Groups/${id}`)).body.members ?? []).map(({ value }: any) => value as string).sort()
      const change = async (operation: object): Promise<void> => {
        expect((await ask('PATCH', `/Groups/${id}`, patch(operation))).status).toBe(204)
      }
      expect((await ask('PATCH', `/Groups/${id}`, entra.addMembers(one.id as string, two.id as string))).status).toBe(
        204,
      )
      expect(await members()).toEqual([one.id, two.id].sort())
      expect((await find('Groups', `id eq "${id}" and members eq "${one.id}"`)).totalResults).toBe(1)
      expect((await ask('PATCH', `/Groups/${id}`, entra.removeMembers(one.id as string))).status).toBe(204)
      expect(await members()).toEqual([two.id])
      expect((await find('Groups', `id eq "${id}" and members eq "${one.id}"`)).totalResults).toBe(0)
      await change({ op: 'Replace', path: 'members', value: [{ value: one.id }] })
      expect(await members()).toEqual([one.id])
      await change({ op: 'remove', path: `members[value eq "${one.id}"]` })
      expect(await members()).toEqual([])
    })

    it('are paged by five', async () => {
      await Promise.all(Array.from({ length: 11 }, (_, index) => make2(`Page ${index}`)))
      const { body } = await ask('GET', '/Groups?startIndex=6&count=5&excludedAttributes=members')
      expect(body).toMatchObject({ startIndex: 6, itemsPerPage: 5 })
    })

    it('are gone once deleted, and 404 the second time', async () => {
      const { id } = await make2('Gone')
      expect((await ask('DELETE', `/Groups/${id}`)).status).toBe(204)
      expect((await ask('GET', `/Groups/${id}`)).status).toBe(404)
      expect((await ask('DELETE', `/Groups/${id}`)).status).toBe(404)
    })
  })
})
