import { describe, expect, it } from 'vitest'
import { createConnection, createTenant, isProblem } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { type Joinery } from '../support/joinery.ts'
import { useDoor } from '../support/door.ts'

describeOnBoth('the admin API', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock, kind: 'okta', workers: true })
  const call: Joinery['api']['call'] = (...args) => door.joinery.api.call(...args)
  const ok: Joinery['api']['ok'] = (...args) => door.joinery.api.ok(...args)

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
      const connections = `/accounts/${door.tenant.accountId}/connections`
      expect(await problems('POST', connections, { kind: 'adfs', emailPolicy: 'lax' })).toEqual([
        'name',
        'kind',
        'emailPolicy',
      ])
      expect(
        await problems('POST', `${connections}/${door.tenant.connectionId}/tokens`, { expiresInDays: 366 }),
      ).toEqual(['expiresInDays'])
      const clients = `${connections}/${door.tenant.connectionId}/clients`
      expect(await problems('POST', clients, { name: '', scopes: ['all'], secretExpiresInDays: 1096 })).toEqual([
        'name',
        'scopes.0',
        'secretExpiresInDays',
      ])
      expect(await problems('POST', clients, { name: 'x', scopes: [], assertion: {} })).toEqual([
        'scopes',
        'assertion.jwksUrl',
      ])
      expect(await problems('POST', `/accounts/${door.tenant.accountId}/mappings`, {})).toEqual(['connection', 'role'])
      expect(await problems('GET', `/accounts/${door.tenant.accountId}/members?limit=501&status=gone`)).toEqual([
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
      expect(
        await problems('GET', `/accounts/${door.tenant.accountId}/members?userName=a%00b&after=%00&role=%00`),
      ).toEqual(['after', 'userName', 'role'])
    })

    it('may be a catalog that is not there, told with those that are', async () => {
      const answer = await call('POST', '/accounts', { name: 'X', catalog: 'nonsense' })
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors).toEqual([{ path: 'catalog', message: expect.stringContaining('plivo') as string }])
    })

    it('may be a personal address, refused by its rule, with the field that it was told in', async () => {
      const account = { name: 'X', catalog: 'plivo' }
      const { id: accountId } = await ok('POST', '/accounts', account)
      const boss = { userName: 'boss', email: 'boss@gmail.com' }
      const refusals = [
        ['owner.email', '/accounts', { ...account, owner: boss }],
        ['owner.userName', '/accounts', { ...account, owner: { userName: boss.email, email: 'boss@corp.example' } }],
        ['email', `/accounts/${accountId}/members`, boss],
        ['email', `/accounts/${accountId}/invitations`, { email: boss.email, roles: ['support'] }],
      ] as const
      for (const [field, path, body] of refusals) {
        const answer = await call('POST', path, body)
        isProblem(answer, 422, 'policy_violation')
        const message = expect.stringMatching(/^gmail\.com is a personal mail provider/) as string
        expect(answer.body).toMatchObject({ rule: 'personal_domain', errors: [{ path: field, message }] })
      }
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

  describe('two accounts', () => {
    it('never reach into one another: what is the other’s is as absent as what nobody has', async () => {
      const [own, other] = await Promise.all([createTenant(door.joinery.api), createTenant(door.joinery.api)])
      const sibling = await createConnection(door.joinery.api, own.accountId)
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
