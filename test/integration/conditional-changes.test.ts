import { afterAll, beforeAll, expect, it } from 'vitest'
import { routes } from '../../src/http/admin/routes.ts'
import type { AdminDeps } from '../../src/http/admin/deps.ts'
import { createKeyCheck } from '../support/access-keys.ts'
import { createTenant, eventually, isProblem, settled, type Answer, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'

const badge = { id: 'urn:acme:Badge', name: 'Badge', attributes: [{ name: 'number' }] }

it('every route that changes what has a GET of its own takes If-Match, and no other', () => {
  const all = routes({} as AdminDeps)
  const read = new Set(all.filter(({ method }) => method === 'get').map(({ path }) => path))
  for (const { method, path, conditional, operation } of all) {
    const changes = ['put', 'patch', 'delete'].includes(method) && read.has(path)
    expect(conditional !== undefined, operation).toBe(changes)
    if (conditional !== undefined) expect(path).toContain(`:${conditional}`)
  }
})

describeOnBoth('changes of what was seen', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  const account = () => `/accounts/${tenant.accountId}`
  const connection = () => `${account()}/connections/${tenant.connectionId}`
  const etagOf = async (path: string): Promise<string> => {
    const { status, headers } = await joinery.api.call('GET', path)
    expect(status).toBe(200)
    return headers.get('etag') ?? ''
  }
  const change = (method: string, path: string, body: object | undefined, headers: Record<string, string>) =>
    joinery.api.call(method, path, body, headers)
  const hasChanged = (answer: Answer): void => {
    isProblem(answer, 412, 'precondition_failed')
    expect(answer.body.rule).toBe('has_changed')
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it('are carried out with the tag of the last answer, and refused with one before it', async () => {
    const things: [string, string, object][] = [
      ['PATCH', account(), { name: 'New' }],
      ['PATCH', connection(), { name: 'New' }],
      ['PUT', `${account()}/schemas/urn:acme:Badge`, { ...badge, name: 'New' }],
    ]
    await joinery.api.ok('PUT', `${account()}/schemas/urn:acme:Badge`, badge)
    for (const [method, path, body] of things) {
      const seen = await etagOf(path)
      expect((await change(method, path, body, { 'If-Match': seen })).status).toBe(200)
      hasChanged(await change(method, path, { ...body, name: 'Other' }, { 'If-Match': seen }))
      expect((await joinery.api.ok('GET', path)).name).toBe('New')
      const now = await etagOf(path)
      const both = { ...body, name: 'Other' }
      expect((await change(method, path, both, { 'If-Match': `"nothing", ${now}` })).status).toBe(200)
    }
  })

  it('of an access key are not spoilt by its use', async () => {
    const { id, secret } = await joinery.api.ok('POST', `${account()}/keys`, { name: 'K', roles: ['developer'] })
    const path = `${account()}/keys/${id}`
    const seen = await etagOf(path)
    const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
    expect((await check({ id, secret })).active).toBe(true)
    const used = await eventually(
      () => joinery.api.call('GET', path, undefined, { 'If-None-Match': seen }),
      ({ body }) => body.lastUsedAt !== null,
    )
    expect([used.status, used.headers.get('etag')]).toEqual([200, seen]) // told in full, as the use is news
    expect((await change('PATCH', path, { name: 'New' }, { 'If-Match': seen })).status).toBe(200)
    hasChanged(await change('PATCH', path, { name: 'Other' }, { 'If-Match': seen }))
  })

  it('several steps of one change are one change', async () => {
    const { id } = await joinery.api.ok('POST', '/accounts', { name: 'Steps', catalog: 'plivo' })
    const seen = await etagOf(`/accounts/${id}`)
    const body = { name: 'Both', suspended: true }
    const done = await change('PATCH', `/accounts/${id}`, body, { 'If-Match': seen })
    expect(done).toMatchObject({ status: 200, body: { name: 'Both', stopped: true } })
  })

  it('see changes by every other door: a directory, a worker', async () => {
    await tenant.scim('POST', '/Users', okta.createUser('jane'))
    await settled(joinery.api, tenant.accountId)
    const { items } = await joinery.api.ok('GET', `${account()}/members?userName=jane@corp.example`)
    const path = `${account()}/members/${items[0].id}`
    const seen = await etagOf(path)
    const found = await tenant.scim('GET', '/Users?filter=userName eq "jane@corp.example"')
    await tenant.scim('PATCH', `/Users/${found.body.Resources[0].id}`, okta.setActive(false))
    hasChanged(await change('PATCH', path, { suspended: true }, { 'If-Match': seen }))
    await settled(joinery.api, tenant.accountId)
    const now = await etagOf(path)
    expect((await change('PATCH', path, { suspended: true }, { 'If-Match': now })).status).toBe(200)
  })

  it('take no weak tag, no odd one, and any with *', async () => {
    const seen = await etagOf(account())
    hasChanged(await change('PATCH', account(), { name: 'X' }, { 'If-Match': `W/${seen}` }))
    for (const odd of [seen.replaceAll('"', ''), '"', ',', '""x']) {
      const answer = await change('PATCH', account(), { name: 'X' }, { 'If-Match': odd })
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors).toMatchObject([{ path: 'If-Match' }])
    }
    expect((await change('PATCH', account(), { name: 'X' }, { 'If-Match': '*' })).status).toBe(200)
    const gone = await change('PATCH', '/accounts/nobody', { name: 'X' }, { 'If-Match': '*' })
    isProblem(gone, 404, 'not_found')
  })

  it('make something only where nothing is there, and change it only where something is', async () => {
    const path = `${account()}/schemas/urn:acme:fresh`
    const body = { ...badge, id: 'urn:acme:fresh' }
    hasChanged(await change('PUT', path, body, { 'If-Match': '*' }))
    expect((await change('PUT', path, body, { 'If-None-Match': '*' })).status).toBe(200)
    hasChanged(await change('PUT', path, body, { 'If-None-Match': '*' }))
    const seen = await etagOf(path)
    await joinery.api.ok('PUT', path, { ...body, name: 'Other' })
    hasChanged(await change('DELETE', path, undefined, { 'If-Match': seen }))
    // The path may be written in another letter case than the schema.
    const shouted = `${account()}/schemas/URN:ACME:FRESH`
    const removed = await change('DELETE', shouted, undefined, { 'If-Match': await etagOf(shouted) })
    expect(removed.status).toBe(204)
  })

  it('of two at once with the same tag one is carried out', async () => {
    for (let round = 0; round < 10; round += 1) {
      const seen = await etagOf(connection())
      const lanes = ['a', 'b', 'c'].map((lane) =>
        change('PATCH', connection(), { name: `${lane}${round}` }, { 'If-Match': seen }),
      )
      const statuses = (await Promise.all(lanes)).map(({ status }) => status).sort()
      expect(statuses).toEqual([200, 412, 412])
    }
  })

  it('are refused in the transaction where somebody came in after the look', async () => {
    const { app } = joinery.runtime
    const ref = { accountId: tenant.accountId, connectionId: tenant.connectionId }
    const thing = { accountId: tenant.accountId, id: tenant.connectionId }
    const between = (isSeen: () => Promise<boolean>) =>
      app.changeIf(operator, thing, { isSeen, act: (op) => app.changeConnection(op, { ...ref, name: 'Mine' }) })
    const others = async () => {
      await app.changeConnection(operator, { ...ref, name: 'Theirs' })
      return true
    }
    await expect(between(others)).rejects.toMatchObject({ code: 'precondition_failed', rule: 'has_changed' })
    expect((await app.showConnection(operator, ref)).name).toBe('Theirs')
    await expect(between(() => Promise.resolve(true))).resolves.toMatchObject({ name: 'Mine' })
  })

  it('of every GET: the answer is not sent twice', async () => {
    for (const path of ['/accounts', account(), connection(), `${account()}/audit`, '/catalogs', '/gateways']) {
      const seen = await etagOf(path)
      const again = await change('GET', path, undefined, { 'If-None-Match': `"x", W/${seen}` })
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, undefined, seen])
      expect((await change('GET', path, undefined, { 'If-None-Match': '"x"' })).status).toBe(200)
    }
  })
})
