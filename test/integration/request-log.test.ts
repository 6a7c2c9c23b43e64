import { request as httpRequest } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toNative, type NativeStatement, type Session } from '../../src/adapters/db/session.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import { createConnection, createScim, createTenant, eventually, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

/** The log of a tenant's connection, as an operator reads it. */
function logOf(joinery: Joinery, { accountId, connectionId }: Tenant) {
  const base = `/accounts/${accountId}/connections/${connectionId}/requests`
  const list = async (query = ''): Promise<any> => joinery.api.ok('GET', `${base}${query}`)
  const show = async (id: string): Promise<any> => joinery.api.ok('GET', `${base}/${id}`)
  /** The entry of one request, once it is written. */
  const of = async (operation: string): Promise<any> => {
    const items = await eventually(
      async () => ((await list('?limit=500')).items as any[]).filter((item) => item.operation === operation),
      (found) => found.length > 0,
    )
    expect(items).toHaveLength(1)
    return show(items[0].id as string)
  }
  return { base, list, show, of }
}

const as = (id: string): Record<string, string> => ({ 'X-Request-Id': id })

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

  describe('lists', () => {
    let small: Tenant
    let ops: ReturnType<typeof logOf>
    const operations = async (query: string): Promise<string[]> =>
      ((await ops.list(query)).items as any[]).map(({ operation }) => operation as string)
    beforeAll(async () => {
      small = await createTenant(joinery.api)
      ops = logOf(joinery, small)
      for (const [index, [method, path, body]] of (
        [
          ['POST', '/Users', okta.createUser('one')],
          ['POST', '/Users', okta.createUser('one')],
          ['GET', '/Users'],
          ['GET', '/Users/nobody'],
          ['POST', '/Groups', okta.createGroup('G')],
        ] as [string, string, object?][]
      ).entries()) {
        await small.scim(method, path, body, as(`list-${index}`))
        clock.advance(1000)
      }
      await ops.of('list-4')
    })

    it.each([
      ['', ['list-4', 'list-3', 'list-2', 'list-1', 'list-0']],
      ['?status=201', ['list-4', 'list-0']],
      ['?status=409', ['list-1']],
      ['?status=4xx', ['list-3', 'list-1']],
      ['?status=2xx&method=POST', ['list-4', 'list-0']],
      ['?method=GET', ['list-3', 'list-2']],
      ['?failed=true', ['list-3', 'list-1']],
      ['?failed=false', ['list-4', 'list-2', 'list-0']],
      ['?failed=true&status=201', []],
      ['?member=nobody', []],
      ['?until=2000-01-01', []],
    ])('%s', async (query, wanted) => {
      expect(await operations(query)).toEqual(wanted)
    })

    it('hold no bodies, and go on page by page', async () => {
      const all = (await ops.list()).items as any[]
      for (const item of all) expect(Object.keys(item)).not.toContain('request')
      let after = ''
      const seen: string[] = []
      do {
        const page = await ops.list(`?limit=2${after}`)
        seen.push(...page.items.map(({ id }: any) => id as string))
        after = page.next === null ? '' : `&after=${page.next}`
      } while (after !== '')
      expect(seen).toEqual(all.map(({ id }) => id))
      const [, , middle] = all
      expect(await operations(`?since=${middle.at}`)).toEqual(['list-4', 'list-3', 'list-2'])
      expect(await operations(`?until=${middle.at}`)).toEqual(['list-1', 'list-0'])
    })

    it.each(['limit=0', 'limit=501', 'status=9xx', 'since=now', 'after=x', 'after=1.%00', 'stauts=4xx', 'failed=1'])(
      'refuse %s with the place',
      async (query) => {
        const { status, body } = await joinery.api.call('GET', `${ops.base}?${query}`)
        expect([status, body.errors?.[0]?.path]).toEqual([400, query.split('=')[0]])
      },
    )
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

describeOnBoth('a database that refuses the request log', (database) => {
  const isLog = (sql: string): boolean => /insert into .?scim_request/.test(sql)
  const wrapDatabase =
    (fault: () => Error | null) =>
    (real: Database): Database => ({
      ...real,
      transaction: (work) =>
        real.transaction((session) =>
          work({
            ...session,
            run: async (statement) => {
              const error = isLog(toNative(statement).sql) ? fault() : null
              if (error !== null) throw error
              await session.run(statement)
            },
          }),
        ),
    })

  it('fails no request; the loss is counted, and what comes later is written', async () => {
    let fault: Error | null = new Error('no such thing')
    const joinery = await startJoinery({ database, workers: false, wrapDatabase: wrapDatabase(() => fault) })
    const tenant = await createTenant(joinery.api)
    expect((await tenant.scim('POST', '/Users', okta.createUser('jo'))).status).toBe(201)
    const metrics = async (): Promise<string> => (await fetch(`${joinery.url}/metrics`)).text()
    await eventually(metrics, (text) => /request_log_dropped_total\{reason="refused"\} [1-9]/.test(text))
    expect((await tenant.scim('GET', '/Users')).body.totalResults).toBe(1)
    fault = null
    await tenant.scim('GET', '/Users', undefined, as('after'))
    await logOf(joinery, tenant).of('after')
    await joinery.close()
  })

  it('writes at its end what still waits', async () => {
    const on = await freshDatabase(database)
    const first = await startJoinery({ on, workers: false })
    const tenant = await createTenant(first.api)
    await tenant.scim('POST', '/Users', okta.createUser('last'), as('last'))
    await first.close()
    const second = await startJoinery({ on, workers: false })
    expect((await logOf(second, tenant).list()).items).toMatchObject([{ operation: 'last', status: 201 }])
    await second.close()
    await on.remove()
  })

  it('with REQUEST_LOG_DAYS=0 there is none, and what there was goes', async () => {
    const on = await freshDatabase(database)
    const first = await startJoinery({ on, workers: false })
    const tenant = await createTenant(first.api)
    await tenant.scim('GET', '/Users')
    await first.close()
    const off = await startJoinery({ on, env: { REQUEST_LOG_DAYS: '0' } })
    const { port } = new URL(off.url)
    const url = new URL(tenant.scimUrl)
    url.port = port
    await createScim(url.href, tenant.token)('GET', '/Users')
    await eventually(
      () => logOf(off, tenant).list(),
      ({ items }) => items.length === 0,
    )
    await off.close()
    await on.remove()
  })
})

describeOnBoth('a client that goes away', (database) => {
  it('is told of with what became of its request', async () => {
    let isOpen = true
    let reached: () => void = () => undefined
    let release: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (reached = resolve))
    const gate = new Promise<void>((resolve) => (release = resolve))
    const joinery = await startJoinery({
      ...{ database, workers: false },
      wrapPorts: (ports) => ({
        ...ports,
        unitOfWork: async (work) => {
          if (isOpen) return ports.unitOfWork(work)
          reached()
          await gate
          return ports.unitOfWork(work)
        },
      }),
    })
    const tenant = await createTenant(joinery.api)
    isOpen = false
    const url = new URL(`${tenant.scimUrl}/Users`)
    const headers = { ...as('gone'), Authorization: `Bearer ${tenant.token}`, 'Content-Type': 'application/scim+json' }
    const request = httpRequest(url, { method: 'POST', headers })
    request.on('error', () => undefined)
    request.end(JSON.stringify(okta.createUser('gone')))
    await begun
    request.socket?.resetAndDestroy()
    // Whoever is answered after that is answered by a server that has seen the other one go.
    for (let turn = 0; turn < 5; turn += 1) await fetch(`${joinery.url}/healthz`)
    release()
    const entry = await logOf(joinery, tenant).of('gone')
    expect([entry.status, entry.detail]).toEqual([201, 'the client went away before it had the answer'])
    expect(entry.changed).toMatchObject([{ action: 'user.joined' }])
    await joinery.close()
  })
})

describeOnBoth('the lists of the request log', (database) => {
  const seen: NativeStatement[] = []
  let reads: Session
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({
      ...{ database, workers: false },
      wrapDatabase: (real) => {
        reads = real.reads
        const rows: Session['rows'] = (statement) => {
          seen.push(toNative(statement))
          return real.reads.rows(statement)
        }
        return { ...real, reads: { ...real.reads, rows } }
      },
    })
    tenant = await createTenant(joinery.api)
  })
  beforeEach(() => void seen.splice(0))
  afterAll(() => joinery.close())

  /** How the database finds what a list asks for. PostgreSQL reads a small table whole, unless it is told not to. */
  const plan = async ({ sql, bindings }: NativeStatement): Promise<string> => {
    if (database === 'sqlite') {
      const rows = await reads.rows<{ detail: string }>({ sql: `explain query plan ${sql}`, bindings })
      return rows.map(({ detail }) => detail).join('\n')
    }
    const client = new pg.Client({ connectionString: joinery.database.url })
    await client.connect()
    await client.query(
      'set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
    )
    const { rows } = await client.query<Record<string, string>>(`explain ${sql}`, bindings as unknown[])
    await client.end()
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }

  const place = `-at.${Buffer.from('[1,"1"]').toString('base64url')}`
  it.each([
    ['', 'scim_requests_in_time'],
    ['?status=201', 'scim_requests_in_time'],
    ['?method=POST&since=2026-01-01&until=2030-01-01', 'scim_requests_in_time'],
    ['?failed=true', 'scim_requests_failed'],
    ['?status=409&method=PUT', 'scim_requests_failed'],
    [`?status=4xx&after=${place}`, 'scim_requests_failed'],
    [`?member=m&after=${place}`, 'scim_request_members_in_time'],
    ['?sort=-millis', 'scim_requests_by_duration'],
  ])('%s is found by %s, in its order', async (query, index) => {
    await logOf(joinery, tenant).list(query)
    const [asked] = seen.filter(({ sql }) => sql.includes('scim_requests'))
    const told = await plan(asked!)
    expect(told).toContain(index)
    expect(told).not.toMatch(/scan (r|m|scim_\w+)$|temp b-tree|seq scan|sort/im)
  })
})
