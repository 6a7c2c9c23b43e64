import { describe, expect, it } from 'vitest'
import { createRandom } from '../support/random.ts'
import { createClock } from '../support/clock.ts'
import { createTenant, eventually, settled } from '../support/api.ts'
import { describeOnBoth, describeWith } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, propagator, startJoinery } from '../support/joinery.ts'
import { aPerson, aPlace, enter, suspend } from '../support/people.ts'
import { freePort, startRedis } from '../support/servers.ts'

describeOnBoth('the propagation', (kind) => {
  it('changes nothing when it runs a second time', async () => {
    const joinery = await startJoinery({ database: kind, workers: false })
    const place = await aPlace(joinery)
    const user = await aPerson(joinery, place, 'again')
    await enter(joinery, place, user.id)
    const run = () =>
      joinery.runtime.app.reconcile(propagator, { memberIds: [user.memberId], owner: 'test', leaseMs: 5000 })
    await run()
    const show = () => joinery.runtime.app.showMember(operator, { accountId: place.accountId, memberId: user.memberId })
    const before = await show()
    expect(before.roles).toEqual(['developer'])
    await run()
    expect(await show()).toEqual(before)
    await joinery.close()
  })

  it('counts a loss at once and a gain when it has been applied, with all workers stopped', async () => {
    const joinery = await startJoinery({ database: kind, workers: false })
    const place = await aPlace(joinery)
    const user = await aPerson(joinery, place, 'lagging')
    await enter(joinery, place, user.id)
    const item = async () => (await joinery.api.ok('GET', `/accounts/${place.accountId}/members`)).items[0]
    expect(await item()).toMatchObject({ status: 'active', roles: [] })
    await joinery.runtime.app.reconcile(propagator, { memberIds: [user.memberId], owner: 'test', leaseMs: 5000 })
    expect((await item()).roles).toEqual(['developer'])
    await joinery.api.ok('DELETE', `/accounts/${place.accountId}/mappings/${place.mappingId}`)
    expect(await item()).toMatchObject({ status: 'active', roles: [] })
    expect((await joinery.api.ok('GET', `/accounts/${place.accountId}/members?role=developer`)).items).toEqual([])
    await suspend(joinery, place, user.id)
    expect(await item()).toMatchObject({ status: 'suspended', suspendedBy: ['directory'], roles: [] })
    await joinery.close()
  })

  it('parks a member whose reconcile always fails, and carries everybody else', async () => {
    let poison = ''
    const joinery = await startJoinery({
      database: kind,
      workers: false,
      wrapPorts: (ports) => ({
        ...ports,
        reconcileStore: {
          ...ports.reconcileStore,
          apply: (op, outcomes) => {
            if (outcomes.some(({ input }) => input.memberId === poison)) return Promise.reject(new Error('poison'))
            return ports.reconcileStore.apply(op, outcomes)
          },
        },
      }),
    })
    const place = await aPlace(joinery)
    const people = []
    for (let index = 0; index < 12; index += 1) people.push(await aPerson(joinery, place, `p${index}`))
    await enter(joinery, place, ...people.map(({ id }) => id))
    poison = people[5]?.memberId ?? ''
    const memberIds = people.map(({ memberId }) => memberId)
    const result = await joinery.runtime.app.reconcile(propagator, { memberIds, owner: 'test', leaseMs: 5000 })
    expect(result).toMatchObject({ applied: 11, failed: 1 })
    const { items } = await joinery.api.ok('GET', `/accounts/${place.accountId}/members?role=developer`)
    expect(items).toHaveLength(11)
    await joinery.close()
  })

  it('blocks a member whose account lives under a catalog that is not loaded, and says so', async () => {
    const joinery = await startJoinery({
      database: kind,
      workers: false,
      wrapPorts: (ports) => ({ ...ports, catalogs: catalogsUntilTaken(ports.catalogs) }),
    })
    const place = await aPlace(joinery)
    const user = await aPerson(joinery, place, 'homeless')
    taken = true
    await joinery.runtime.app.reconcile(propagator, { memberIds: [user.memberId], owner: 'test', leaseMs: 5000 })
    taken = false
    const status = await joinery.api.ok('GET', `/accounts/${place.accountId}/propagation`)
    expect(status).toMatchObject({ blocked: 1, pending: 0 })
    const detail = await joinery.api.ok('GET', `/accounts/${place.accountId}/members/${user.memberId}`)
    expect(detail.propagation).toMatchObject({ status: 'blocked', attempts: 1, errorClass: 'upstream_rejected' })
    expect(detail.propagation.error).toContain('role catalog "plivo" is not loaded')
    const retried = await joinery.api.call(
      'POST',
      `/accounts/${place.accountId}/members/${user.memberId}/propagation/retry`,
      {},
    )
    expect(retried.status).toBe(204)
    await joinery.close()
  })

  it('tries a blocked member again after a change of his whole account', async () => {
    const joinery = await startJoinery({
      database: kind,
      workers: false,
      wrapPorts: (ports) => ({ ...ports, catalogs: catalogsUntilTaken(ports.catalogs) }),
    })
    const place = await aPlace(joinery)
    const user = await aPerson(joinery, place, 'reopened')
    const run = () =>
      joinery.runtime.app.reconcile(propagator, { memberIds: [user.memberId], owner: 'test', leaseMs: 5000 })
    taken = true
    await run()
    taken = false
    expect(await run()).toMatchObject({ applied: 0 })
    await joinery.api.ok('DELETE', `/accounts/${place.accountId}/mappings/${place.mappingId}`)
    expect(await run()).toMatchObject({ applied: 1 })
    await joinery.close()
  })

  it('carries a change of a mapping to everybody behind it', async () => {
    const joinery = await startJoinery({ database: kind })
    const place = await aPlace(joinery)
    const people = []
    for (let index = 0; index < 120; index += 1) people.push(await aPerson(joinery, place, `p${index}`))
    await enter(joinery, place, ...people.map(({ id }) => id))
    await settled(joinery.api, place.accountId)
    const holders = async (role: string): Promise<number> =>
      (await joinery.api.ok('GET', `/accounts/${place.accountId}/members?role=${role}&limit=500`)).items.length
    expect(await holders('developer')).toBe(120)
    await joinery.api.ok('DELETE', `/accounts/${place.accountId}/mappings/${place.mappingId}`)
    await joinery.api.ok('POST', `/accounts/${place.accountId}/mappings`, {
      connection: place.connection.id,
      groupId: place.groupId,
      role: 'support',
    })
    await settled(joinery.api, place.accountId)
    expect([await holders('developer'), await holders('support')]).toEqual([0, 120])
    await joinery.close()
  })
})

