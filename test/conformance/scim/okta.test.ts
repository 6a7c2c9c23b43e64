import { beforeAll, describe, expect, it } from 'vitest'
import { messages, useDoor } from '../../support/door.ts'
import { groupUrn, okta, patch, userUrn } from '../../support/idp.ts'

/**
 * The suites by which Okta judges a SCIM server, as it publishes them: the SPEC test, what its CRUD test makes an Okta
 * tenant send, and the cases that are tried by hand for its catalogue. Steps follow one another.
 *
 * @see https://developer.okta.com/docs/guides/scim-provisioning-integration-test/
 */
const headers = {
  Accept: 'application/scim+json',
  'Accept-Charset': 'utf-8',
  'Content-Type': 'application/scim+json; charset=utf-8',
  'User-Agent': 'Okta SCIM Client 1.0.0',
}
const text = expect.stringMatching(/\S/) as string
const number = expect.any(Number) as number

describe('Okta’s SPEC test', () => {
  const door = useDoor({ kind: 'okta' })
  const ask = (method: string, path: string, body?: unknown, more: object = {}) =>
    door.scim(method, path, body, { ...headers, ...more })
  const random = {
    schemas: [userUrn],
    userName: 'Random.Person@corp.example',
    name: { givenName: 'Random', familyName: 'Person' },
    emails: [{ primary: true, value: 'random.person@corp.example', type: 'work' }],
    displayName: 'Random Person',
    active: true,
  }
  let first = ''
  let created = ''
  beforeAll(async () => {
    await door.ok('POST', '/Users', okta.createUser('present'))
  })

  it('required: the users endpoint lists users with all that Okta reads of them', async () => {
    const { status, body } = await ask('GET', '/Users?count=1&startIndex=1')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      schemas: [`${messages}:ListResponse`],
      itemsPerPage: number,
      startIndex: number,
      totalResults: number,
      Resources: [
        {
          id: text,
          name: { familyName: text, givenName: text },
          userName: text,
          active: true,
          emails: [{ value: text }],
        },
      ],
    })
    first = body.Resources[0].id
  })

  it('required: a user is read by its id', async () => {
    const { status, body } = await ask('GET', `/Users/${first}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: first,
      name: { familyName: text, givenName: text },
      userName: text,
      active: true,
      emails: [{ value: text }],
    })
  })

  it('required: a userName that nobody has is an empty list', async () => {
    const { status, body } = await ask('GET', '/Users?filter=userName eq "nobody@corp.example"')
    expect(status).toBe(200)
    expect(body).toMatchObject({ schemas: [`${messages}:ListResponse`], totalResults: 0 })
  })

  it('required: an id that nobody has is 404 with a detail', async () => {
    const { status, body } = await ask('GET', '/Users/010101001010101011001010101011')
    expect(status).toBe(404)
    expect(body).toMatchObject({ schemas: [`${messages}:Error`], detail: text })
  })

  it('required: the random user is not there yet', async () => {
    const { status, body } = await ask('GET', `/Users?filter=userName eq "${random.userName}"`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ schemas: [`${messages}:ListResponse`], totalResults: 0 })
  })

  it('required: a user is created with realistic values', async () => {
    const { status, body } = await ask('POST', '/Users', random, { 'Content-Type': 'application/json' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: text,
      schemas: [userUrn],
      userName: random.userName,
      name: random.name,
      active: true,
    })
    created = body.id
  })

  it('required: the user is there', async () => {
    const { status, body } = await ask('GET', `/Users/${created}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ userName: random.userName, name: random.name })
  })

  it('required: the same user again is 409', async () => {
    const { status, body } = await ask('POST', '/Users', random, { 'Content-Type': 'application/json' })
    expect(status).toBe(409)
    expect(body.scimType).toBe('uniqueness')
  })

  it('required: a userName is found in capitals', async () => {
    const { status, body } = await ask('GET', `/Users?filter=userName eq "${random.userName.toUpperCase()}"`)
    expect(status).toBe(200)
    expect(body.Resources.map(({ id }: any) => id)).toEqual([created])
  })

  it('optional: the groups endpoint answers in time with a list', async () => {
    const started = Date.now()
    const { status, body } = await ask('GET', '/Groups')
    expect(status).toBe(200)
    expect(Date.now() - started).toBeLessThan(600)
    expect(body).toMatchObject({ totalResults: 0, Resources: [] })
  })

  it('required: a wrong credential is 401 as a SCIM error', async () => {
    const { status, body } = await ask('GET', '/Users?filter=userName eq "x"', undefined, {
      Authorization: 'non-token',
    })
    expect(status).toBe(401)
    expect(body).toMatchObject({ schemas: [`${messages}:Error`], status: '401', detail: text })
  })

  it('required: a missing user is 404 as a SCIM error', async () => {
    const { status, body } = await ask('GET', '/Users/00919288221112222')
    expect(status).toBe(404)
    expect(body).toMatchObject({ schemas: [`${messages}:Error`], status: '404', detail: text })
  })
})

