import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection, createTenant, type Answer, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { createBreakable } from '../support/breakable.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { askToken, basic, clientsOf, makeClient, type MadeClient } from '../support/oauth.ts'
import { asTenantOf } from '../support/oauth-scim.ts'

const grant = { grant_type: 'client_credentials' }

function refused(answer: Answer, status: number, error: string): void {
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error })
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('pragma')).toBe('no-cache')
  const challenge = answer.headers.get('www-authenticate')
  if (status === 401) expect(challenge).toBe('Basic realm="oauth", charset="UTF-8"')
  else expect(challenge).toBeNull()
}

describeOnBoth('the token endpoint, for clients with a secret', (database) => {
  const clock = createClock()
  const breakable = createBreakable()
  let joinery: Joinery
  let tenant: Tenant
  let client: MadeClient
  const ask = (form: Record<string, string> | string, headers = {}): Promise<Answer> =>
    askToken(joinery.url, form, headers)
  const byPost = ({ id, clientSecret }: MadeClient, more: object = {}): Promise<Answer> =>
    ask({ ...grant, client_id: id, client_secret: clientSecret, ...more })
  const list = async (): Promise<any[]> => (await joinery.api.ok('GET', clientsOf(tenant))).items
  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false, wrapDatabase: breakable.wrapDatabase })
    tenant = await createTenant(joinery.api, 'entra')
    client = await makeClient(joinery.api, tenant)
  })
  afterAll(() => joinery.close())

  it('gives an access token by Basic and by POST, with which SCIM is spoken', async () => {
    for (const answer of [await byPost(client), await ask(grant, basic(client.id, client.clientSecret))]) {
      expect(answer.status).toBe(200)
      expect(answer.body).toEqual({
        access_token: expect.stringMatching(/^scimat_[0-9a-f-]{36}_[0-9A-Za-z]{43}$/) as string,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'users groups',
      })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
      const scim = asTenantOf(tenant, answer.body.access_token as string)
      expect((await scim('GET', '/Users')).status).toBe(200)
      expect((await scim('POST', '/Users', okta.createUser(`p${Math.random()}`))).status).toBe(201)
    }
  })

  it('answers an id in the body beside Basic, if it is the same one', async () => {
    const headers = basic(client.id, client.clientSecret)
    expect((await ask({ ...grant, client_id: client.id }, headers)).status).toBe(200)
    refused(await ask({ ...grant, client_id: 'another' }, headers), 400, 'invalid_request')
    expect((await ask({ ...grant, client_secret: '', unknown: 'x' }, headers)).status).toBe(200)
  })

  it.each<[string, string, number, string]>([
    ['no grant', 'client_id=a&client_secret=b', 400, 'invalid_request'],
    ['a grant twice', 'grant_type=client_credentials&grant_type=client_credentials', 400, 'invalid_request'],
    ['an empty grant', 'grant_type=&client_id=a&client_secret=b', 400, 'invalid_request'],
    ['another grant', 'grant_type=authorization_code&code=x', 400, 'unsupported_grant_type'],
    ['a password', 'grant_type=password&username=a&password=b', 400, 'unsupported_grant_type'],
    ['nobody', 'grant_type=client_credentials', 401, 'invalid_client'],
    ['no secret', 'grant_type=client_credentials&client_id=a', 401, 'invalid_client'],
    ['no client', 'grant_type=client_credentials&client_secret=a', 400, 'invalid_request'],
    ['an unknown client', 'grant_type=client_credentials&client_id=a&client_secret=b', 401, 'invalid_client'],
    [
      'an id that no database takes',
      'grant_type=client_credentials&client_id=%00&client_secret=%00',
      401,
      'invalid_client',
    ],
    ['an assertion of no type', 'grant_type=client_credentials&client_assertion=a', 400, 'invalid_request'],
    ['a type of no assertion', 'grant_type=client_credentials&client_assertion_type=a', 400, 'invalid_request'],
    [
      'two proofs',
      'grant_type=client_credentials&client_id=a&client_secret=b&client_assertion=c',
      400,
      'invalid_request',
    ],
  ])('refuses %s', async (_name, form, status, error) => {
    refused(await ask(form), status, error)
  })

  it.each([
    'Basic',
    'Basic !!!',
    'Basic Og==',
    `Basic ${Buffer.from('no colon').toString('base64')}`,
    `Basic ${Buffer.from('%zz:%zz').toString('base64')}`,
    'Bearer abc',
    'Digest x=y',
  ])('refuses the header %j', async (Authorization) => {
    refused(await ask(grant, { Authorization }), 401, 'invalid_client')
  })

  it('takes a form in the body of a POST, and nothing else', async () => {
    const form = { ...grant, client_id: client.id, client_secret: client.clientSecret }
    refused(await ask(JSON.stringify(form), { 'Content-Type': 'application/json' }), 400, 'invalid_request')
    refused(await ask('x'.repeat(70_000)), 413, 'invalid_request')
    const inUrl = await fetch(`${joinery.url}/oauth/token?${new URLSearchParams(form).toString()}`, { method: 'POST' })
    expect(inUrl.status).toBe(400)
    const got = await fetch(`${joinery.url}/oauth/token?${new URLSearchParams(form).toString()}`)
    expect([got.status, got.headers.get('allow'), got.headers.get('cache-control')]).toEqual([405, 'POST', 'no-store'])
  })

  it('tells one and the same of a wrong secret, a foreign one, an unknown client and a revoked one', async () => {
    const other = await makeClient(joinery.api, tenant)
    const gone = await makeClient(joinery.api, tenant)
    await joinery.api.ok('DELETE', `${clientsOf(tenant)}/${gone.id}`)
    const answers = [
      await byPost({ ...client, clientSecret: `${client.clientSecret.slice(0, -1)}_` }),
      await byPost({
        ...client,
        clientSecret: client.clientSecret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      }),
      await byPost({ ...client, clientSecret: other.clientSecret }),
      await byPost({ ...client, clientSecret: tenant.token }),
      await byPost({ ...client, id: '00000000-0000-7000-8000-000000000000' }),
      await byPost(gone),
    ]
    for (const answer of answers) refused(answer, 401, 'invalid_client')
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('keeps no secret in the open: neither what it gives nor what it was shown is in a list', async () => {
    const { body } = await byPost(client)
    const told = JSON.stringify(await list())
    expect(told).not.toContain(client.clientSecret.split('_')[2])
    expect(told).not.toContain((body.access_token as string).split('_')[2])
    expect(told).not.toContain('ecretHash')
  })

  it('lets several secrets of a client live at once, and ends one with what it gave', async () => {
    const rotating = await makeClient(joinery.api, tenant)
    const second = await joinery.api.ok('POST', `${clientsOf(tenant)}/${rotating.id}/secrets`, { expiresInDays: 30 })
    const [first, next] = [await byPost(rotating), await byPost({ ...rotating, clientSecret: second.clientSecret })]
    const scimOf = ({ body }: Answer) => asTenantOf(tenant, body.access_token as string)
    expect((await scimOf(first)('GET', '/Users')).status).toBe(200)
    expect((await scimOf(next)('GET', '/Users')).status).toBe(200)
    const path = `${clientsOf(tenant)}/${rotating.id}/secrets/${rotating.secrets[0]?.id}`
    expect((await joinery.api.call('DELETE', path)).status).toBe(204)
    expect((await joinery.api.call('DELETE', path)).status).toBe(204)
    expect((await scimOf(first)('GET', '/Users')).status).toBe(401)
    expect((await scimOf(next)('GET', '/Users')).status).toBe(200)
    refused(await byPost(rotating), 401, 'invalid_client')
    for (let each = 0; each < 4; each += 1)
      await joinery.api.ok('POST', `${clientsOf(tenant)}/${rotating.id}/secrets`, {})
    const sixth = await joinery.api.call('POST', `${clientsOf(tenant)}/${rotating.id}/secrets`, {})
    expect([sixth.status, sixth.body.detail]).toEqual([409, expect.stringContaining('revoke one first')])
  })

  it('ends access tokens with their client, on the next request', async () => {
    const ending = await makeClient(joinery.api, tenant)
    const scim = asTenantOf(tenant, (await byPost(ending)).body.access_token as string)
    expect((await scim('GET', '/Users')).status).toBe(200)
    expect((await joinery.api.call('DELETE', `${clientsOf(tenant)}/${ending.id}`)).status).toBe(204)
    const after = await scim('GET', '/Users')
    expect(after.status).toBe(401)
    expect(after.headers.get('www-authenticate')).toBe('Bearer realm="scim", error="invalid_token"')
    expect((await joinery.api.call('DELETE', `${clientsOf(tenant)}/${ending.id}`)).status).toBe(204)
    const late = await joinery.api.call('POST', `${clientsOf(tenant)}/${ending.id}/secrets`, {})
    expect(late.status).toBe(409)
  })

  it('ends them with their connection, and says so at the token endpoint as an invalid grant', async () => {
    const own = await createConnection(joinery.api, tenant.accountId, 'okta')
    const made = await makeClient(joinery.api, own)
    const scim = asTenantOf(own, (await byPost(made)).body.access_token as string)
    expect((await scim('GET', '/Users')).status).toBe(200)
    await breakable.run((db) => db('connections').where({ id: own.connectionId }).update({ state: 'retired' }))
    expect((await scim('GET', '/Users')).status).toBe(401)
    refused(await byPost(made), 400, 'invalid_grant')
  })

  it('gives tokens of one connection, which are strange on any other', async () => {
    const sibling = await createConnection(joinery.api, tenant.accountId, 'okta')
    const token = (await byPost(client)).body.access_token as string
    expect((await asTenantOf(sibling, token)('GET', '/Users')).status).toBe(401)
    expect((await asTenantOf(tenant, token.replace('scimat', 'scim'))('GET', '/Users')).status).toBe(401)
    expect((await asTenantOf(tenant, client.clientSecret)('GET', '/Users')).status).toBe(401)
  })

  it('gives a narrower scope where one is asked for, and never a wider one', async () => {
    const narrow = await makeClient(joinery.api, tenant, { scopes: ['users', 'groups:read'] })
    const scopeOf = async (scope: string): Promise<string> => (await byPost(narrow, { scope })).body.scope as string
    expect(await scopeOf('')).toBe('users groups:read')
    expect(await scopeOf('scim')).toBe('users groups:read')
    expect(await scopeOf('scim.readwrite')).toBe('users groups:read')
    expect(await scopeOf('users')).toBe('users')
    expect(await scopeOf('users:read groups:read')).toBe('users:read groups:read')
    for (const scope of ['groups', 'users groups', 'admin', 'users admin', 'scim admin', 'scim groups', 'constructor'])
      refused(await byPost(narrow, { scope }), 400, 'invalid_scope')
    const reading = asTenantOf(tenant, (await byPost(narrow, { scope: 'users:read' })).body.access_token as string)
    expect((await reading('GET', '/Users')).status).toBe(200)
    expect((await reading('POST', '/Users', okta.createUser('no'))).status).toBe(403)
    expect((await reading('GET', '/Groups')).status).toBe(403)
  })

  it('gives tokens for an hour, and never beyond the end of their secret', async () => {
    const made = await makeClient(joinery.api, tenant, { secretExpiresInDays: 1 })
    const scim = asTenantOf(tenant, (await byPost(made)).body.access_token as string)
    clock.advance(3_599_000)
    expect((await scim('GET', '/Users')).status).toBe(200)
    clock.advance(1000)
    expect((await scim('GET', '/Users')).status).toBe(401)
    clock.advance(86_400_000 - 3_600_000 - 600_000)
    const last = await byPost(made)
    expect(last.body.expires_in).toBeLessThanOrEqual(600)
    expect(last.body.expires_in).toBeGreaterThan(500)
    clock.advance(600_000)
    expect((await asTenantOf(tenant, last.body.access_token as string)('GET', '/Users')).status).toBe(401)
    refused(await byPost(made), 401, 'invalid_client')
    const shown = (await list()).find(({ id }) => id === made.id)
    expect(shown.secrets).toMatchObject([{ state: 'expired', lastUsedAt: expect.any(String) as string }])
    expect(shown.lastUsedAt).toBe(shown.secrets[0].lastUsedAt)
  })

  it('forgets what has expired', async () => {
    const made = await makeClient(joinery.api, tenant)
    const stored = (): Promise<any[]> =>
      breakable.rows((db) => db('oauth_access_tokens').where({ client_id: made.id }).select('id', 'secret_hash'))
    const { body } = await byPost(made)
    await byPost(made)
    expect(await stored()).toHaveLength(2)
    expect(JSON.stringify(await stored())).not.toContain((body.access_token as string).split('_')[2])
    clock.advance(3_600_000)
    await byPost(made)
    expect(await stored()).toHaveLength(1)
  })

  it('slows down whoever asks without end, each client by itself, and wrong secrets never the right one', async () => {
    const [busy, calm] = [await makeClient(joinery.api, tenant), await makeClient(joinery.api, tenant)]
    const statuses = (answers: Answer[], status: number): number =>
      answers.filter((each) => each.status === status).length
    const many = (made: MadeClient): Promise<Answer[]> => Promise.all(Array.from({ length: 90 }, () => byPost(made)))
    const wrong = await many({ ...busy, clientSecret: 'wrong' })
    expect(statuses(wrong, 401)).toBeGreaterThanOrEqual(60)
    expect(statuses(wrong, 429)).toBeGreaterThan(0)
    const slowed = wrong.find(({ status }) => status === 429) as Answer
    refused(slowed, 429, 'slow_down')
    expect(slowed.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    const right = await many(busy)
    expect(statuses(right, 200)).toBeGreaterThanOrEqual(60)
    expect(statuses(right, 429)).toBeGreaterThan(0)
    const stored = await breakable.rows((db) => db('oauth_access_tokens').where({ client_id: busy.id }).select('id'))
    expect(stored).toHaveLength(statuses(right, 200))
    expect((await byPost(calm)).status).toBe(200)
  })

  it('answers 503 while the database is away, and never 401', async () => {
    for (const place of ['read', 'transaction'] as const) {
      breakable.fail((where) =>
        where === place
          ? Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })
          : null,
      )
      const answer = await byPost(client)
      breakable.mend()
      refused(answer, 503, 'temporarily_unavailable')
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|10\.1/)
    }
    const token = (await byPost(client)).body.access_token as string
    breakable.fail(() => new Error('connect ECONNREFUSED'))
    const scim = await asTenantOf(tenant, token)('GET', '/Users')
    breakable.fail(() => new TypeError('secret inside'))
    const fault = await byPost(client)
    breakable.mend()
    expect(scim.status).toBe(503)
    refused(fault, 500, 'server_error')
    expect(fault.body.error_description).toContain(fault.headers.get('x-request-id'))
    expect(JSON.stringify(fault.body)).not.toContain('secret inside')
  })

  it('is audited: made, rotated, revoked, by whom and for which connection', async () => {
    const own = await createTenant(joinery.api, 'okta')
    const made = await makeClient(joinery.api, own, { scopes: ['users'] })
    const { id } = await joinery.api.ok('POST', `${clientsOf(own)}/${made.id}/secrets`, {})
    for (const path of [`/${made.id}/secrets/${id}`, `/${made.id}`])
      await joinery.api.ok('DELETE', `${clientsOf(own)}${path}`)
    const lines = await breakable.rows<any>((db) =>
      db('audit_events').where({ account_id: own.accountId }).where('action', 'like', 'client%').orderBy('id'),
    )
    expect(lines.map(({ action, target, actor }) => [action, target, actor])).toEqual([
      ['client.created', made.id, 'operator'],
      ['client_secret.added', id, 'operator'],
      ['client_secret.revoked', id, 'operator'],
      ['client.revoked', made.id, 'operator'],
    ])
    expect(JSON.parse(lines[0].detail as string)).toEqual({
      connection: own.connectionId,
      scopes: ['users'],
      assertion: null,
    })
  })

  it('has twenty clients of a connection at most', async () => {
    const own = await createConnection(joinery.api, tenant.accountId, 'okta')
    const made = await Promise.all(
      Array.from({ length: 24 }, () => joinery.api.call('POST', clientsOf(own), { name: 'x' })),
    )
    expect(made.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(made.filter(({ status }) => status === 409)).toHaveLength(4)
  })
})
