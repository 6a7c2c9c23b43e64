import { afterAll, beforeAll, expect, it } from 'vitest'
import type { UnitOfWork } from '../../src/application/ports.ts'
import { createUnitOfWork } from '../../src/adapters/db/unit-of-work.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import { newId } from '../../src/adapters/system/ids.ts'
import { createConnection, createTenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { aPerson, aPlace, enter, facts, type Place, anAccount } from '../support/people.ts'

describeOnBoth('the stores of one transaction', (kind) => {
  let joinery: Joinery
  let unitOfWork: UnitOfWork
  let place: Place
  beforeAll(async () => {
    let database: Database | undefined
    joinery = await startJoinery({ database: kind, workers: false, wrapDatabase: (opened) => (database = opened) })
    unitOfWork = createUnitOfWork(database as unknown as Database, { newId, afterCommit: () => undefined })
    place = await aPlace(joinery)
  })
  afterAll(() => joinery.close())

  it('keep all of a unit of work, or nothing', async () => {
    const id = newId()
    const broken = unitOfWork(async (tx) => {
      await tx.accounts.insert(anAccount(id))
      throw new Error('half way')
    })
    await expect(broken).rejects.toThrow('half way')
    expect(await unitOfWork((tx) => tx.accounts.find(id))).toBeUndefined()
  })

  it('undo nothing of another unit that ran beside a broken one', async () => {
    const ids = Array.from({ length: 20 }, newId)
    const results = await Promise.allSettled(
      ids.map((id, index) =>
        unitOfWork(async (tx) => {
          await tx.accounts.insert(anAccount(id))
          if (index % 3 === 0) throw new Error('broken')
        }),
      ),
    )
    const kept = await Promise.all(ids.map((id) => unitOfWork((tx) => tx.accounts.find(id))))
    expect(kept.map((account) => account !== undefined)).toEqual(results.map(({ status }) => status === 'fulfilled'))
    expect(kept.filter((account) => account !== undefined)).toHaveLength(13)
  })

  it('tell a taken userName as a conflict, whatever its letter case', async () => {
    await aPerson(joinery, place, 'twice')
    const again = joinery.runtime.app.createUser(operator, {
      connection: place.connection,
      facts: facts('TWICE', { externalId: null }),
    })
    await expect(again).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('userName') as string,
    })
  })

  it('let one of fifty equal creates win, and store one row', async () => {
    const tenant = await createTenant(joinery.api)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => tenant.scim('POST', '/Users', okta.createUser('race'))),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status, body }) => status === 409 && body.scimType === 'uniqueness')).toHaveLength(49)
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
    expect(items).toHaveLength(1)
  })

  it('keep forty members whom forty parallel requests add, with no conflict', async () => {
    const tenant = await createTenant(joinery.api)
    const group = await tenant.scim('POST', '/Groups', okta.createGroup('Forty'))
    const ids = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, index) => (await tenant.scim('POST', '/Users', okta.createUser(`f${index}`))).body.id as string,
      ),
    )
    const answers = await Promise.all(
      ids.map((id) => tenant.scim('PATCH', `/Groups/${group.body.id}`, okta.addMembers(id))),
    )
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 204))
    const { body } = await tenant.scim('GET', `/Groups/${group.body.id}`)
    expect((body.members as { value: string }[]).map(({ value }) => value).sort()).toEqual(ids.sort())
  })

  it('move memberships as deltas and name exactly those that moved', async () => {
    const group = await unitOfWork((tx) => tx.groups.find(place.connection.id, place.groupId))
    if (group === undefined) throw new Error('no group')
    const values = Array.from({ length: 4500 }, (_, index) => `value-${index}`)
    expect(await unitOfWork((tx) => tx.memberships.add(group, values))).toHaveLength(4500)
    expect(await unitOfWork((tx) => tx.memberships.add(group, ['value-1', 'fresh', 'fresh']))).toEqual(['fresh'])
    expect(await unitOfWork((tx) => tx.memberships.remove(group, ['value-7', 'never']))).toEqual(['value-7'])
    expect(await unitOfWork((tx) => tx.memberships.remove(group, values))).toHaveLength(4499)
    expect(await unitOfWork((tx) => tx.memberships.values(group.id, { after: undefined, limit: 10 }))).toEqual([
      'fresh',
    ])
    expect(await unitOfWork((tx) => tx.memberships.values(group.id, { after: 'fresh', limit: 10 }))).toEqual([])
  })

  it('mark a member whom a group lets in and out, and nobody who stays', async () => {
    const [moving, staying] = [await aPerson(joinery, place, 'moving'), await aPerson(joinery, place, 'staying')]
    await enter(joinery, place, staying.id)
    const revs = async () => {
      const { items } = await joinery.api.ok('GET', `/accounts/${place.accountId}/members?limit=500`)
      const revOf = (id: string): number =>
        (items as { id: string; desiredRev: number }[]).find((each) => each.id === id)?.desiredRev ?? 0
      return [revOf(moving.memberId), revOf(staying.memberId)]
    }
    const before = await revs()
    await enter(joinery, place, moving.id, staying.id)
    expect(await revs()).toEqual([(before[0] ?? 0) + 1, before[1]])
    const { app } = joinery.runtime
    await app.changeGroup(operator, {
      connection: place.connection,
      groupId: place.groupId,
      change: (current) => current,
      steps: [{ kind: 'remove', values: [moving.id] }],
    })
    expect(await revs()).toEqual([(before[0] ?? 0) + 2, before[1]])
  })

  it('never see another connection’s directory', async () => {
    const one = await createTenant(joinery.api)
    const two = await createConnection(joinery.api, one.accountId)
    const user = await one.scim('POST', '/Users', okta.createUser('apart'))
    expect((await two.scim('GET', `/Users/${user.body.id}`)).status).toBe(404)
    expect((await two.scim('GET', '/Users')).body.totalResults).toBe(0)
    expect((await two.scim('POST', '/Users', okta.createUser('apart'))).status).toBe(201)
  })
})
