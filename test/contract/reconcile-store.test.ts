import { afterAll, beforeAll, expect, it } from 'vitest'
import { createReconcileStore } from '../../src/adapters/db/reconcile-store.ts'
import type { Outcome, ReconcileInput, ReconcileStore } from '../../src/application/propagation/reconcile-ports.ts'
import { newId } from '../../src/adapters/system/ids.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import { createClock, type TestClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, propagator, startJoinery, type Joinery } from '../support/joinery.ts'
import { aPerson, aPlace, enter, suspend, type Place } from '../support/people.ts'

const leaseMs = 5000
const grant = { role: 'developer', source: 'manual', paths: [{ assignment: 'a' }] } as const

describeOnBoth('the reconcile store', (kind) => {
  let joinery: Joinery
  let store: ReconcileStore
  let clock: TestClock
  let place: Place
  beforeAll(async () => {
    clock = createClock()
    let database: Database | undefined
    const keep = (opened: Database): Database => (database = opened)
    joinery = await startJoinery({ database: kind, workers: false, clock, wrapDatabase: keep })
    store = createReconcileStore(database as unknown as Database, { newId, now: clock.now, random: () => 0.5 })
    place = await aPlace(joinery)
  })
  afterAll(() => joinery.close())

  const claimOne = async (memberId: string) => (await store.claim([memberId], 'test', leaseMs))[0]
  const readOne = async (memberId: string): Promise<ReconcileInput> => {
    const claim = await claimOne(memberId)
    if (claim === undefined) throw new Error('not claimed')
    const [input] = await store.read([claim])
    return input as ReconcileInput
  }
  const granting = (input: ReconcileInput): Outcome => ({
    input,
    plan: { removed: [], set: [grant] },
    revisitAt: null,
    profile: null,
    gained: ['developer'],
    lost: [],
  })
  const settle = async (): Promise<void> => {
    for (;;) {
      const lagging = await store.lagging({ limit: 500, olderThanMs: 0 })
      if (lagging.length === 0) return
      await joinery.runtime.app.reconcile(propagator, {
        memberIds: lagging.map(({ memberId }) => memberId),
        owner: 'settle',
        leaseMs,
      })
    }
  }
  const grantsOf = async (memberId: string) =>
    (await joinery.runtime.app.showMember(operator, { accountId: place.accountId, memberId })).grants.map(
      ({ role }) => role,
    )

  it('shows leavers first, then the oldest, and everybody once over several pages', async () => {
    await settle()
    const people = []
    for (let index = 0; index < 7; index += 1) people.push(await aPerson(joinery, place, `order${index}`))
    const leaver = await aPerson(joinery, place, 'orderleaver')
    await suspend(joinery, place, leaver.id)
    const first = await store.lagging({ limit: 3, olderThanMs: 0 })
    expect(first[0]).toMatchObject({ memberId: leaver.memberId, leaving: true })
    const seen = [...first]
    for (let after = first.at(-1)?.cursor; after !== undefined;) {
      const page = await store.lagging({ limit: 3, olderThanMs: 0, after })
      seen.push(...page)
      after = page.length < 3 ? undefined : page.at(-1)?.cursor
    }
    expect(seen.map(({ memberId }) => memberId)).toEqual([leaver, ...people].map(({ memberId }) => memberId))
  })

  it('leaves out whoever has lagged for less than asked', async () => {
    const { memberId } = await aPerson(joinery, place, 'young')
    const ids = async (olderThanMs: number) =>
      (await store.lagging({ limit: 500, olderThanMs })).map((each) => each.memberId)
    expect(await ids(60_000)).not.toContain(memberId)
    clock.advance(61_000)
    expect(await ids(60_000)).toContain(memberId)
  })

  it('leaves out whoever lags by a change of the account for less than asked', async () => {
    const there = await aPlace(joinery)
    const { memberId } = await aPerson(joinery, there, 'lately')
    await settle()
    const { app } = joinery.runtime
    await app.removeMapping(operator, { accountId: there.accountId, mappingId: there.mappingId })
    const lags = async (accountOlderThanMs: number) =>
      (await store.lagging({ limit: 500, olderThanMs: 0, accountOlderThanMs })).some(
        (each) => each.memberId === memberId,
      )
    expect(await lags(0)).toBe(true)
    expect(await lags(60_000)).toBe(false)
    clock.advance(61_000)
    expect(await lags(60_000)).toBe(true)
  })

  it('lets one of two claim, and another only after the lease is over', async () => {
    const { memberId } = await aPerson(joinery, place, 'claimed')
    const claims = await Promise.all([claimOne(memberId), claimOne(memberId)])
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
    expect((await store.lagging({ limit: 500, olderThanMs: 0 })).map((each) => each.memberId)).not.toContain(memberId)
    clock.advance(leaseMs + 1)
    expect(await claimOne(memberId)).toBeDefined()
  })

  it('writes nothing for a zombie whose claim is not the last any more', async () => {
    const { memberId } = await aPerson(joinery, place, 'zombie')
    const old = await readOne(memberId)
    clock.advance(leaseMs + 1)
    const fresh = await readOne(memberId)
    expect(await store.apply(propagator, [granting(old)])).toMatchObject({
      applied: [],
      fenced: [memberId],
      behind: [],
    })
    expect(await grantsOf(memberId)).toEqual([])
    const { applied } = await store.apply(propagator, [{ ...granting(fresh), plan: { removed: [], set: [] } }])
    expect(applied.map((each) => each.memberId)).toEqual([memberId])
  })

  it('writes nothing for a reconcile that read "active" before a suspension, and gives its lease back', async () => {
    const user = await aPerson(joinery, place, 'fenced')
    const input = await readOne(user.memberId)
    await suspend(joinery, place, user.id)
    const { applied, fenced, behind } = await store.apply(propagator, [granting(input)])
    expect(applied).toEqual([])
    expect(fenced).toEqual([user.memberId])
    expect(behind.map((each) => each.memberId)).toEqual([user.memberId])
    expect(await claimOne(user.memberId)).toBeDefined()
  })

  it('says who is still behind when something changed while the reconcile ran', async () => {
    const user = await aPerson(joinery, place, 'behind')
    const input = await readOne(user.memberId)
    await enter(joinery, place, user.id)
    const { applied, behind } = await store.apply(propagator, [{ ...granting(input), plan: { removed: [], set: [] } }])
    expect(applied).toHaveLength(1)
    expect(behind).toEqual([{ accountId: place.accountId, memberId: user.memberId, leaving: false }])
    await settle()
    expect(await grantsOf(user.memberId)).toEqual(['developer'])
  })

  it('lags everybody of an account by one write, and nobody of another', async () => {
    const user = await aPerson(joinery, place, 'epoch')
    await enter(joinery, place, user.id)
    await settle()
    const other = await aPlace(joinery)
    const stranger = await aPerson(joinery, other, 'stranger')
    await settle()
    await joinery.runtime.app.removeMapping(operator, { accountId: place.accountId, mappingId: place.mappingId })
    const lagging = (await store.lagging({ limit: 500, olderThanMs: 0 })).map((each) => each.memberId)
    expect(lagging).toContain(user.memberId)
    expect(lagging).not.toContain(stranger.memberId)
    await settle()
    expect(await grantsOf(user.memberId)).toEqual([])
  })

  it('makes a failed member wait, longer each time, and blocks him where that was asked', async () => {
    const { memberId } = await aPerson(joinery, place, 'failing')
    const failing = async (blocked: boolean, attempts: number): Promise<void> => {
      const claim = await readOne(memberId)
      await store.fail(propagator, [{ claim, errorClass: 'bug', message: 'no', attempts, blocked }])
    }
    const lags = async () =>
      (await store.lagging({ limit: 500, olderThanMs: 0 })).some((each) => each.memberId === memberId)
    await failing(false, 1)
    expect(await lags()).toBe(false)
    clock.advance(2001)
    expect(await lags()).toBe(true)
    await failing(true, 10)
    clock.advance(86_400_000)
    expect(await lags()).toBe(false)
    const status = await joinery.runtime.app.propagationStatus(operator, place.accountId)
    expect(status.blocked).toBe(1)
    await joinery.runtime.app.retryPropagation(operator, { accountId: place.accountId, memberId })
    expect(await lags()).toBe(true)
    await settle()
  })

  it('lets a newer change unblock a blocked member', async () => {
    const user = await aPerson(joinery, place, 'unblocked')
    const claim = await readOne(user.memberId)
    await store.fail(propagator, [{ claim, errorClass: 'bug', message: 'no', attempts: 10, blocked: true }])
    await suspend(joinery, place, user.id)
    const lagging = await store.lagging({ limit: 500, olderThanMs: 0 })
    expect(lagging[0]).toMatchObject({ memberId: user.memberId, leaving: true })
    await settle()
  })
})
