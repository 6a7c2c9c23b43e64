import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess, type Access } from '../support/access.ts'
import { createKeyApi, createKeyBench, createKeyCheck } from '../support/access-keys.ts'
import type { Api } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

const out = { active: false }

describeOnBoth('access keys at the doors', (database) => {
  let joinery: Joinery
  const clock = createClock()
  const { app, account, join, make, own, byOperator } = createKeyBench(() => joinery)
  const gateway = async (accountId: string | null): Promise<string> => {
    const path = accountId === null ? '/gateways' : `/accounts/${accountId}/gateways`
    return (await joinery.api.ok<{ token: string }>('POST', path, { name: 'Voice API' })).token
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
  })
  afterAll(() => joinery.close())

  describe('POST /access/v1/keys/check', () => {
    it('tells a gateway of keys of its account and those below, and of no others', async () => {
      const top = await account('studio', { level: 'service-provider' })
      const below = await account('studio', { parentId: top })
      const memberId = await join(below, 'ac_rw')
      const key = await own(below, memberId)
      const checks = await Promise.all(
        [below, top, await account('studio'), null].map(async (each) =>
          createKeyCheck(joinery.url, await gateway(each))(key),
        ),
      )
      const told = {
        ...{ active: true, id: key.id, name: 'Key', account: below, belongs_to: 'member', member: memberId },
      }
      const whole = { ...told, username: expect.any(String) as string, roles: ['ac_rw'], scope: 'ac' }
      expect(checks).toEqual([whole, whole, out, whole])
    })

    it('tells when a key expires, in seconds (RFC 7662)', async () => {
      const accountId = await account('iotcomms')
      const { body } = await byOperator(accountId, { expiresInDays: 30 })
      const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
      expect((await check(body)).exp).toBe(Math.floor(Date.parse(body.expiresAt as string) / 1000))
    })

    it('takes no credential but a gateway’s, and says what is wrong with a body', async () => {
      const stranger = await createAccess(joinery.url, 'gw_wrong')('/keys/check', { id: 'a', secret: 'b' })
      expect(stranger.status).toBe(401)
      const malformed = await createAccess(joinery.url, testSecrets.ADMIN_TOKEN)('/keys/check', { id: 'a' })
      expect([malformed.status, malformed.body.error.message]).toEqual([400, expect.stringContaining('secret')])
    })
  })

  describe('as subjects of decisions', () => {
    let ask: Access
    const question = (id: string, name: string, capability: string, accountId: string) => ({
      subject: { type: 'access_key', id },
      action: { name },
      resource: { type: 'capability', id: capability, properties: { account: accountId } },
    })
    const decide = async (...asked: Parameters<typeof question>): Promise<string> => {
      const { body } = await ask('/evaluation', question(...asked))
      return body.decision === true ? 'yes' : body.context.reason
    }
    beforeAll(() => {
      ask = createAccess(joinery.url, testSecrets.ADMIN_TOKEN)
    })

    it('may what their roles may, and say why not', async () => {
      const accountId = await account('iotcomms')
      const admin = await join(accountId, 'admin', 'hybrid_admin')
      const full = await make(accountId, admin)
      const hybrid = await make(accountId, admin, { roles: ['hybrid_admin'], expiresInDays: 1 })
      expect(await decide(full.id, 'full', 'api-access', accountId)).toBe('yes')
      expect(await decide(hybrid.id, 'full', 'api-access', accountId)).toBe('not_granted')
      expect(await decide(hybrid.id, 'limited', 'api-access', accountId)).toBe('yes')
      expect(await decide('nobody', 'full', 'api-access', accountId)).toBe('unknown_subject')
      expect(await decide(full.id, 'full', 'api-access', await account('iotcomms'))).toBe('outside_purview')
      await app().changeAccessKey(operator, { accountId, keyId: full.id, disabled: true })
      expect(await decide(full.id, 'full', 'api-access', accountId)).toBe('key_disabled')
      clock.advance(24 * 3_600_000)
      expect(await decide(hybrid.id, 'limited', 'api-access', accountId)).toBe('key_expired')
      await app().suspendAccount(operator, { accountId, suspended: true })
      expect(await decide(full.id, 'full', 'api-access', accountId)).toBe('account_suspended')
    })

    it('stop with their person, and reach as far as he does', async () => {
      const top = await account('studio', { level: 'service-provider' })
      const below = await account('studio', { parentId: top })
      const memberId = await join(top, 'service-provider')
      const key = await own(top, memberId)
      expect(await decide(key.id, 'full', 'call-flows', below)).toBe('yes')
      await app().suspendMember(operator, { accountId: top, memberId, suspended: true })
      expect(await decide(key.id, 'full', 'call-flows', below)).toBe('suspended')
    })

    it('are among several questions at once, and what is searched for', async () => {
      const accountId = await account('iotcomms')
      const key = await make(accountId, await join(accountId, 'admin'))
      const { resource, subject } = question(key.id, 'full', 'api-access', accountId)
      const evaluations = ['full', 'none-such'].map((name) => ({ action: { name } }))
      const many = await ask('/evaluations', { subject, resource, evaluations })
      expect(many.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([true, false])
      const actions = await ask('/search/action', { subject, resource })
      expect(actions.body.results).toEqual([{ name: 'limited' }, { name: 'full' }])
      const { action } = question(key.id, 'full', '', accountId)
      const { type, properties } = resource
      const resources = await ask('/search/resource', { subject, action, resource: { type, properties } })
      expect(resources.body.results).toContainEqual({ type: 'capability', id: 'api-access' })
    })

    it('are found by a search for subjects, page by page, without those that are out', async () => {
      const accountId = await account('iotcomms')
      const both = await join(accountId, 'admin', 'hybrid_admin')
      const keys = [await make(accountId, both), await make(accountId, both), await make(accountId, both)] as const
      await make(accountId, both, { roles: ['hybrid_admin'] })
      await app().changeAccessKey(operator, { accountId, keyId: keys[1].id, disabled: true })
      const { action, resource } = question('', 'full', 'api-access', accountId)
      const found: string[] = []
      for (let token: string | null = ''; token !== null;) {
        const page: { token: string; limit: number } = { token, limit: 2 }
        const { body } = await ask('/search/subject', { subject: { type: 'access_key' }, action, resource, page })
        found.push(...body.results.map(({ id }: { id: string }) => id))
        token = (body.page.next_token as string) || null
      }
      expect(found).toEqual([keys[0].id, keys[2].id])
    })
  })

  describe('Basic on the admin API', () => {
    it('may what the key’s roles may, and is named in the audit log', async () => {
      const accountId = await account('plivo', { entitlements: ['role-management'] })
      const { body: key } = await byOperator(accountId, { roles: ['admin'] })
      const call = createKeyApi(joinery.api, key)
      const memberId = await join(accountId)
      const assigned = await call('POST', `/accounts/${accountId}/members/${memberId}/roles`, { role: 'support' })
      expect(assigned.status).toBe(201)
      const { events } = await joinery.api.ok('GET', `/accounts/${accountId}/members/${memberId}`)
      expect(events).toContainEqual(expect.objectContaining({ action: 'role.assigned', actor: `key:${key.id}` }))
      const owner = await call('POST', `/accounts/${accountId}/members/${memberId}/roles`, { role: 'owner' })
      expect(owner.status).toBe(422)
      expect((await call('GET', '/catalogs')).status).toBe(403)
      expect((await call('GET', `/accounts/${await account('plivo')}/members`)).status).toBe(404)
    })

    it('is refused for a wrong secret, and for a key that is out', async () => {
      const accountId = await account('iotcomms')
      const { body: key } = await byOperator(accountId, {})
      const status = async (shown = key): Promise<number> =>
        (await createKeyApi(joinery.api, shown)('GET', `/accounts/${accountId}/members`)).status
      expect([await status(), await status({ ...key, secret: 'x' }), await status({ ...key, id: 'x' })]).toEqual([
        200, 401, 401,
      ])
      await joinery.api.ok('PATCH', `/accounts/${accountId}/keys/${key.id}`, { disabled: true })
      expect(await status()).toBe(401)
      await joinery.api.ok('PATCH', `/accounts/${accountId}/keys/${key.id}`, { disabled: false })
      expect(await status()).toBe(200)
      await joinery.api.ok('DELETE', `/accounts/${accountId}/keys/${key.id}`)
      expect(await status()).toBe(401)
    })
  })

  it('are lists with pages', async () => {
    const accountId = await account('iotcomms')
    for (let index = 0; index < 5; index += 1) await byOperator(accountId, { name: `Key ${index}` })
    const names: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '?limit=2' : `?limit=2&after=${after}`
      const page = await joinery.api.ok('GET', `/accounts/${accountId}/keys${query}`)
      names.push(...page.items.map(({ name }: { name: string }) => name))
      after = page.next as string | null
    }
    expect(names).toEqual([0, 1, 2, 3, 4].map((index) => `Key ${index}`))
    await settle(joinery)
  })
})

