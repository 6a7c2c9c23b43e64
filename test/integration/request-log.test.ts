import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection, createScim, createTenant, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { as, logOf } from '../support/request-log.ts'

describeOnBoth('the request log', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let log: ReturnType<typeof logOf>
  const clock = createClock()
  beforeAll(async () => {
    joinery = await startJoinery({ database, clock })
    tenant = await createTenant(joinery.api, 'entra')
    log = logOf(joinery, tenant)
  })
  afterAll(() => joinery.close())

  it('tells of a create all but the person', async () => {
    const body = okta.createUser('jane', { title: 'Chief', phoneNumbers: [{ value: '+15550100', type: 'work' }] })
    const { body: user } = await tenant.scim('POST', '/Users?attributes=userName', body, as('create'))
    const entry = await log.of('create')
    const [{ id: memberId }] = (await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)).items
    expect(entry).toMatchObject({
      ...{ method: 'POST', path: '/Users', query: 'attributes=userName', status: 201, scimType: null, detail: null },
      at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      ms: expect.any(Number) as number,
      credential: /^scim_([^_]+)_/.exec(tenant.token)?.[1],
      ...{ repaired: [], repairedTotal: 0, changedTotal: 1, members: [memberId], membersTotal: 1 },
      changed: [{ action: 'user.joined', target: user.id, member: memberId }],
      request: {
        body: { userName: 'j***@corp.example', active: true, password: '[secret]', title: 'C***' },
        truncated: false,
      },
      answer: { body: { id: user.id, userName: 'j***@corp.example' }, truncated: false },
    })
    expect(JSON.stringify(entry)).not.toMatch(/jane|Doe|1mz050nq|5550100|Chief/)
    expect(JSON.stringify(entry)).not.toContain(tenant.token.slice(-43))
  })

  it('tells what was repaired', async () => {
    await tenant.scim(
      'POST',
      '/Users',
      entra.createUser('rep', { active: 'True', favouriteColour: 'green' }),
      as('repair'),
    )
    expect(await log.of('repair')).toMatchObject({
      repaired: ['active: "True" taken for a boolean', 'dropped favouriteColour: not in the schema'],
      repairedTotal: 2,
      request: { body: { active: 'True', favouriteColour: 'g***' } },
    })
  })

  it('tells what a change of a group did, to whose roles, and never a long list whole', async () => {
    const users = await Promise.all(
      Array.from(
        { length: 12 },
        async (_, index) => (await tenant.scim('POST', '/Users', okta.createUser(`g${index}`))).body,
      ),
    )
    const { body: group } = await tenant.scim('POST', '/Groups', okta.createGroup('Engineers'), as('group'))
    expect(await log.of('group')).toMatchObject({
      changed: [{ action: 'group.created', target: group.id, member: null }],
      request: { body: { displayName: 'Engineers' } },
    })
    await tenant.scim(
      'PATCH',
      `/Groups/${group.id}`,
      okta.addMembers(...users.map(({ id }: any) => id as string)),
      as('join'),
    )
    const entry = await log.of('join')
    expect(entry).toMatchObject({
      ...{ status: 204, path: `/Groups/${group.id}`, answer: null, membersTotal: 12 },
      changed: [{ action: 'group.members_changed', target: group.id, member: null }],
    })
    expect(entry.members).toHaveLength(12)
    const [{ value }] = entry.request.body.Operations
    expect([value.length, value[0].value, value[5]]).toEqual([6, users[0].id, '… 7 more, 12 in all'])
    const about = await log.list(`?member=${entry.members[3]}`)
    expect(about.items.map(({ operation }: any) => operation)).toContain('join')
    expect(about.items.every((item: any) => item.members.includes(entry.members[3]))).toBe(true)
  })

  it('finds by member what was asked of him and changed nothing', async () => {
    const { body } = await tenant.scim('POST', '/Users', okta.createUser('quiet'), as('quiet'))
    await tenant.scim(
      'PATCH',
      `/Users/${body.id}`,
      patch({ op: 'replace', path: 'shoe', value: 'Big' }),
      as('quiet-wrong'),
    )
    await tenant.scim('GET', `/Users/${body.id}`, undefined, as('quiet-read'))
    const { members } = await log.of('quiet')
    expect(await log.of('quiet-read')).toMatchObject({ status: 200, changed: [], members: [] })
    expect(await log.of('quiet-wrong')).toMatchObject({
      ...{ status: 400, scimType: 'invalidPath', detail: expect.stringContaining('"shoe"') as string, changed: [] },
      request: { body: { Operations: [{ op: 'replace', path: 'shoe', value: 'B***' }] } },
    })
    const { items } = await log.list(`?member=${members[0]}`)
    expect(items.map(({ operation }: any) => operation)).toEqual(['quiet-read', 'quiet-wrong', 'quiet'])
    const failed = await log.list(`?member=${members[0]}&failed=true`)
    expect(failed.items.map(({ operation }: any) => operation)).toEqual(['quiet-wrong'])
  })

  it('tells of a bulk request every change', async () => {
    const Operations = ['b1', 'b2'].map((bulkId) => ({
      ...{ method: 'POST', path: '/Users', bulkId, data: okta.createUser(bulkId) },
    }))
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    await tenant.scim('POST', '/Bulk', { schemas, Operations }, as('bulk'))
    expect(await log.of('bulk')).toMatchObject({ status: 200, changedTotal: 2, membersTotal: 2 })
  })

  it('tells of a duplicate by the reason, and of a refused address by domain and rule alone', async () => {
    await tenant.scim('POST', '/Users', okta.createUser('dup'))
    await tenant.scim('POST', '/Users', okta.createUser('dup'), as('dup'))
    const dup = await log.of('dup')
    expect(dup).toMatchObject({ status: 409, scimType: 'uniqueness', changed: [], changedTotal: 0 })
    expect(JSON.stringify(dup)).not.toContain('dup@')
    await tenant.scim('POST', '/Users', okta.createUser('x', { userName: 'secretly.me@gmail.com' }), as('gmail'))
    const gmail = await log.of('gmail')
    expect(gmail).toMatchObject({
      ...{ status: 400, scimType: 'invalidValue', changed: [] },
      detail: expect.stringContaining('(rule personal_domain)') as string,
      request: { body: { userName: 's***@gmail.com' } },
    })
    expect(JSON.stringify(gmail)).not.toContain('secretly')
  })

  it('tells of a search its attributes and not its values', async () => {
    await tenant.scim('GET', '/Users?filter=userName eq "jane@corp.example"&startIndex=1', undefined, as('search'))
    const entry = await log.of('search')
    expect(entry).toMatchObject({ query: 'filter=userName eq "j***@corp.example"&startIndex=1', request: null })
    expect(entry.answer.body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'j***@corp.example' }] })
    expect(JSON.stringify(entry)).not.toContain('jane')
  })

  it.each<[string, string, string, unknown, object]>([
    ['a body that is no JSON', 'POST', '/Users', '{"userName": "jane', { status: 400, scimType: 'invalidSyntax' }],
    ['an endpoint that there is not', 'GET', '/Nothing', undefined, { status: 404, path: '/Nothing' }],
    ['a method that is not taken', 'PUT', '/Users', {}, { status: 405 }],
    [
      'an address where an id belongs',
      'GET',
      '/Users/jane@corp.example',
      undefined,
      { status: 404, path: '/Users/j***@corp.example' },
    ],
    ['an id that nobody has', 'DELETE', '/Users/019a20d9-8e14-7000-8000-1234567890ab', undefined, { status: 404 }],
    ['another version', 'GET', '/v3/Users', undefined, { status: 400, scimType: 'invalidVers' }],
    ['a path that cannot be decoded', 'GET', '/Users/%ff', undefined, { status: 400 }],
    [
      'a body with NUL and half a pair',
      'POST',
      '/Users',
      { userName: 'a\u0000\ud800', '\u0000k\udfff': 1 },
      { status: 400 },
    ],
    ['discovery', 'GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group', undefined, { status: 200 }],
  ])('has %s', async (name, method, path, body, wanted) => {
    await tenant.scim(method, path, body, as(name.replaceAll(' ', '-')))
    const entry = await log.of(name.replaceAll(' ', '-'))
    expect(entry).toMatchObject({ method, ...wanted })
    expect(JSON.stringify(entry)).not.toContain('jane')
  })

  it('has refusals of a token: whose it is where it is the connection’s own, and no body', async () => {
    const { token, id } = await joinery.api.ok(
      'POST',
      `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/tokens`,
      {},
    )
    await joinery.api.call('DELETE', `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/tokens/${id}`)
    await createScim(tenant.scimUrl, token as string)('POST', '/Users', okta.createUser('no'), as('revoked'))
    expect(await log.of('revoked')).toMatchObject({ status: 401, credential: id, request: null, changed: [] })
    const stranger = await createTenant(joinery.api)
    await createScim(tenant.scimUrl, stranger.token)('GET', '/Users', undefined, as('stranger'))
    expect(await log.of('stranger')).toMatchObject({ status: 401, credential: null })
    await fetch(`${tenant.scimUrl}/Users`, { headers: as('nobody') })
    expect(await log.of('nobody')).toMatchObject({ status: 401, credential: null })
    expect((await logOf(joinery, stranger).list()).items).toEqual([])
  })

  it('has no more than so many refusals of one connection at once, and counts the others', async () => {
    const flooded = await createTenant(joinery.api)
    await Promise.all(Array.from({ length: 90 }, () => fetch(`${flooded.scimUrl}/Users`)))
    await flooded.scim('GET', '/Users', undefined, as('genuine'))
    await logOf(joinery, flooded).of('genuine')
    const { items } = await logOf(joinery, flooded).list('?limit=500')
    expect(items.length).toBeGreaterThan(30)
    expect(items.length).toBeLessThan(80)
    expect(await (await fetch(`${joinery.url}/metrics`)).text()).toMatch(
      /request_log_dropped_total\{reason="throttled"\} \d/,
    )
  })

  it('is read by the operator of that account and connection alone', async () => {
    const other = await createTenant(joinery.api)
    const second = await createConnection(joinery.api, tenant.accountId)
    const { items } = await log.list('?limit=1')
    const id = items[0].id as string
    for (const { accountId, connectionId } of [
      other,
      { ...tenant, accountId: other.accountId },
      { ...tenant, connectionId: second.connectionId },
    ]) {
      const base = `/accounts/${accountId}/connections/${connectionId}/requests`
      expect((await joinery.api.call('GET', `${base}/${id}`)).status).toBe(404)
      const list = await joinery.api.call('GET', base)
      expect(list.status === 404 || list.body.items.length === 0).toBe(true)
    }
    const foreign = { Authorization: `Bearer ${tenant.token}` }
    expect((await joinery.api.call('GET', log.base, undefined, foreign)).status).toBe(401)
  })

  it('goes after 30 days, in slices, with its links; what is younger stays', async () => {
    const old = await createTenant(joinery.api)
    const olds = logOf(joinery, old)
    for (let index = 0; index < 5; index += 1)
      await old.scim('POST', '/Users', okta.createUser(`o${index}`), as(`old-${index}`))
    const { members } = await olds.of('old-4')
    clock.advance(31 * 86_400_000)
    const fresh = await joinery.api.ok('POST', `/accounts/${old.accountId}/connections/${old.connectionId}/tokens`, {})
    await createScim(old.scimUrl, fresh.token as string)('GET', '/Users', undefined, as('young'))
    await olds.of('young')
    const house = { actor: { kind: 'system', part: 'housekeeping' }, id: 'house' } as const
    const purge = (): Promise<number> => joinery.runtime.app.purgeRequests(house, { keepDays: 30, limit: 3 })
    await expect(
      joinery.runtime.app.purgeRequests(
        { actor: { kind: 'system', part: 'propagation' }, id: 'x' },
        { keepDays: 0, limit: 1 },
      ),
    ).rejects.toThrow('may not')
    expect(await purge()).toBe(3)
    while ((await purge()) > 0);
    expect((await olds.list()).items.map(({ operation }: any) => operation)).toEqual(['young'])
    expect((await olds.list(`?member=${members[0]}`)).items).toEqual([])
  })
})
