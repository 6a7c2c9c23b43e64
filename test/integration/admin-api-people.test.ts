import { beforeAll, describe, expect, it } from 'vitest'
import { createTenant, settled, type Tenant, isProblem } from '../support/api.ts'
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

  describe('accounts', () => {
    it('open with an owner, who is a member by himself and holds the owner’s role', async () => {
      const owner = { userName: 'boss', email: 'boss@corp.example' }
      const account = await ok('POST', '/accounts', { name: ' Acme ', catalog: 'plivo', owner })
      expect(account).toMatchObject({ name: 'Acme', catalog: 'plivo', ownerId: expect.any(String) as string })
      expect(await ok('GET', `/accounts/${account.id}`)).toEqual({ ...account, ownerId: undefined })
      await settled(door.joinery.api, account.id as string)
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
      crowd = await createTenant(door.joinery.api)
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
      await settled(door.joinery.api, crowd.accountId)
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
      const lost = await door.joinery.api.call('GET', `/accounts/${crowd.accountId}/members?after=zzzz`)
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
        [
          ...['id', 'userName', 'email', 'displayName', 'status', 'suspendedBy', 'switchedOff'],
          ...['roles', 'desiredRev', 'appliedRev'],
        ].sort(),
      )
    })

    it('whose propagation is not blocked cannot be retried', async () => {
      const { items } = await list('?limit=1')
      const path = `/accounts/${crowd.accountId}/members/${items[0].id}/propagation/retry`
      isProblem(await call('POST', path), 409, 'conflict')
    })
  })
})