describe('a key that hammers the admin API', () => {
  it('is slowed down, and no other', async () => {
    const at = Date.now()
    const joinery = await startJoinery({ clock: { now: () => at }, workers: false })
    const { account, byOperator } = createKeyBench(() => joinery)
    const accountId = await account('iotcomms')
    const call = async (): Promise<Api['call']> => createKeyApi(joinery.api, (await byOperator(accountId, {})).body)
    const [storm, calm] = [await call(), await call()]
    const guessed = await byOperator(accountId, {})
    const path = `/accounts/${accountId}/members`
    const answers = await Promise.all(Array.from({ length: 101 }, () => storm('GET', path)))
    const refused = answers.filter(({ status }) => status === 429)
    expect([refused.length, refused[0]?.headers.get('Retry-After')]).toEqual([1, '1'])
    expect((await calm('GET', path)).status).toBe(200)
    // Whoever knows the id alone spends nothing of the key's own share.
    const wrong = createKeyApi(joinery.api, { ...guessed.body, secret: `${guessed.body.secret}x` })
    const guesses = await Promise.all(Array.from({ length: 101 }, () => wrong('GET', path)))
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401]))
    expect((await createKeyApi(joinery.api, guessed.body)('GET', path)).status).toBe(200)
    await joinery.close()
  })
})
