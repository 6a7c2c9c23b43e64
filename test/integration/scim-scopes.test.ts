import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, type Answer, type Scim, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { asTenantOf } from '../support/oauth-scim.ts'

const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: 1 }
const scopes = ['users', 'users:read', 'groups', 'groups:read'] as const

describeOnBoth('the scopes of a token', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let userId: string
  let groupId: string
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    tenant = await createTenant(joinery.api)
    userId = (await tenant.scim('POST', '/Users', okta.createUser('jo'))).body.id as string
    groupId = (await tenant.scim('POST', '/Groups', okta.createGroup('Team'))).body.id as string
  })
  afterAll(() => joinery.close())

  const path = (): string => `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/tokens`
  const withScopes = async (list: readonly string[], run: (scim: Scim) => Promise<void>): Promise<void> => {
    const { id, token, scopes: told } = await joinery.api.ok('POST', path(), { scopes: list })
    expect(told).toEqual(list)
    await run(asTenantOf(tenant, token as string)).finally(() => joinery.api.ok('DELETE', `${path()}/${id}`))
  }

  /** Each verb of the door, and what it needs. */
  const verbs: [string, (typeof scopes)[number], (scim: Scim) => Promise<Answer>][] = [
    ['list users', 'users:read', (scim) => scim('GET', '/Users')],
    ['search users', 'users:read', (scim) => scim('POST', '/Users/.search', search)],
    ['read a user', 'users:read', (scim) => scim('GET', `/Users/${userId}`)],
    ['create a user', 'users', (scim) => scim('POST', '/Users', okta.createUser(`u${Math.random()}`))],
    ['replace a user', 'users', (scim) => scim('PUT', `/Users/${userId}`, okta.createUser('jo'))],
    ['patch a user', 'users', (scim) => scim('PATCH', `/Users/${userId}`, okta.setActive(true))],
    ['remove a user', 'users', (scim) => scim('DELETE', '/Users/00000000-0000-7000-8000-000000000000')],
    ['list what users may be told to be', 'users:read', (scim) => scim('GET', '/Roles')],
    ['list groups', 'groups:read', (scim) => scim('GET', '/Groups')],
    ['read a group', 'groups:read', (scim) => scim('GET', `/Groups/${groupId}`)],
    ['create a group', 'groups', (scim) => scim('POST', '/Groups', okta.createGroup(`g${Math.random()}`))],
    ['replace a group', 'groups', (scim) => scim('PUT', `/Groups/${groupId}`, okta.createGroup('Team'))],
    ['patch a group', 'groups', (scim) => scim('PATCH', `/Groups/${groupId}`, okta.addMembers(userId))],
    ['remove a group', 'groups', (scim) => scim('DELETE', '/Groups/00000000-0000-7000-8000-000000000000')],
  ]

  it.each(scopes)('%s opens what it says, and 403 names the scope that is missing', async (scope) => {
    await withScopes([scope], async (scim) => {
      for (const [name, needed, ask] of verbs) {
        const { status, body, headers } = await ask(scim)
        const opens = scope === needed || `${scope}:read` === needed
        if (opens) {
          expect([200, 201, 204, 404], name).toContain(status)
          continue
        }
        expect({ name, status, told: body.status }).toEqual({ name, status: 403, told: '403' })
        expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
        expect(body.detail).toContain(`the scope "${needed}" is missing`)
        expect(headers.get('www-authenticate')).toBe('Bearer realm="scim", error="insufficient_scope"')
      }
      expect((await scim('GET', '/ServiceProviderConfig')).status).toBe(200)
    })
  })

  it('are both needed where both types are searched at once', async () => {
    const statuses: number[] = []
    for (const list of [['users:read'], ['groups'], ['users:read', 'groups:read']])
      await withScopes(list, async (scim) => void statuses.push((await scim('GET', '/')).status))
    expect(statuses).toEqual([403, 403, 200])
  })

  it('count for each operation of a bulk request by itself', async () => {
    const bulk = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'u', data: okta.createUser(`b${Math.random()}`) },
        { method: 'POST', path: '/Groups', bulkId: 'g', data: okta.createGroup(`b${Math.random()}`) },
        { method: 'DELETE', path: `/Groups/${groupId}` },
      ],
    }
    await withScopes(['users', 'groups:read'], async (scim) => {
      const { status, body } = await scim('POST', '/Bulk', bulk)
      expect(status).toBe(200)
      expect((body.Operations as { status: string }[]).map((each) => each.status)).toEqual(['201', '403', '403'])
      expect(body.Operations[1].response.detail).toContain('the scope "groups" is missing')
    })
    expect((await tenant.scim('GET', `/Groups/${groupId}`)).status).toBe(200)
  })

  it('are everything unless they are told', async () => {
    for (const [name, , ask] of verbs) expect([200, 201, 204, 404], name).toContain((await ask(tenant.scim)).status)
    const [first] = (await joinery.api.ok('GET', path())).items
    expect(first.scopes).toEqual(['users', 'groups'])
  })
})

describe('the rate limit of a connection', () => {
  const clock = createClock()
  let joinery: Joinery
  const standing = { now: () => 1_800_000_000_000 + clock.shiftMs(), shiftMs: () => clock.shiftMs() }
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false, clock: standing, env: { SCIM_RATE_LIMIT: '40' } })
  })
  afterAll(() => joinery.close())

  /** How many of so many requests at once are let in, with the bucket full before. */
  const admitted = async ({ scim }: Tenant, times: number): Promise<number> => {
    clock.advance(3_600_000)
    const answers = await Promise.all(Array.from({ length: times }, () => scim('GET', '/Users?count=0')))
    const refused = answers.filter(({ status }) => status === 429)
    for (const { headers } of refused) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    return times - refused.length
  }
  const set = (tenant: Tenant, rateLimit: object | null): Promise<unknown> =>
    joinery.api.ok('PATCH', `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`, { rateLimit })

  it('is the setting’s, its own, or none, from the next request on', async () => {
    const tenant = await createTenant(joinery.api)
    expect(await admitted(tenant, 130)).toBe(120)
    await set(tenant, { perSecond: 30, burst: 30 })
    expect(await admitted(tenant, 40)).toBe(30)
    await set(tenant, { perSecond: 0 })
    expect(await admitted(tenant, 200)).toBe(200)
    await set(tenant, null)
    expect(await admitted(tenant, 130)).toBe(120)
  })

  it('is of one connection, and no other feels it', async () => {
    const [slow, usual] = [await createTenant(joinery.api), await createTenant(joinery.api)]
    await set(slow, { perSecond: 25, burst: 25 })
    expect(await admitted(slow, 40)).toBe(25)
    expect(await admitted(usual, 100)).toBe(100)
  })
})
