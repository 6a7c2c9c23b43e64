import { describe, expect, it } from 'vitest'
import { createConnection, createTenant, type Tenant, isProblem } from '../support/api.ts'
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

  describe('connections', () => {
    it('change in name and settings, as far as is told, and say so in the audit log', async () => {
      const own = await createConnection(door.joinery.api, door.tenant.accountId)
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
      const made = await ok('POST', `/accounts/${door.tenant.accountId}/connections`, body)
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
      const answer = await call(
        'PATCH',
        `/accounts/${door.tenant.accountId}/connections/${door.tenant.connectionId}`,
        change,
      )
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors[0].path).toBe(where)
    })
  })

  describe('tokens', () => {
    const tokens = ({ accountId, connectionId }: Tenant): string =>
      `/accounts/${accountId}/connections/${connectionId}/tokens`

    it('two of a connection may live at once, one at work and one to rotate to', async () => {
      const own = await createTenant(door.joinery.api)
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
      const own = await createTenant(door.joinery.api)
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
      const own = await createTenant(door.joinery.api)
      const before = (await ok('GET', tokens(own))).items[0]
      expect(before).toMatchObject({ state: 'live', hint: own.token.slice(-4), lastUsedAt: null, revokedAt: null })
      await own.scim('GET', '/Users')
      const { items } = await ok('GET', tokens(own))
      expect(JSON.stringify(items)).not.toContain(own.token.split('_')[2])
      expect(Object.keys(items[0])).not.toContain('secretHash')
    })
  })
})
