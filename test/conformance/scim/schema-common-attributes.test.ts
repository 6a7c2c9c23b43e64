import { describe, expect, it } from 'vitest'
import { createConnection } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { groupUrn, patch, userUrn } from '../../support/idp.ts'

const clock = createClock()
const door = useDoor({ clock })

describe('common attributes', () => {
  it('[33] are part of each resource, though no schema of it lists them', async () => {
    const user = await door.user('common', { schemas: [userUrn], externalId: 'e1' })
    const group = await door.group('Common', { externalId: 'e2' })
    for (const resource of [user, group])
      expect(resource).toMatchObject({
        id: expect.any(String) as string,
        externalId: expect.any(String) as string,
        meta: expect.any(Object) as object,
      })
  })

  it('[34] are there for every type but ServiceProviderConfig and ResourceType, which have no externalId', async () => {
    const config = await door.ok('GET', '/ServiceProviderConfig')
    expect(config).not.toHaveProperty('externalId')
    for (const type of (await door.ok('GET', '/ResourceTypes')).Resources) {
      expect(type).not.toHaveProperty('externalId')
      expect(
        await door.ok('GET', `${type.endpoint}?filter=${encodeURIComponent('id eq "x" or externalId eq "x"')}`),
      ).toMatchObject({ totalResults: 0 })
    }
  })

  it('[35] keep the characteristics of RFC 7643 where a schema lists them', async () => {
    const { Resources } = await door.ok('GET', '/Schemas')
    const listed = Resources.flatMap(({ attributes }: any) => attributes).filter(({ name }: any) =>
      ['id', 'externalId', 'meta', 'schemas'].includes(name as string),
    )
    for (const { name, mutability, multiValued, caseExact } of listed) {
      expect(multiValued, name).toBe(name === 'schemas')
      expect(mutability, name).toBe(name === 'externalId' ? 'readWrite' : 'readOnly')
      if (name === 'id' || name === 'externalId') expect(caseExact, name).toBe(true)
    }
    // And whether or not they are listed, they behave so.
    const user = await door.user('listed', { externalId: 'CaseD' })
    expect(await door.found('externalId eq "cased"')).toEqual([])
    expectError(
      await door.scim('PATCH', `/Users/${user.id}`, patch({ op: 'replace', path: 'id', value: 'x' })),
      400,
      'mutability',
    )
  })

  it('[36][46] id and meta are the server’s: what a client says of them is ignored', async () => {
    const lies = {
      id: 'mine',
      meta: { resourceType: 'Boss', created: '1999-01-01T00:00:00Z', location: 'x', version: 'y' },
    }
    const created = await door.user('liar', lies)
    const replaced = await door.ok('PUT', `/Users/${created.id}`, aUser('liar', { ...lies, title: 'Dr' }))
    for (const { id, meta } of [created, replaced]) {
      expect(id).not.toBe('mine')
      expect(meta).toMatchObject({ resourceType: 'User', location: `${door.tenant.scimUrl}/Users/${id}` })
      expect(meta.created).not.toContain('1999')
      expect(meta.version).not.toBe('y')
    }
    expect(Object.keys(created.meta as object).sort()).toEqual([
      'created',
      'lastModified',
      'location',
      'resourceType',
      'version',
    ])
  })

  it('[37][40] id is in each representation, is never empty, and never the client’s', async () => {
    const user = await door.user('ident', { id: 'chosen' })
    expect(user.id).toMatch(/^.{8,}$/)
    for (const query of ['', '?attributes=userName', '?excludedAttributes=id,userName'])
      expect((await door.ok('GET', `/Users/${user.id}${query}`)).id).toBe(user.id)
    for (const { id } of (await door.ok('GET', '/Users?attributes=title')).Resources) expect(id).toMatch(/./)
    expect((await door.ok('PUT', `/Users/${user.id}`, aUser('ident', { id: 'chosen' }))).id).toBe(user.id)
    expectError(
      await door.scim('PATCH', `/Users/${user.id}`, patch({ op: 'replace', value: { id: 'chosen' } })),
      400,
      'mutability',
    )
    expectError(await door.scim('GET', '/Users/chosen'), 404)
  })

  it('[38][41] id is one resource’s, of whatever type, and holds no "bulkId"', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, (_, index) => door.user(`unique${index}`)))
    const groups = await Promise.all(Array.from({ length: 10 }, (_, index) => door.group(`Unique ${index}`)))
    const ids = [...people, ...groups].map(({ id }) => id as string)
    expect(new Set(ids).size).toBe(20)
    for (const id of ids) expect(id).not.toMatch(/bulkid/i)
    expectError(await door.scim('GET', `/Groups/${people[0].id}`), 404)
    expectError(await door.scim('GET', `/Users/${groups[0].id}`), 404)
  })

  it('[39] id stays through every change and is never given again', async () => {
    const { id } = await door.user('stable', { externalId: 'stable' })
    expect((await door.ok('PUT', `/Users/${id}`, aUser('renamed', { externalId: 'other' }))).id).toBe(id)
    await door.ok('DELETE', `/Users/${id}`)
    expect((await door.user('renamed', { externalId: 'other' })).id).not.toBe(id)
    expectError(await door.scim('GET', `/Users/${id}`), 404)
  })

  it('[42] id compares with its letter case, and is always shown', async () => {
    const { id } = await door.user('exact')
    expect(await door.found(`id eq "${id}"`)).toEqual(['exact'])
    expect(await door.found(`id eq "${id.toUpperCase()}"`)).toEqual([])
    expect(await door.ok('GET', `/Users/${id}?excludedAttributes=id`)).toHaveProperty('id', id)
  })

  it('[43] externalId is never set by the server', async () => {
    const { id, ...user } = await door.user('noexternal')
    expect(user).not.toHaveProperty('externalId')
    expect(await door.ok('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'Dr' }))).not.toHaveProperty(
      'externalId',
    )
    expect(await door.group('No external')).not.toHaveProperty('externalId')
  })

  it('[44] externalId is the connection’s: the same one on another connection is another person', async () => {
    const other = await createConnection(door.joinery.api, door.tenant.accountId)
    const here = await door.user('here', { externalId: 'shared' })
    const there = (await other.scim('POST', '/Users', aUser('there', { externalId: 'shared' }))).body
    expect(there.id).not.toBe(here.id)
    expect(await door.found('externalId eq "shared"')).toEqual(['here'])
    const { body } = await other.scim('GET', '/Users?filter=externalId eq "shared"')
    expect(body.Resources.map(({ id }: any) => id)).toEqual([there.id])
  })

  it('[45] externalId keeps its letter case, may be changed, and is not asked to be unique', async () => {
    const one = await door.user('ext1', { externalId: 'Ext-A' })
    const two = await door.user('ext2', { externalId: 'Ext-A' })
    expect(two.externalId).toBe('Ext-A')
    expect(await door.found('externalId eq "Ext-A"')).toEqual(['ext1', 'ext2'])
    expect(await door.found('externalId eq "ext-a"')).toEqual([])
    const changed = await door.ok(
      'PATCH',
      `/Users/${one.id}`,
      patch({ op: 'replace', path: 'externalId', value: 'Ext-B' }),
    )
    expect(changed.externalId).toBe('Ext-B')
  })

  it('[48] meta.lastModified equals created until the first change, and a write that changes nothing is none', async () => {
    const user = await door.user('moved', { title: 'Dr' })
    expect(user.meta.lastModified).toBe(user.meta.created)
    clock.advance(5000)
    const same = await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'replace', path: 'title', value: 'Dr' }))
    expect(same.meta).toEqual(user.meta)
    const changed = await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'replace', path: 'title', value: 'Prof' }))
    expect(changed.meta.created).toBe(user.meta.created)
    expect(Date.parse(changed.meta.lastModified as string)).toBeGreaterThanOrEqual(
      Date.parse(user.meta.created as string) + 5000,
    )
  })

  it('[49] meta.location is the resource’s URI, and equals Location and Content-Location', async () => {
    for (const [path, body] of [
      ['/Users', aUser('located')],
      ['/Groups', { schemas: [groupUrn], displayName: 'Located' }],
    ] as const) {
      const created = await door.scim('POST', path, body)
      const { location } = created.body.meta
      expect(location).toBe(`${door.tenant.scimUrl}${path}/${created.body.id}`)
      expect(created.headers.get('location')).toBe(location)
      const read = await door.scim('GET', `${path}/${created.body.id}`)
      expect(read.headers.get('content-location')).toBe(location)
      expect(read.body.meta.location).toBe(location)
      const put = await door.scim('PUT', `${path}/${created.body.id}`, body)
      expect(put.headers.get('content-location')).toBe(location)
    }
  })

  it('[50] meta.version is marked weak by a capital W and a slash', async () => {
    expect((await door.user('weak')).meta.version).toMatch(/^W\/"[^"]+"$/)
    expect((await door.group('Weak')).meta.version).toMatch(/^W\/"[^"]+"$/)
  })
})
