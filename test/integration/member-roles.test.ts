import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeMember } from '../../src/application/access/judge-member.ts'
import type { Operation } from '../../src/application/operation.ts'
import type { Views } from '../../src/application/views.ts'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { createConnection } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { okta } from '../support/idp.ts'
import { operator, propagator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const catalogs = loadShippedCatalogs()
const hourMs = 3_600_000

describeOnBoth('roles by hand', (database) => {
  let joinery: Joinery
  let views: Views
  let close: () => Promise<void>
  const clock = createClock()
  const app = () => joinery.runtime.app
  const judge = (memberId: string) => judgeMember({ views, catalogs, clock }, memberId)
  const roles = async (memberId: string) => (await judge(memberId))?.roles
  let names = 0
  const person = () => {
    const name = `n${(names += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const account = async (catalog: string, entitlements: string[] = []) => {
    const opened = await app().createAccount(operator, { name: catalog, catalog, entitlements, owner: person() })
    await settle(joinery)
    return { accountId: opened.id, ownerId: opened.ownerId ?? '' }
  }
  const member = async (accountId: string, ...given: string[]): Promise<string> => {
    const { id } = await app().addMember(operator, { accountId, ...person() })
    for (const role of given) await app().assignRole(operator, { accountId, memberId: id, role })
    await settle(joinery)
    return id
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
    const look = await lookInto(joinery.database)
    views = look.views
    close = look.close
  })
  afterAll(async () => {
    await close()
    await joinery.close()
  })

  it('take the place of one another where a member holds one role', async () => {
    const { accountId } = await account('plivo')
    const id = await member(accountId, 'developer', 'support')
    expect(await roles(id)).toEqual(['support'])
    await app().unassignRole(operator, { accountId, memberId: id, role: 'support' })
    expect(await roles(id)).toEqual([]) // at once
    await expect(app().unassignRole(operator, { accountId, memberId: id, role: 'support' })).rejects.toThrow(
      'not assigned',
    )
  })

  it('iotcomms-1: stand side by side where a member holds several', async () => {
    const { accountId } = await account('iotcomms')
    const id = await member(accountId, 'hybrid_admin', 'billing_administrator')
    expect(await roles(id)).toEqual(['billing_administrator', 'hybrid_admin'])
  })

  it('cpaas-iam-7: one of each group: a Platform and a Turnkey role together, given and taken apart', async () => {
    const { accountId } = await account('cpaas-iam')
    const groups = new Map<string, string[]>()
    for (const { id, group, flags } of catalogs.get('cpaas-iam')?.roles ?? []) {
      if (group !== undefined && !flags.unassignable) groups.set(group, [...(groups.get(group) ?? []), id])
    }
    const [one = [], other = []] = [...groups.values()]
    const id = await member(accountId, ...one, ...other)
    expect(await roles(id)).toEqual([one.at(-1), other.at(-1)].sort())
    await app().unassignRole(operator, { accountId, memberId: id, role: other.at(-1) ?? '' })
    expect(await roles(id)).toEqual([one.at(-1)])
  })

  it('begin and end on the instant, with no worker at work', async () => {
    const { accountId } = await account('plivo')
    const memberId = await member(accountId)
    const now = clock.now()
    const span = { validFrom: now + hourMs, validTo: now + 3 * hourMs }
    await app().assignRole(operator, { accountId, memberId, role: 'developer', ...span })
    await settle(joinery)
    expect(await roles(memberId)).toEqual([])
    const lost = async () =>
      (await app().showMember(operator, { accountId, memberId })).losses.map(({ reason }) => reason)
    expect(await lost()).toEqual(['not_yet'])
    clock.advance(2 * hourMs)
    expect(await roles(memberId)).toEqual(['developer'])
    const { items } = await app().listMembers(operator, { accountId, limit: 10, after: undefined })
    expect(items.find(({ id }) => id === memberId)?.roles).toEqual(['developer'])
    await settle(joinery) // the sweep finds whose time has come
    expect((await views.memberWithAccount(memberId))?.grants).toMatchObject([{ role: 'developer' }])
    clock.advance(2 * hourMs)
    expect(await roles(memberId)).toEqual([])
    expect(await lost()).toEqual(['expired'])
    await settle(joinery)
    expect((await views.memberWithAccount(memberId))?.grants).toEqual([])
    const again = await app().findLagging(propagator, { limit: 500, olderThanMs: 0 })
    expect(again.filter((each) => each.memberId === memberId)).toEqual([])
  })

  it('refuse a span that has no time in it', async () => {
    const { accountId } = await account('plivo')
    const memberId = await member(accountId)
    const now = clock.now()
    const assign = (span: object) => app().assignRole(operator, { accountId, memberId, role: 'support', ...span })
    await expect(assign({ validTo: now - 1 })).rejects.toThrow('must lie in the future')
    await expect(assign({ validFrom: now + 10_000, validTo: now + 10_000 })).rejects.toThrow('behind validFrom')
  })

  it('overrule the directory’s and give way to it when they end', async () => {
    const { accountId } = await account('plivo')
    const tenant = await createConnection(joinery.api, accountId)
    const { body: user } = await tenant.scim('POST', '/Users', okta.createUser(`d${(names += 1)}`))
    const { body: group } = await tenant.scim('POST', '/Groups', {
      ...okta.createGroup('Devs'),
      members: [{ value: user.id }],
    })
    await app().addMapping(operator, {
      accountId,
      connectionId: tenant.connectionId,
      group: { id: group.id },
      role: 'developer',
    })
    await settle(joinery)
    const { items } = await app().listMembers(operator, {
      accountId,
      limit: 10,
      after: undefined,
      userName: user.userName,
    })
    const memberId = items[0]?.id ?? ''
    expect(await roles(memberId)).toEqual(['developer'])
    await app().assignRole(operator, { accountId, memberId, role: 'support', validTo: clock.now() + hourMs })
    await settle(joinery)
    expect(await roles(memberId)).toEqual(['support'])
    clock.advance(2 * hourMs)
    expect(await roles(memberId)).toEqual(['developer'])
    await expect(app().removeMember(operator, { accountId, memberId })).rejects.toMatchObject({
      rule: 'directory_owns',
    })
  })

  describe('given by a person', () => {
    it('are those that the catalog’s table lets him hand out', async () => {
      const { accountId, ownerId } = await account('plivo', ['role-management'])
      const admin = await member(accountId, 'admin')
      const developer = await member(accountId, 'developer')
      const someone = await member(accountId)
      const give = (by: string, role: string, memberId = someone) =>
        app().assignRole(as(by, accountId), { accountId, memberId, role })
      await expect(give(admin, 'admin')).resolves.toMatchObject({ role: 'admin', assignedBy: `member:${admin}` })
      await expect(give(ownerId, 'support')).resolves.toMatchObject({ role: 'support' })
      await expect(give(developer, 'support')).rejects.toMatchObject({ rule: 'not_allowed' })
      await expect(give(developer, 'admin', developer)).rejects.toMatchObject({ rule: 'not_allowed' })
      await expect(give(admin, 'owner')).rejects.toMatchObject({ rule: 'role_not_assignable' })
      await expect(give(admin, 'astronaut')).rejects.toThrow('choose one of: admin')
    })

    it('studio-7: are at home on the level of the account, and inside his purview', async () => {
      const top = await app().createAccount(operator, {
        name: 'SP',
        catalog: 'studio',
        level: 'service-provider',
        owner: person(),
      })
      const below = await app().createAccount(operator, {
        name: 'A',
        catalog: 'studio',
        parentId: top.id,
        owner: person(),
      })
      await settle(joinery)
      const someone = await member(below.id)
      const give = (by: string | null, home: string, role: string) =>
        app().assignRole(as(by ?? '', home), { accountId: below.id, memberId: someone, role })
      await expect(give(top.ownerId, top.id, 'ac_rw')).resolves.toMatchObject({ role: 'ac_rw' })
      await expect(give(top.ownerId, top.id, 'service-provider')).rejects.toThrow('is for accounts of level')
      const strange = await member(top.id)
      const upwards = app().assignRole(as(below.ownerId ?? '', below.id), {
        accountId: top.id,
        memberId: strange,
        role: 'service-provider',
      })
      await expect(upwards).rejects.toMatchObject({ code: 'not_found' })
    })

    it('are not his to take from whoever stands above him, nor from himself as a person', async () => {
      const { accountId, ownerId } = await account('plivo', ['role-management'])
      const admin = await member(accountId, 'admin')
      const op = as(admin, accountId)
      const about = (memberId: string) => ({ accountId, memberId })
      await expect(app().assignRole(op, { ...about(ownerId), role: 'support' })).rejects.toMatchObject({
        rule: 'owner_stands',
      })
      await expect(app().suspendMember(op, { ...about(ownerId), suspended: true })).rejects.toMatchObject({
        rule: 'owner_stands',
      })
      await expect(app().removeMember(op, about(ownerId))).rejects.toMatchObject({ rule: 'owner_stands' })
      await expect(app().removeMember(operator, about(ownerId))).rejects.toMatchObject({ rule: 'owner_stands' })
      await expect(app().suspendMember(op, { ...about(admin), suspended: true })).rejects.toMatchObject({
        rule: 'own_standing',
      })
      const frozen = await app().suspendMember(operator, { ...about(admin), suspended: true })
      expect(frozen.suspendedBy).toEqual(['operator'])
      await expect(app().assignRole(op, { ...about(admin), role: 'support' })).rejects.toMatchObject({ rule: 'barred' })
    })
  })

  it('plivo-6: a removal cannot be undone', async () => {
    const { accountId, ownerId } = await account('plivo', ['role-management'])
    const memberId = await member(accountId, 'developer')
    const { userName } = await app().showMember(operator, { accountId, memberId })
    const it = { accountId, memberId }
    await app().removeMember(as(ownerId, accountId), it)
    expect(await judge(memberId)).toMatchObject({ barred: 'removed', roles: [] })
    for (const attempt of [
      () => app().suspendMember(operator, { ...it, suspended: false }),
      () => app().suspendMember(operator, { ...it, suspended: true }),
      () => app().assignRole(operator, { ...it, role: 'support' }),
      () => app().handOverAccount(operator, it),
      () => app().removeMember(operator, it),
    ])
      await expect(attempt()).rejects.toMatchObject({ rule: 'member_removed' })
    // Who is brought in again under the same name is somebody else, with nothing of what was held before.
    const again = await app().addMember(as(ownerId, accountId), { accountId, userName, email: userName })
    await settle(joinery)
    expect(again.id).not.toBe(memberId)
    expect(await judge(again.id)).toMatchObject({ barred: null, roles: [] })
    expect(await judge(memberId)).toMatchObject({ barred: 'removed', roles: [] })
  })

  it('each source lifts only its own suspension', async () => {
    const { accountId, ownerId } = await account('plivo', ['role-management'])
    const memberId = await member(accountId, 'developer')
    const set = (op: Operation, suspended: boolean) => app().suspendMember(op, { accountId, memberId, suspended })
    await set(operator, true)
    await set(as(ownerId, accountId), true)
    expect(await judge(memberId)).toMatchObject({ barred: 'suspended', roles: [] })
    expect((await set(as(ownerId, accountId), false)).suspendedBy).toEqual(['operator'])
    expect((await set(operator, false)).status).toBe('active')
    await settle(joinery)
    expect(await roles(memberId)).toEqual(['developer'])
  })

  it('plivo-1: ownership is handed over by the owner, to one person', async () => {
    const { accountId, ownerId } = await account('plivo', ['role-management'])
    const [first, second] = [await member(accountId, 'admin'), await member(accountId, 'developer')]
    const hand = (by: string, memberId: string) => app().handOverAccount(as(by, accountId), { accountId, memberId })
    await expect(hand(first, first)).rejects.toMatchObject({ rule: 'not_owner' })
    const results = await Promise.allSettled([hand(ownerId, first), hand(ownerId, second)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await settle(joinery)
    const held = await Promise.all([ownerId, first, second].map(roles))
    expect(held.filter((each) => each?.includes('owner'))).toHaveLength(1)
    expect(held[0]).toEqual([])
  })
})
