import { describe, expect, it } from 'vitest'
import { createConnection, createTenant } from '../../support/api.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { groupUrn, patch, userUrn } from '../../support/idp.ts'

const door = useDoor()
const types = [
  ['/Users', (name: string): object => aUser(name)],
  ['/Groups', (name: string): object => ({ schemas: [groupUrn], displayName: name })],
] as const

/** A request without the headers that the other tests send. */
const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${door.tenant.scimUrl}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${door.tenant.token}`, ...(init.headers as Record<string, string> | undefined) },
  })

describe('URLs', () => {
  it('[141][152] take query parameters that nobody knows, on every endpoint', async () => {
    const { id } = await door.user('params')
    for (const path of ['/Users', `/Users/${id}`, '/Groups', '/Schemas', '/ServiceProviderConfig'])
      expect((await door.scim('GET', `${path}?aadOptscim062020&x=1&debug=`)).status, path).toBe(200)
    expect((await door.scim('POST', '/Users?aadOptscim062020', aUser('params2'))).status).toBe(201)
  })

  it('[142] name their endpoints by the plural of the resource', async () => {
    for (const { name, endpoint } of (await door.ok('GET', '/ResourceTypes')).Resources)
      expect(endpoint).toBe(`/${name.replace(/y$/, 'ie')}s`)
  })

  it('[163][164] may have v2 before the endpoint; another version is invalidVers', async () => {
    const { id } = await door.user('version')
    expect(await door.ok('GET', `/v2/Users/${id}`)).toEqual(await door.ok('GET', `/Users/${id}`))
    expect((await door.ok('GET', '/v2/Users?count=0')).totalResults).toBeGreaterThan(0)
    expect((await door.ok('GET', '/v2/ServiceProviderConfig')).patch).toEqual({ supported: true })
    for (const path of ['/v1/Users', `/v3/Users/${id}`, '/v20/ServiceProviderConfig', '/v1'])
      expectError(await door.scim('GET', path), 400, 'invalidVers')
    const other = await fetch(door.tenant.scimUrl.replace('/scim/v2/', '/scim/v1/') + '/Users')
    expect(other.status).toBe(400)
    expect(await other.json()).toMatchObject({ status: '400', scimType: 'invalidVers' })
  })

  it('[165] without a version mean the newest', async () => {
    const { meta } = await door.user('newest')
    expect(meta.location).toBe(`${door.tenant.scimUrl}/Users/${meta.location.split('/').at(-1)}`)
    expect(meta.location).toMatch(/\/scim\/v2\//)
  })

  it('[166] name the tenant, whose token opens no other', async () => {
    const other = await createConnection(door.joinery.api, door.tenant.accountId)
    const { id } = await door.user('tenanted')
    expectError(await other.scim('GET', `/Users/${id}`), 404)
    const answer = await fetch(`${door.tenant.scimUrl}/Users/${id}`, {
      headers: { Authorization: `Bearer ${other.token}` },
    })
    expect(answer.status).toBe(401)
  })
})

describe('a create', () => {
  it('[144][145][151] ignores what only the server sets, and takes the type from the endpoint', async () => {
    const told = { id: 'mine', groups: [{ value: 'g' }], meta: { resourceType: 'Group', version: 'W/"9"' } }
    const user = await door.user('typed', told)
    expect(user.id).not.toBe('mine')
    expect(user).not.toHaveProperty('groups')
    expect(user.meta).toMatchObject({ resourceType: 'User', version: 'W/"1"' })
    expect((await door.group('Typed', told)).meta.resourceType).toBe('Group')
  })

  it('[146] makes a user active where nothing is said of it, and keeps other attributes unset', async () => {
    expect((await door.user('defaulted')).active).toBe(true)
    expect((await door.user('suspended', { active: false })).active).toBe(false)
  })

  it.each(types)('[147][148][149] at %s is 201 with the new resource and its URI in Location', async (path, body) => {
    const answer = await door.scim('POST', path, body('Created'))
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${door.tenant.scimUrl}${path}/${answer.body.id}`)
    expect(answer.body.meta.location).toBe(answer.headers.get('location'))
    expect(await door.ok('GET', `${path}/${answer.body.id}`)).toEqual(answer.body)
  })

  it.each(types)('[150][108][334] at %s of what is there is 409 uniqueness', async (path, body) => {
    await door.ok('POST', path, body('Double'))
    expectError(await door.scim('POST', path, body('double')), 409, 'uniqueness')
  })
})