async function checksOf(url: string): Promise<unknown> {
  const body = (await (await fetch(`${url}/readyz`)).json()) as { checks: unknown }
  return body.checks
}

let taken = false
function catalogsUntilTaken<T>(catalogs: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Proxy(catalogs, {
    get: (target, name) => {
      if (name === 'get') return (id: string) => (taken ? undefined : target.get(id))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describeWith(['redis'], 'with Redis as the queue', () => {
  it('carries a joiner through BullMQ', async () => {
    const redis = await startRedis()
    const joinery = await startJoinery({ queueUrl: redis?.url ?? '' })
    const tenant = await createTenant(joinery.api)
    await tenant.scim('POST', '/Users', okta.createUser('queued'))
    await settled(joinery.api, tenant.accountId)
    expect(await checksOf(joinery.url)).toMatchObject({ database: 'ok', queue: 'ok' })
    await joinery.close()
    await redis?.stop()
  })

  it('reconciles in the sweep whom the queue has not served in time', async () => {
    const redis = await startRedis()
    const clock = createClock()
    const joinery = await startJoinery({ queueUrl: redis?.url ?? '', workers: false, clock })
    const sweep = joinery.runtime.startSweep()
    const place = await aPlace(joinery)
    const user = await aPerson(joinery, place, 'unserved')
    await enter(joinery, place, user.id)
    const applied = async (): Promise<boolean> => {
      const { items } = await joinery.api.ok('GET', `/accounts/${place.accountId}/members`)
      return items[0].appliedRev === items[0].desiredRev
    }
    expect(await applied()).toBe(false)
    clock.advance(3500)
    sweep.wake()
    await eventually(applied, (done) => done)
    clock.advance(1)
    await joinery.api.ok('DELETE', `/accounts/${place.accountId}/mappings/${place.mappingId}`)
    clock.advance(2000)
    expect(await joinery.api.ok('GET', `/accounts/${place.accountId}/propagation`)).toMatchObject({ pending: 1 })
    clock.advance(2000)
    sweep.wake()
    await settled(joinery.api, place.accountId)
    await sweep.close()
    await joinery.close()
    await redis?.stop()
  })

  it('goes on in process while Redis is away, and no request waits for it', async () => {
    const joinery = await startJoinery({ queueUrl: `redis://127.0.0.1:${await freePort()}` })
    const tenant = await createTenant(joinery.api)
    const random = createRandom(1)
    for (let index = 0; index < 20; index += 1) {
      const { status } = await tenant.scim('POST', '/Users', okta.createUser(`away${index}${random.int(10)}`))
      expect(status).toBe(201)
    }
    await settled(joinery.api, tenant.accountId, 20_000)
    const ready = await fetch(`${joinery.url}/readyz`)
    expect(ready.status).toBe(200)
    expect(await checksOf(joinery.url)).toMatchObject({ database: 'ok', queue: 'unreachable' })
    await joinery.close()
  })
})

describe('shutting down', () => {
  it('lets what is under way finish and takes nothing new', async () => {
    const joinery = await startJoinery()
    const tenant = await createTenant(joinery.api)
    const under = Array.from({ length: 30 }, (_, index) =>
      tenant.scim('POST', '/Users', okta.createUser(`last${index}`)),
    )
    await eventually(
      () => joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`),
      ({ items }) => items.length > 0,
    )
    const closing = joinery.close()
    const answers = await Promise.allSettled(under)
    await closing
    expect(answers.every((answer) => answer.status === 'rejected' || answer.value.status === 201)).toBe(true)
    await expect(fetch(`${joinery.url}/healthz`)).rejects.toThrow()
  })
})