describe('Okta’s CRUD test, as its tenant speaks', () => {
  const door = useDoor({ kind: 'okta' })
  const ask = (method: string, path: string, body?: unknown) => door.scim(method, path, body, headers)
  const find = async () =>
    (await ask('GET', '/Users?filter=userName eq "crud@corp.example"&startIndex=1&count=100')).body.Resources as any[]
  let id = ''

  it('the application is reached', async () => {
    expect((await ask('GET', '/Users?startIndex=1&count=2')).body).toMatchObject({ totalResults: 0, Resources: [] })
  })

  it('an assigned user is looked for, and created', async () => {
    expect(await find()).toEqual([])
    const { status, body } = await ask('POST', '/Users', okta.createUser('crud'))
    expect([status, body.active, body.externalId]).toEqual([201, true, '00ucrud'])
    id = body.id
    expect((await find()).map((user) => user.id)).toEqual([id])
  })

  it('an attribute is updated by a PUT of the whole user', async () => {
    const { status, body } = await ask('PUT', `/Users/${id}`, {
      ...okta.createUser('crud'),
      id,
      name: { givenName: 'Updated', familyName: 'Doe' },
    })
    expect([status, body.id, body.name.givenName]).toEqual([200, id, 'Updated'])
    expect((await find())[0].name).toEqual({ givenName: 'Updated', familyName: 'Doe' })
  })

  it('the user is deactivated by a PATCH without a path, and still found', async () => {
    const { status, body } = await ask('PATCH', `/Users/${id}`, okta.setActive(false))
    expect([status, body.active]).toEqual([200, false])
    expect((await find())[0].active).toBe(false)
    expect((await ask('GET', `/Users/${id}`)).body.active).toBe(false)
  })

  it('the user is reactivated, under the same id', async () => {
    const [found] = await find()
    expect(found.id).toBe(id)
    expect((await ask('PATCH', `/Users/${id}`, okta.setActive(true))).body.active).toBe(true)
  })

  it('an unassigned user is deactivated, by a PUT too', async () => {
    const { status, body } = await ask('PUT', `/Users/${id}`, { ...okta.createUser('crud'), id, active: false })
    expect([status, body.active]).toEqual([200, false])
  })

  it('a password that is pushed changes nothing and is not shown', async () => {
    const { status, body } = await ask(
      'PATCH',
      `/Users/${id}`,
      patch({ op: 'replace', value: { password: 'n3w-secret' } }),
    )
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toMatch(/n3w-secret|password/)
  })
})

describe('the cases for Okta’s catalogue', () => {
  const door = useDoor({ kind: 'okta' })
  const ask = (method: string, path: string, body?: unknown) => door.scim(method, path, body, headers)

  it('ids are opaque: neither the e-mail nor with bulkId in them, and the base URL has no underscore', async () => {
    const { body } = await ask('POST', '/Users', okta.createUser('opaque'))
    expect(body.id).not.toMatch(/@|bulkId/i)
    expect(door.tenant.scimUrl).not.toContain('_')
  })

  it('an import of users ends: pages of a hundred until one is empty', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => door.user(`import${index}`)))
    const seen = new Set<string>()
    let startIndex = 1
    for (;;) {
      const { body } = await ask('GET', `/Users?startIndex=${startIndex}&count=100`)
      expect(body.itemsPerPage).toBe(body.Resources.length)
      if (body.Resources.length === 0) break
      for (const { id } of body.Resources) seen.add(id as string)
      startIndex += 100
    }
    expect(seen.size).toBe(121)
    expect(startIndex).toBe(201)
  })

  it('a group is pushed: looked for, created empty, filled, changed, emptied and removed', async () => {
    const [one, two, three] = await Promise.all(['push1', 'push2', 'push3'].map((name) => door.user(name)))
    expect((await ask('GET', '/Groups?filter=displayName eq "Pushed"&startIndex=1&count=100')).body.totalResults).toBe(
      0,
    )
    const { status, body } = await ask('POST', '/Groups', okta.createGroup('Pushed'))
    expect(status).toBe(201)
    const path = `/Groups/${body.id}`
    const members = async (): Promise<string[]> =>
      ((await ask('GET', path)).body.members ?? []).map(({ value }: any) => value as string).sort()
    const change = async (...operations: object[]): Promise<void> => {
      expect([200, 204]).toContain((await ask('PATCH', path, patch(...operations))).status)
    }
    const rename = { op: 'replace', value: { id: body.id, displayName: 'Pushed 2' } }
    await change(rename, {
      op: 'add',
      path: 'members',
      value: [one, two].map(({ id }) => ({ value: id, display: 'x' })),
    })
    expect(await members()).toEqual([one.id, two.id].sort())
    await change(rename, { op: 'remove', path: `members[value eq "${one.id}"]` })
    expect(await members()).toEqual([two.id])
    await change({ op: 'replace', path: 'members', value: [{ value: one.id }, { value: three.id }] })
    expect(await members()).toEqual([one.id, three.id].sort())
    await change({ op: 'replace', value: { members: [{ value: two.id }] } })
    expect(await members()).toEqual([two.id])
    expect((await ask('GET', path)).body.displayName).toBe('Pushed 2')
    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', path)).status).toBe(404)
  })

  it('groups are imported with their members', async () => {
    const user = await door.user('imported')
    await door.group('Imported', { members: [{ value: user.id }] })
    const { body } = await ask('GET', '/Groups?count=100&startIndex=1')
    expect(body.Resources).toHaveLength(1)
    expect(body.Resources[0]).toMatchObject({
      schemas: [groupUrn],
      displayName: 'Imported',
      members: [{ value: user.id }],
    })
  })

  it('the group of an own application is replaced by PUT', async () => {
    const [one, two] = [await door.user('aiw1'), await door.user('aiw2')]
    const group = await door.group('AIW', { members: [{ value: one.id }] })
    const { status, body } = await ask('PUT', `/Groups/${group.id}`, {
      ...group,
      members: [{ value: two.id, display: 'x' }],
    })
    expect(status).toBe(200)
    expect(body.members.map(({ value }: any) => value)).toEqual([two.id])
  })
})
