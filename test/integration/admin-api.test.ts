import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection, createTenant, settled, type Tenant, isProblem } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describeOnBoth('the admin API', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  const clock = createClock()
  const call: Joinery['api']['call'] = (...args) => joinery.api.call(...args)
  const ok: Joinery['api']['ok'] = (...args) => joinery.api.ok(...args)
  beforeAll(async () => {
    joinery = await startJoinery({ database, clock })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  describe('what is wrong with the input', () => {
    const problems = async (method: string, path: string, body?: object): Promise<string[]> => {
      const answer = await call(method, path, body)
      isProblem(answer, 400, 'invalid_input')
      for (const { path: where, message } of answer.body.errors) {
        expect(message).toMatch(/\S/)
        expect(answer.body.detail).toContain(where)
      }
      return (answer.body.errors as { path: string }[]).map(({ path: where }) => where)
    }

    it('is told all at once, each with its place', async () => {
      expect(await problems('POST', '/accounts', { name: ' ', owner: {} })).toEqual([
        'name',
        'catalog',
        'owner.userName',
        'owner.email',
      ])
      const connections = `/accounts/${tenant.accountId}/connections`
      expect(await problems('POST', connections, { kind: 'adfs', emailPolicy: 'lax' })).toEqual([
        'name',
        'kind',
        'emailPolicy',
      ])
      expect(await problems('POST', `${connections}/${tenant.connectionId}/tokens`, { expiresInDays: 366 })).toEqual([
        'expiresInDays',
      ])
      const clients = `${connections}/${tenant.connectionId}/clients`
      expect(await problems('POST', clients, { name: '', scopes: ['all'], secretExpiresInDays: 1096 })).toEqual([
        'name',
        'scopes.0',
        'secretExpiresInDays',
      ])
      expect(await problems('POST', clients, { name: 'x', scopes: [], assertion: {} })).toEqual([
        'scopes',
        'assertion.jwksUrl',
      ])
      expect(await problems('POST', `/accounts/${tenant.accountId}/mappings`, {})).toEqual(['connection', 'role'])
      expect(await problems('GET', `/accounts/${tenant.accountId}/members?limit=501&status=gone`)).toEqual([
        'limit',
        'status',
      ])
    })

    it.each(['501', '0', '-1', '1.5', 'x', '', '1e9', '1&limit=2'])('limit=%s is refused', async (limit) => {
      expect(await problems('GET', `/accounts?limit=${limit}`)).toEqual(['limit'])
    })

    it('may be a text that cannot be kept', async () => {
      expect(await problems('POST', '/accounts', { name: 'a\u0000b', catalog: 'plivo' })).toEqual(['name'])
      expect(await problems('POST', '/accounts', { name: '\ud800', catalog: 'plivo' })).toEqual(['name'])
      expect(await problems('GET', `/accounts/${tenant.accountId}/members?userName=a%00b&after=%00&role=%00`)).toEqual([
        'after',
        'userName',
        'role',
      ])
    })

    it('may be a catalog that is not there, told with those that are', async () => {
      const answer = await call('POST', '/accounts', { name: 'X', catalog: 'nonsense' })
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors).toEqual([{ path: 'catalog', message: expect.stringContaining('plivo') as string }])
    })

    it('may be an owner with a personal address, refused by its rule', async () => {
      const owner = { userName: 'boss', email: 'boss@gmail.com' }
      const answer = await call('POST', '/accounts', { name: 'X', catalog: 'plivo', owner })
      isProblem(answer, 422, 'policy_violation')
      expect(answer.body).toMatchObject({
        rule: 'personal_domain',
        detail: expect.stringContaining('gmail.com') as string,
      })
    })

    it('may be too large: 413 with the limit', async () => {
      const answer = await call('POST', '/accounts', { name: 'x'.repeat(1024 * 1024), catalog: 'plivo' })
      isProblem(answer, 413, 'too_large')
      expect(answer.body.detail).toContain('1048576 bytes')
    })
  })

  describe('an answer', () => {
    it('carries the caller’s request id, in problems too', async () => {
      const told = await call('GET', '/accounts?limit=1', undefined, { 'X-Request-Id': 'my-request.1' })
      expect([told.status, told.headers.get('x-request-id')]).toEqual([200, 'my-request.1'])
      const wrong = await call('GET', '/accounts/none', undefined, { 'X-Request-Id': 'my-request.2' })
      isProblem(wrong, 404, 'not_found')
      expect(wrong.body.request_id).toBe('my-request.2')
      const odd = await call('GET', '/accounts?limit=1', undefined, { 'X-Request-Id': 'no\tgood' })
      expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    })

    it('for a route that is not there is 404, for whoever may ask', async () => {
      isProblem(await call('GET', '/nowhere'), 404, 'not_found')
      isProblem(await call('DELETE', '/accounts'), 404, 'not_found')
      isProblem(await call('GET', '/nowhere', undefined, { Authorization: '' }), 401, 'unauthenticated')
    })
  })

  describe('accounts', () => {
    it('open with an owner, who is a member by himself and holds the owner’s role', async () => {
      const owner = { userName: 'boss', email: 'boss@corp.example' }
      const account = await ok('POST', '/accounts', { name: ' Acme ', catalog: 'plivo', owner })
      expect(account).toMatchObject({ name: 'Acme', catalog: 'plivo', ownerId: expect.any(String) as string })
      expect(await ok('GET', `/accounts/${account.id}`)).toEqual({ ...account, ownerId: undefined })
      await settled(joinery.api, account.id as string)
      const { items } = await ok('GET', `/accounts/${account.id}/members`)
      expect(items).toMatchObject([
        { id: account.ownerId, userName: 'boss', email: 'boss@corp.example', roles: ['owner'] },
      ])
    })

    it('without an owner have nobody', async () => {
      const account = await ok('POST', '/accounts', { name: 'Empty', catalog: 'plivo' })
      expect(account.ownerId).toBeNull()
      expect(await ok('GET', `/accounts/${account.id}/members`)).toEqual({ items: [], next: null })
      expect(await ok('GET', `/accounts/${account.id}/mappings`)).toEqual({ items: [], next: null })
      expect(await ok('GET', `/accounts/${account.id}/propagation`)).toMatchObject({ pending: 0, blocked: 0 })
    })

    it('are listed page by page, each once', async () => {
      for (let each = 0; each < 5; each += 1) await ok('POST', '/accounts', { name: `Page ${each}`, catalog: 'plivo' })
      const whole = (await ok('GET', '/accounts?limit=500')).items.map(({ id }: any) => id)
      const walked: string[] = []
      for (let after = ''; ;) {
        const page = await ok('GET', `/accounts?limit=2${after}`)
        expect(page.items.length).toBeLessThanOrEqual(2)
        walked.push(...page.items.map(({ id }: any) => id))
        if (page.next === null) break
        after = `&after=${page.next}`
      }
      expect(walked).toEqual(whole)
    })
  })

  describe('members', () => {
    let crowd: Tenant
    const people = 260
    const list = (query: string): Promise<any> => ok('GET', `/accounts/${crowd.accountId}/members${query}`)
    beforeAll(async () => {
      crowd = await createTenant(joinery.api)
      const ids: string[] = await Promise.all(
        Array.from({ length: people }, async (_, index) => {
          const { body } = await crowd.scim(
            'POST',
            '/Users',
            okta.createUser(`m${index}`, { active: index % 10 !== 0 }),
          )
          return body.id as string
        }),
      )
      const { body } = await crowd.scim('POST', '/Groups', {
        displayName: 'Fifth',
        members: ids.filter((_, index) => index % 5 === 1),
      })
      const mapping = { connection: crowd.connectionId, groupId: body.id, role: 'support' }
      await ok('POST', `/accounts/${crowd.accountId}/mappings`, mapping)
      await settled(joinery.api, crowd.accountId)
    })

    const walk = async (query: string): Promise<{ sizes: number[]; names: string[] }> => {
      const sizes: number[] = []
      const names: string[] = []
      for (let after = ''; ;) {
        const page = await list(`?${query}${after}`)
        sizes.push(page.items.length as number)
        names.push(...page.items.map(({ userName }: any) => userName))
        if (page.next === null) return { sizes, names }
        after = `&after=${page.next}`
      }
    }

    it('are listed page by page behind the last one seen, each once', async () => {
      const { sizes, names } = await walk('limit=100')
      expect(sizes).toEqual([100, 100, 60])
      expect(new Set(names).size).toBe(people)
      expect((await walk('limit=260')).sizes).toEqual([260])
      expect((await walk('')).sizes).toEqual([100, 100, 60])
      const lost = await joinery.api.call('GET', `/accounts/${crowd.accountId}/members?after=zzzz`)
      expect([lost.status, lost.body.errors[0].path]).toEqual([400, 'after'])
    })

    it.each<[string, number]>([
      ['status=active', 234],
      ['status=suspended', 26],
      ['status=removed', 0],
      ['role=support', 52],
      ['role=developer', 0],
      ['role=nonsense', 0],
      ['userName=M7@CORP.example', 1],
      ['userName=m7', 0],
      ['role=support&status=active', 52],
      ['role=support&status=suspended', 0],
    ])('are found by %s: %i, page by page too', async (query, count) => {
      expect((await walk(`limit=20&${query}`)).names).toHaveLength(count)
    })

    it('show no more of a person than is told of all', async () => {
      const { items } = await list('?limit=1')
      expect(Object.keys(items[0]).sort()).toEqual(
        ['id', 'userName', 'email', 'displayName', 'status', 'suspendedBy', 'roles', 'desiredRev', 'appliedRev'].sort(),
      )
    })

    it('whose propagation is not blocked cannot be retried', async () => {
      const { items } = await list('?limit=1')
      const path = `/accounts/${crowd.accountId}/members/${items[0].id}/propagation/retry`
      isProblem(await call('POST', path), 409, 'conflict')
    })
  })

  describe('connections', () => {
    it('change in name and settings, as far as is told, and say so in the audit log', async () => {
      const own = await createConnection(joinery.api, tenant.accountId)
      const path = `/accounts/${own.accountId}/connections/${own.connectionId}`
      const shown = async () => (await ok('GET', `/accounts/${own.accountId}/connections`)).items
      const before = (await shown()).find(({ id }: any) => id === own.connectionId)
      expect(before).toMatchObject({ name: 'okta', emailPolicy: 'standard', rateLimit: null })
      const change = { name: ' Okta, new ', emailPolicy: 'strict', rateLimit: { perSecond: 40 } }
      const after = { ...before, name: 'Okta, new', emailPolicy: 'strict', rateLimit: { perSecond: 40, burst: 120 } }
      expect(await ok('PATCH', path, change)).toEqual(after)
      expect(await ok('PATCH', path, change)).toEqual(after)
      expect((await shown()).find(({ id }: any) => id === own.connectionId)).toEqual(after)
      expect(await ok('PATCH', path, { rateLimit: { perSecond: 0 } })).toEqual({
        ...after,
        rateLimit: { perSecond: 0, burst: 0 },
      })
      expect(await ok('PATCH', path, { rateLimit: null })).toEqual({ ...after, rateLimit: null })
      expect(
        (
          await own.scim(
            'POST',
            '/Users',
            okta.createUser('strict', {
              emails: [
                { value: 'a@corp.example', type: 'work', primary: true },
                { value: 'a@gmail.com', type: 'home' },
              ],
            }),
          )
        ).body.detail,
      ).toContain('gmail.com')
    })

    it('have settings from the start, if they are told', async () => {
      const body = { name: 'x', kind: 'okta', rateLimit: { perSecond: 25, burst: 30 } }
      const made = await ok('POST', `/accounts/${tenant.accountId}/connections`, body)
      expect(made.rateLimit).toEqual({ perSecond: 25, burst: 30 })
    })

    it.each<[object, string]>([
      [{}, ''],
      [{ kind: 'entra' }, 'kind'],
      [{ rateLimit: {} }, 'rateLimit.perSecond'],
      [{ rateLimit: { perSecond: 24 } }, 'rateLimit.perSecond'],
      [{ rateLimit: { perSecond: 1.5 } }, 'rateLimit.perSecond'],
      [{ rateLimit: { perSecond: 100, burst: 1 } }, 'rateLimit.burst'],
      [{ name: '' }, 'name'],
      [{ emailPolicy: 'lax' }, 'emailPolicy'],
    ])('are not changed by %j', async (change, where) => {
      const answer = await call('PATCH', `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`, change)
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors[0].path).toBe(where)
    })
  })

  describe('tokens', () => {
    const tokens = ({ accountId, connectionId }: Tenant): string =>
      `/accounts/${accountId}/connections/${connectionId}/tokens`

    it('two of a connection may live at once, one at work and one to rotate to', async () => {
      const own = await createTenant(joinery.api)
      const [first] = (await ok('GET', tokens(own))).items
      const second = await ok('POST', tokens(own), {})
      const third = await call('POST', tokens(own), {})
      isProblem(third, 409, 'conflict')
      expect(third.body.detail).toContain(first.id)
      expect((await own.scim('GET', '/Users')).status).toBe(200)
      expect((await own.scim('GET', '/Users', undefined, { Authorization: `Bearer ${second.token}` })).status).toBe(200)
      expect((await call('DELETE', `${tokens(own)}/${first.id}`)).status).toBe(204)
      expect((await own.scim('GET', '/Users')).status).toBe(401)
      expect((await call('POST', tokens(own), {})).status).toBe(201)
      expect((await call('DELETE', `${tokens(own)}/${first.id}`)).status).toBe(204)
    })

    it('one that has expired makes room', async () => {
      const own = await createTenant(joinery.api)
      await ok('POST', tokens(own), { expiresInDays: 1 })
      isProblem(await call('POST', tokens(own), {}), 409, 'conflict')
      clock.advance(86_400_000)
      expect((await call('POST', tokens(own), {})).status).toBe(201)
      expect((await ok('GET', tokens(own))).items.map(({ state }: any) => state).sort()).toEqual([
        'expired',
        'live',
        'live',
      ])
    })

    it('are shown once: a list tells the last four digits and when they were used', async () => {
      const own = await createTenant(joinery.api)
      const before = (await ok('GET', tokens(own))).items[0]
      expect(before).toMatchObject({ state: 'live', hint: own.token.slice(-4), lastUsedAt: null, revokedAt: null })
      await own.scim('GET', '/Users')
      const { items } = await ok('GET', tokens(own))
      expect(JSON.stringify(items)).not.toContain(own.token.split('_')[2])
      expect(Object.keys(items[0])).not.toContain('secretHash')
    })
  })

  describe('two accounts', () => {
    it('never reach into one another: what is the other’s is as absent as what nobody has', async () => {
      const [own, other] = await Promise.all([createTenant(joinery.api), createTenant(joinery.api)])
      const sibling = await createConnection(joinery.api, own.accountId)
      const { body: user } = await other.scim('POST', '/Users', okta.createUser('theirs'))
      expect(user.id).toBeTypeOf('string')
      const { body: group } = await other.scim('POST', '/Groups', okta.createGroup('Theirs'))
      const mapping = await ok('POST', `/accounts/${other.accountId}/mappings`, {
        ...{ connection: other.connectionId, groupId: group.id, role: 'developer' },
      })
      const [member] = (await ok('GET', `/accounts/${other.accountId}/members`)).items
      const [token] = (await ok('GET', `/accounts/${other.accountId}/connections/${other.connectionId}/tokens`)).items
      const client = await ok('POST', `/accounts/${other.accountId}/connections/${other.connectionId}/clients`, {
        name: 'x',
      })
      const ours = `/accounts/${own.accountId}`
      const add = (connection: string, groupId: string): object => ({ connection, groupId, role: 'developer' })
      const asks: [string, string, object?][] = [
        ['GET', `${ours}/connections/${other.connectionId}/groups`],
        ['GET', `${ours}/connections/${other.connectionId}/tokens`],
        ['POST', `${ours}/connections/${other.connectionId}/tokens`, {}],
        ['DELETE', `${ours}/connections/${other.connectionId}/tokens/${token.id}`],
        ['DELETE', `${ours}/connections/${own.connectionId}/tokens/${token.id}`],
        ['PATCH', `${ours}/connections/${other.connectionId}`, { name: 'taken' }],
        ['GET', `${ours}/connections/${other.connectionId}/clients`],
        ['POST', `${ours}/connections/${other.connectionId}/clients`, { name: 'taken' }],
        ['DELETE', `${ours}/connections/${own.connectionId}/clients/${client.id}`],
        ['POST', `${ours}/connections/${own.connectionId}/clients/${client.id}/secrets`, {}],
        ['DELETE', `${ours}/connections/${own.connectionId}/clients/${client.id}/secrets/${client.secrets[0].id}`],
        ['POST', `${ours}/mappings`, add(other.connectionId, group.id as string)],
        ['POST', `${ours}/mappings`, add(own.connectionId, group.id as string)],
        ['POST', `${ours}/mappings`, { connection: other.connectionId, groupName: 'Theirs', role: 'developer' }],
        ['POST', `${ours}/mappings/${mapping.id}/confirm`],
        ['DELETE', `${ours}/mappings/${mapping.id}`],
        ['GET', `${ours}/members/${member.id}`],
        ['POST', `${ours}/members/${member.id}/propagation/retry`],
      ]
      const absent = '00000000-0000-7000-8000-000000000000'
      const foreign = [
        other.connectionId,
        group.id,
        mapping.id,
        member.id,
        token.id,
        client.id,
        client.secrets[0].id,
      ] as string[]
      const neutral = (text: string): string => foreign.reduce((told, id) => told.replaceAll(id, absent), text)
      for (const [method, path, body] of asks) {
        const theirs = await call(method, path, body)
        const nobodys = await call(method, neutral(path), body && (JSON.parse(neutral(JSON.stringify(body))) as object))
        isProblem(theirs, 404, 'not_found')
        const { request_id: _one, ...told } = JSON.parse(neutral(JSON.stringify(theirs.body)))
        const { request_id: _two, ...wanted } = nobodys.body
        expect({ method, path, told }).toEqual({ method, path, told: wanted })
      }
      const ownToken = (await ok('GET', `${ours}/connections/${sibling.connectionId}/tokens`)).items[0]
      isProblem(await call('DELETE', `${ours}/connections/${own.connectionId}/tokens/${ownToken.id}`), 404, 'not_found')
      expect((await other.scim('GET', '/Users')).status).toBe(200)
      expect((await ok('GET', `/accounts/${other.accountId}/mappings`)).items).toHaveLength(1)
      expect((await ok('GET', `${ours}/mappings`)).items).toEqual([])
      expect((await ok('GET', `${ours}/members`)).items).toEqual([])
      expect((await ok('GET', `${ours}/connections`)).items).toHaveLength(2)
    })
  })
})
