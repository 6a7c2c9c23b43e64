import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTenant, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const bulk = (Operations: object[], more: object = {}) => ({ schemas: [bulkUrn], Operations, ...more })
const post = (bulkId: string, path: string, data: object) => ({ method: 'POST', bulkId, path, data })
const user = (bulkId: string, name = bulkId) => post(bulkId, '/Users', okta.createUser(name))
const group = (bulkId: string, ...members: string[]) =>
  post(bulkId, '/Groups', {
    schemas: [groupUrn],
    displayName: bulkId,
    members: members.map((value) => ({ value: `bulkId:${value}` })),
  })

type Result = {
  status: string
  version?: string
  location?: string
  method: string
  bulkId?: string
  response?: { detail: string }
}

describeOnBoth('bulk requests', (kind) => {
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({ database: kind, workers: false })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  const send = async (message: object): Promise<Result[]> => {
    const { status, body } = await tenant.scim('POST', '/Bulk', message)
    expect(status).toBe(200)
    return body.Operations as Result[]
  }
  const statuses = (results: Result[]) => results.map(({ status }) => status)
  const read = async (location = '') => (await tenant.scim('GET', location.slice(tenant.scimUrl.length))).body
  const membersOf = async (location?: string) =>
    ((await read(location)).members as { value: string }[] | undefined)?.map(({ value }) => value).sort()
  const idOf = (location = '') => location.split('/').at(-1) ?? ''

  it('creates, changes and removes in one message, each result in its place', async () => {
    const made = await send(bulk([user('a'), user('b')]))
    expect(statuses(made)).toEqual(['201', '201'])
    const [a, b] = made.map(({ location }) => idOf(location))
    const results = await send(
      bulk([
        { method: 'PUT', path: `/Users/${a}`, data: { ...okta.createUser('a2') } },
        { method: 'PATCH', path: `/Users/${b}`, data: patch({ op: 'replace', value: { active: false } }) },
        { method: 'delete', path: `/Users/${a}` },
        { method: 'DELETE', path: `/Users/${a}` },
        { method: 'PATCH', path: '/Users/nobody', data: patch({ op: 'replace', value: { active: false } }) },
        user('a3', 'b'),
        { method: 'POST', path: '/Users', data: {} },
        { method: 'POST', bulkId: 'x', path: '/Nothing', data: {} },
      ]),
    )
    expect(statuses(results)).toEqual(['200', '200', '204', '404', '404', '409', '400', '404'])
    expect(results[0]).toMatchObject({ location: `${tenant.scimUrl}/Users/${a}`, method: 'PUT', version: 'W/"2"' })
    expect(results[5]).not.toHaveProperty('location')
    expect(results[5]?.response).toMatchObject({ scimType: 'uniqueness', status: '409' })
  })

  it('resolves references in data and paths, also to what stands further down', async () => {
    const results = await send(
      bulk([
        group('Team', 'c', 'd'),
        user('c'),
        user('d'),
        {
          method: 'PATCH',
          path: '/Groups/bulkId:Team',
          data: patch({ op: 'replace', path: 'displayName', value: 'T' }),
        },
      ]),
    )
    expect(statuses(results)).toEqual(['201', '201', '201', '204'])
    const [team, c, d] = results.map(({ location }) => location)
    expect(await membersOf(team)).toEqual([idOf(c), idOf(d)].sort())
    expect((await read(team)).displayName).toBe('T')
  })

  it('closes circles: of two and of three groups, and of a group that holds itself', async () => {
    const results = await send(
      bulk([
        group('G1', 'G2'),
        group('G2', 'G1'),
        group('H1', 'H2'),
        group('H2', 'H3'),
        group('H3', 'H1'),
        group('S', 'S'),
      ]),
    )
    expect(statuses(results)).toEqual(Array(6).fill('201'))
    for (const { location, version } of results) expect((await read(location)).meta.version).toBe(version)
    const [g1, g2, h1, h2, h3, s] = results.map(({ location }) => location)
    expect(await membersOf(g1)).toEqual([idOf(g2)])
    expect(await membersOf(g2)).toEqual([idOf(g1)])
    expect(await membersOf(h1)).toEqual([idOf(h2)])
    expect(await membersOf(h2)).toEqual([idOf(h3)])
    expect(await membersOf(h3)).toEqual([idOf(h1)])
    expect(await membersOf(s)).toEqual([idOf(s)])
  })

  it('says what a reference lacks', async () => {
    const results = await send(bulk([group('Q1', 'nowhere'), group('Q2', 'bad'), user('bad', 'b')]))
    expect(statuses(results)).toEqual(['400', '409', '409'])
    expect(results[0]?.response?.detail).toContain('no POST of this request')
    expect(results[1]?.response?.detail).toContain('whose operation has failed')
  })

  it('stops at failOnErrors, and goes on without it', async () => {
    const operations = [user('e1', 'b'), user('e2'), user('e3', 'b'), user('e4')]
    expect(statuses(await send(bulk(operations, { failOnErrors: 2 })))).toEqual(['409', '201', '409'])
    expect(statuses(await send(bulk(operations)))).toEqual(['409', '409', '409', '201'])
  })

  it('guards by version', async () => {
    const [made] = await send(bulk([user('v')]))
    const path = `/Users/${idOf(made?.location)}`
    const data = patch({ op: 'replace', path: 'title', value: 'x' })
    const guarded = (version: string) => ({ method: 'PATCH', path, version, data })
    expect(statuses(await send(bulk([guarded('W/"7"'), guarded('W/"1"')])))).toEqual(['412', '200'])
  })

  it('has limits that it names', async () => {
    const many = await tenant.scim('POST', '/Bulk', bulk(Array(1001).fill(user('x'))))
    expect(many).toMatchObject({ status: 413, body: { detail: expect.stringContaining('maxOperations (1000)') } })
    const large = await tenant.scim('POST', '/Bulk', bulk([post('l', '/Users', { title: 'x'.repeat(1024 * 1024) })]))
    expect(large).toMatchObject({ status: 413, body: { detail: expect.stringContaining('1048576 bytes') } })
    const twice = await tenant.scim('POST', '/Bulk', bulk([user('t'), user('t')]))
    expect(twice).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    for (const schemas of [undefined, [], [{ toString: 1, valueOf: 1 }], 'x'])
      expect((await tenant.scim('POST', '/Bulk', { schemas })).body.scimType).toBe('invalidSyntax')
    const odd = bulk([{ method: { toString: 1 }, path: '/Users' }])
    expect((await tenant.scim('POST', '/Bulk', odd)).body.scimType).toBe('invalidSyntax')
  })

  it('takes a chain of creates that each refer to the next, and deep data', async () => {
    const chain = Array.from({ length: 40 }, (_, index) => group(`N${index}`, ...(index < 39 ? [`N${index + 1}`] : [])))
    expect(new Set(statuses(await send(bulk(chain))))).toEqual(new Set(['201']))
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const answer = await fetch(`${tenant.scimUrl}/Bulk`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tenant.token}`, 'Content-Type': 'application/scim+json' },
      body: `{"schemas":["${bulkUrn}"],"Operations":[{"method":"POST","bulkId":"z","path":"/Users","data":{"title":${deep}}}]}`,
    })
    expect([answer.status, await answer.json()]).toMatchObject([400, { scimType: 'invalidSyntax' }])
  })
})
