import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyBench, createKeyCheck } from '../support/access-keys.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const out = { active: false }
const page = { limit: 100, after: undefined }

describeOnBoth('access keys of organisations', (database) => {
  let joinery: Joinery
  let check: ReturnType<typeof createKeyCheck>
  const { app, account, join, make, byOperator } = createKeyBench(() => joinery)

  const between = createComingBetween()

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, wrapPorts: between.wrapPorts })
    check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
  })
  afterAll(() => joinery.close())

  describe('of iotcomms', () => {
    let accountId: string
    let admin: string
    beforeAll(async () => {
      accountId = await account('iotcomms')
      admin = await join(accountId, 'admin')
    })
    const rolesOf = async (more: object): Promise<string[]> => (await check(await make(accountId, admin, more))).roles

    it('iotcomms-3: a key without named roles has full admin', async () => {
      expect(await rolesOf({})).toEqual(['admin'])
    })

    it('iotcomms-3: a key with named roles has exactly those', async () => {
      const both = await join(accountId, 'admin', 'hybrid_admin')
      expect((await check(await make(accountId, both, { roles: ['hybrid_admin'] }))).roles).toEqual(['hybrid_admin'])
      const all = ['admin', 'hybrid_admin']
      expect((await check(await make(accountId, both, { roles: all }))).roles).toEqual(all)
      const none = await byOperator(accountId, { roles: [] })
      expect([none.status, none.body.errors[0].path]).toEqual([400, 'roles'])
    })

    it('iotcomms-4: nobody gives a key a role that he lacks', async () => {
      for (const roles of [['hybrid_admin'], ['admin', 'billing_administrator']])
        await expect(make(accountId, admin, { roles })).rejects.toMatchObject({ rule: 'role_not_yours' })
    })

    it('iotcomms-4: whoever has lost the role, or is out, by the time the key is written makes none', async () => {
      const maker = await join(accountId, 'admin', 'hybrid_admin')
      const ref = { accountId, memberId: maker }
      const makes = (...roles: string[]) => make(accountId, maker, { roles })
      const keys = async () => (await app().listAccessKeys(operator, { accountId, limit: 500, after: undefined })).items
      const before = (await keys()).length

      between.once(() => app().unassignRole(operator, { ...ref, role: 'hybrid_admin' }))
      await expect(makes('hybrid_admin')).rejects.toMatchObject({ rule: 'role_not_yours' })
      between.once(() => app().suspendMember(operator, { ...ref, suspended: true }))
      await expect(makes('admin')).rejects.toMatchObject({ rule: 'barred' })
      await app().suspendMember(operator, { ...ref, suspended: false })
      await settle(joinery)
      between.once(() => app().unassignRole(operator, { ...ref, role: 'admin' }))
      await expect(makes('admin')).rejects.toMatchObject({ rule: 'not_allowed' })
      expect(await keys()).toHaveLength(before)
    })

    it('iotcomms-4: nobody sees a key with a role that he lacks', async () => {
      const both = await join(accountId, 'admin', 'hybrid_admin')
      const { id: keyId } = await make(accountId, both, { roles: ['admin', 'hybrid_admin'] })
      const me = as(admin, accountId)
      const seen = async (memberId: string): Promise<boolean> => {
        const { items } = await app().listAccessKeys(as(memberId, accountId), { accountId, ...page })
        return items.some(({ id }) => id === keyId)
      }
      expect([await seen(both), await seen(admin)]).toEqual([true, false])
      for (const attempt of [
        () => app().showAccessKey(me, { accountId, keyId }),
        () => app().changeAccessKey(me, { accountId, keyId, disabled: true }),
        () => app().rotateAccessKey(me, { accountId, keyId, overlapHours: 0 }),
        () => app().deleteAccessKey(me, { accountId, keyId }),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
      await app().assignRole(operator, { accountId, memberId: admin, role: 'hybrid_admin' })
      await settle(joinery)
      expect(await seen(admin)).toBe(true)
      await app().unassignRole(operator, { accountId, memberId: admin, role: 'hybrid_admin' })
      expect(await seen(admin)).toBe(false)
    })

    it('iotcomms-5: only admins create keys', async () => {
      for (const role of ['hybrid_admin', 'billing_administrator']) {
        const other = await join(accountId, role)
        await expect(make(accountId, other, { roles: [role] })).rejects.toMatchObject({ rule: 'not_allowed' })
        await expect(app().listAccessKeys(as(other, accountId), { accountId, ...page })).rejects.toMatchObject({
          rule: 'not_allowed',
        })
      }
    })

    it('iotcomms-5: a key belongs to the organisation, and outlives its maker', async () => {
      const maker = await join(accountId, 'admin')
      const key = await make(accountId, maker)
      expect(await check(key)).toMatchObject({ belongs_to: 'organisation', account: accountId })
      expect(await check(key)).not.toHaveProperty('member')
      await app().removeMember(operator, { accountId, memberId: maker })
      await settle(joinery)
      expect(await check(key)).toMatchObject({ active: true, roles: ['admin'] })
      const person = await byOperator(accountId, { member: admin })
      expect([person.status, person.body.errors[0].path]).toEqual([400, 'member'])
    })
  })

  describe('of plivo', () => {
    it('carry roles that their maker names, and no ownership', async () => {
      const owner = { userName: 'boss@corp.example', email: 'boss@corp.example' }
      const opened = await app().createAccount(operator, { name: 'P', catalog: 'plivo', owner })
      const [accountId, ownerId] = [opened.id, opened.ownerId ?? '']
      await settle(joinery)
      await expect(make(accountId, ownerId)).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(make(accountId, ownerId, { roles: ['owner'] })).rejects.toMatchObject({ rule: 'role_not_on_keys' })
      const made = await make(accountId, ownerId, { roles: ['developer'] })
      expect((await check(made)).roles).toEqual(['developer'])
      const ofOperator = await byOperator(accountId, { roles: ['owner'] })
      expect([ofOperator.status, ofOperator.body.rule]).toEqual([422, 'role_not_on_keys'])
      const unknown = await byOperator(accountId, { roles: ['nobody'] })
      expect([unknown.status, unknown.body.rule]).toEqual([422, 'role_not_on_keys'])
    })
  })

  describe('of studio', () => {
    it('studio-5: account users make keys of the scope ac, service providers of sp', async () => {
      const top = await account('studio', { level: 'service-provider' })
      const below = await account('studio', { parentId: top })
      for (const [accountId, role, scope] of [
        [top, 'service-provider', 'sp'],
        [below, 'ac_admin', 'ac'],
        [below, 'ac_ro', 'ac'],
      ] as const) {
        const memberId = await join(accountId, role)
        expect(await check(await make(accountId, memberId, { memberId }))).toMatchObject({ active: true, scope })
      }
    })

    it('studio-5: the text has no scope for system users, who make no keys', async () => {
      const system = await account('studio', { level: 'system' })
      const memberId = await join(system, 'system-user')
      await expect(make(system, memberId, { memberId })).rejects.toMatchObject({ rule: 'no_key_scope' })
    })

    it('studio-5: a key without a type of user, as its person has lost his role, lets nobody in', async () => {
      const accountId = await account('studio')
      const memberId = await join(accountId, 'ac_rw')
      const key = await make(accountId, memberId, { memberId })
      expect((await check(key)).active).toBe(true)
      await app().unassignRole(operator, { accountId, memberId, role: 'ac_rw' })
      expect(await check(key)).toEqual(out)
    })
  })

  it('of platform-groups are made by the operator alone', async () => {
    const accountId = await account('platform-groups')
    const group = await joinery.api.ok('POST', `/accounts/${accountId}/permission-groups`, {
      name: 'Reports',
      permissions: { reports: 'view' },
    })
    const role = `group:${group.id}`
    const memberId = await join(accountId, role)
    await expect(make(accountId, memberId, { roles: [role] })).rejects.toMatchObject({ rule: 'not_allowed' })
    const made = await byOperator(accountId, { roles: [role] })
    expect(made.status).toBe(201)
    expect(await check(made.body)).toMatchObject({ active: true, roles: [role] })
  })
})