describe('a delete', () => {
  it.each(types)('[153][157] at %s is 204 without a body; from then on everything is 404', async (path, body) => {
    const { id } = await door.ok('POST', path, body('Deleted'))
    const gone = await door.scim('DELETE', `${path}/${id}`)
    expect(gone.status).toBe(204)
    expect(gone.body).toBeUndefined()
    expectError(await door.scim('GET', `${path}/${id}`), 404)
    expectError(await door.scim('PUT', `${path}/${id}`, body('Deleted')), 404)
    const any = patch({ op: 'replace', path: path === '/Users' ? 'title' : 'displayName', value: 'x' })
    expectError(await door.scim('PATCH', `${path}/${id}`, any), 404)
    expectError(await door.scim('DELETE', `${path}/${id}`), 404)
  })

  it.each(types)('[154][155][156] at %s leaves nothing in queries, and the name free', async (path, body) => {
    const { id } = await door.ok('POST', path, body('Reborn'))
    const before = (await door.ok('GET', `${path}?count=0`)).totalResults
    await door.ok('DELETE', `${path}/${id}`)
    expect((await door.ok('GET', `${path}?count=0`)).totalResults).toBe(before - 1)
    expect(await door.found(`id eq "${id}"`, path)).toEqual([])
    expect(await door.found(path === '/Users' ? 'userName sw "reborn"' : 'displayName eq "reborn"', path)).toEqual([])
    const again = await door.scim('POST', path, body('Reborn'))
    expect(again.status).toBe(201)
    expect(again.body.id).not.toBe(id)
  })
})

describe('media', () => {
  const written = { displayName: 'Zoë Łukasiewicz 山田 😀', name: { familyName: 'Łukasiewicz' } }

  it('[158][159] are JSON in UTF-8, said or not', async () => {
    for (const [index, type] of [
      'application/scim+json',
      'application/scim+json; charset=utf-8',
      'application/json;charset=UTF-8',
    ].entries()) {
      const answer = await raw('/Users', {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: new TextEncoder().encode(JSON.stringify(aUser(`utf${index}`, written))),
      })
      expect(answer.status, type).toBe(201)
      expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await answer.arrayBuffer()))).toMatchObject(
        written,
      )
    }
  })

  it('[161] are asked for by Accept: scim+json, json, or anything', async () => {
    for (const Accept of [
      'application/scim+json',
      'application/json',
      '*/*',
      'application/scim+json;q=0.9, application/json',
    ]) {
      const answer = await raw('/Users?count=0', { headers: { Accept } })
      expect(answer.status, Accept).toBe(200)
      expect(((await answer.json()) as { schemas: string[] }).schemas[0]).toMatch(/ListResponse$/)
    }
  })

  it('[162] are answered as exactly application/scim+json, errors and discovery too', async () => {
    const { id } = await door.user('exact')
    const answers = [
      await door.scim('GET', '/Users'),
      await door.scim('GET', `/Users/${id}`),
      await door.scim('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'x' })),
      await door.scim('PUT', `/Users/${id}`, aUser('exact')),
      await door.scim('POST', '/Users', aUser('exact')),
      await door.scim('GET', '/nowhere'),
      await door.scim('GET', '/Schemas'),
    ]
    for (const { headers } of answers) expect(headers.get('content-type')).toBe('application/scim+json')
  })
})

describe('tenancy', () => {
  it('[167] no resource is created without a credential', async () => {
    const answer = await fetch(`${door.tenant.scimUrl}/Users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/scim+json' },
      body: JSON.stringify(aUser('anonymous')),
    })
    expect(answer.status).toBe(401)
    expect(await door.found('userName sw "anonymous"')).toEqual([])
  })

  it('[166] of two accounts share nothing: names, ids, counts', async () => {
    const other = await createTenant(door.joinery.api)
    await door.user('both')
    expect((await other.scim('POST', '/Users', aUser('both'))).status).toBe(201)
    expect((await other.scim('GET', '/Users')).body).toMatchObject({
      totalResults: 1,
      schemas: expect.not.arrayContaining([userUrn]) as [],
    })
  })
})
