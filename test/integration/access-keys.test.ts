import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyBench, createKeyCheck, everythingStored, hired } from '../support/access-keys.ts'
import { eventually } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const hourMs = 3_600_000
const out = { active: false }

describeOnBoth('access keys', (database) => {
  let joinery: Joinery
  let check: ReturnType<typeof createKeyCheck>
  const clock = createClock()
  const { app, account, join, own, byOperator } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
    check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
  })
  afterAll(() => joinery.close())

  describe('of people (cpaas-iam)', () => {
    let accountId: string
    beforeAll(async () => {
      accountId = await account('cpaas-iam')
    })

    it('cpaas-iam-5: a key is an id and a secret, and both are needed', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      expect(await check(key)).toMatchObject({ active: true, id: key.id, member: memberId, account: accountId })
      for (const wrong of [
        { ...key, secret: `${key.secret.slice(0, -1)}_` },
        { ...key, secret: key.id },
        { ...key, id: key.secret },
        { ...key, id: (await own(accountId, await join(accountId))).id },
        { id: 'nobody', secret: 'nothing' },
      ])
        expect(await check(wrong)).toEqual(out)
    })

    it('cpaas-iam-5: the secret is answered once, and lies nowhere', async () => {
      const memberId = await join(accountId, 'developer')
      const made = await byOperator(accountId, { member: memberId })
      expect(made.status).toBe(201)
      const { secret, id } = made.body as { secret: string; id: string }
      const shown = await joinery.api.ok('GET', `/accounts/${accountId}/keys/${id}`)
      expect(shown).toMatchObject({ hint: secret.slice(-4), state: 'live', roles: null, member: memberId })
      const listed = await joinery.api.ok('GET', `/accounts/${accountId}/keys?member=${memberId}`)
      expect(JSON.stringify([shown, listed])).not.toContain(secret)
      expect(await everythingStored(joinery)).not.toContain(secret)
    })

    it('cpaas-iam-5: at most two at a time, so that one is rotated under the other', async () => {
      const memberId = await join(accountId, 'developer')
      const [first, second] = [await own(accountId, memberId), await own(accountId, memberId)]
      await expect(own(accountId, memberId)).rejects.toMatchObject({ code: 'conflict', rule: 'too_many_keys' })
      const me = as(memberId, accountId)
      await app().changeAccessKey(me, { accountId, keyId: first.id, disabled: true })
      await expect(own(accountId, memberId)).rejects.toMatchObject({ rule: 'too_many_keys' })
      await app().deleteAccessKey(me, { accountId, keyId: first.id })
      const third = await own(accountId, memberId)
      expect([await check(first), (await check(second)).active, (await check(third)).active]).toEqual([out, true, true])
    })

    it('cpaas-iam-5: of keys that are made at once no more than two come to be', async () => {
      const memberId = await join(accountId, 'developer')
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => own(accountId, memberId)))
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    })

    it('cpaas-iam-5: it acts with the roles that the user has at the time', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      expect((await check(key)).roles).toEqual(['developer'])
      const [assignment] = (await app().showMember(operator, { accountId, memberId })).grants
      expect(assignment?.role).toBe('developer')
      await app().unassignRole(operator, { accountId, memberId, role: 'developer' })
      expect((await check(key)).roles).toEqual([]) // nobody reconciled
      await app().assignRole(operator, { accountId, memberId, role: 'administrator' })
      await settle(joinery)
      expect((await check(key)).roles).toEqual(['administrator'])
    })

    it('cpaas-iam-5: users create, modify and delete their own, without any right', async () => {
      const memberId = await join(accountId)
      const me = as(memberId, accountId)
      const nobodys = app().createAccessKey(me, { accountId, name: 'Nobody’s' })
      await expect(nobodys).rejects.toThrow('name whose it is, yourself for a key of your own')
      const { id: keyId } = await own(accountId, memberId)
      expect((await app().listAccessKeys(me, { accountId, memberId, limit: 10, after: undefined })).items).toHaveLength(
        1,
      )
      await expect(app().changeAccessKey(me, { accountId, keyId, name: 'Other' })).resolves.toMatchObject({
        name: 'Other',
      })
      await expect(app().rotateAccessKey(me, { accountId, keyId, overlapHours: 0 })).resolves.toBeDefined()
      await app().deleteAccessKey(me, { accountId, keyId })
      await expect(app().showAccessKey(operator, { accountId, keyId })).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe('cpaas-iam-5: rotation', () => {
    let accountId: string
    beforeAll(async () => {
      accountId = await account('cpaas-iam')
    })
    const rotate = async (memberId: string, keyId: string, overlapHours: number) =>
      (await app().rotateAccessKey(as(memberId, accountId), { accountId, keyId, overlapHours })).text

    it('lets the former secret work for the overlap and not a moment longer', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      const secret = await rotate(memberId, key.id, 2)
      const active = async (shown: string): Promise<boolean> => (await check({ id: key.id, secret: shown })).active
      expect([await active(key.secret), await active(secret)]).toEqual([true, true])
      clock.advance(2 * hourMs)
      expect([await active(key.secret), await active(secret)]).toEqual([false, true])
    })

    it('without an overlap ends the former secret at once', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      const secret = await rotate(memberId, key.id, 0)
      expect(await check(key)).toEqual(out)
      expect((await check({ id: key.id, secret })).active).toBe(true)
    })

    it('twice leaves two secrets and no third', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      const [second, third] = [await rotate(memberId, key.id, 24), await rotate(memberId, key.id, 24)]
      const shown = [key.secret, second, third].map((secret) => check({ id: key.id, secret }))
      expect((await Promise.all(shown)).map(({ active }) => active as boolean)).toEqual([false, true, true])
    })
  })

  describe('end', () => {
    let accountId: string
    beforeAll(async () => {
      accountId = await account('cpaas-iam')
    })
    const stateOf = async (keyId: string): Promise<string> =>
      (await joinery.api.ok<{ state: string }>('GET', `/accounts/${accountId}/keys/${keyId}`)).state

    it('at their expiry, and make room for another', async () => {
      const memberId = await join(accountId, 'developer')
      const keys = [await own(accountId, memberId, { expiresInDays: 1 }), await own(accountId, memberId)] as const
      clock.advance(24 * hourMs)
      expect([await check(keys[0]), (await check(keys[1])).active]).toEqual([out, true])
      expect(await stateOf(keys[0].id)).toBe('expired')
      await expect(own(accountId, memberId)).resolves.toBeDefined()
    })

    it('while they are disabled', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      const turn = (disabled: boolean) =>
        app().changeAccessKey(as(memberId, accountId), { accountId, keyId: key.id, disabled })
      await turn(true)
      expect([await check(key), await stateOf(key.id)]).toEqual([out, 'disabled'])
      await turn(false)
      expect([(await check(key)).active, await stateOf(key.id)]).toEqual([true, 'live'])
    })

    it('while their person is suspended, and for good once he is removed', async () => {
      const memberId = await join(accountId, 'developer')
      const key = await own(accountId, memberId)
      await app().suspendMember(operator, { accountId, memberId, suspended: true })
      expect([await check(key), await stateOf(key.id)]).toEqual([out, 'suspended'])
      await app().suspendMember(operator, { accountId, memberId, suspended: false })
      await settle(joinery)
      expect((await check(key)).active).toBe(true)
      await app().removeMember(operator, { accountId, memberId })
      expect([await check(key), await stateOf(key.id)]).toEqual([out, 'ended'])
    })

    it('while the account is suspended, or one above it', async () => {
      const top = await account('studio', { level: 'service-provider' })
      const below = await account('studio', { parentId: top })
      const key = await own(below, await join(below, 'ac_rw'))
      for (const accountId of [below, top]) {
        await app().suspendAccount(operator, { accountId, suspended: true })
        expect(await check(key)).toEqual(out)
        await app().suspendAccount(operator, { accountId, suspended: false })
        await settle(joinery)
        expect((await check(key)).active).toBe(true)
      }
    })

    it('with the life in which they were made: whoever is rehired has none of them', async () => {
      const { tenant, memberId, userId } = await hired(joinery, 'cpaas-iam')
      const key = await own(tenant.accountId, memberId)
      expect((await check(key)).active).toBe(true)
      await tenant.scim('DELETE', `/Users/${userId}`)
      expect(await check(key)).toEqual(out)
      await tenant.scim('POST', '/Users', okta.createUser('kim'))
      await settle(joinery)
      const [again] = (await app().listMembers(operator, { accountId: tenant.accountId, limit: 10, after: undefined }))
        .items
      expect(again).toMatchObject({ id: memberId, incarnation: 2, status: 'active' })
      expect(await check(key)).toEqual(out)
      await expect(own(tenant.accountId, memberId)).resolves.toBeDefined()
      const shown = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/keys/${key.id}`)
      expect(shown).toMatchObject({ state: 'ended' })
    })
  })

  it('note their last use', async () => {
    const accountId = await account('cpaas-iam')
    const key = await own(accountId, await join(accountId, 'developer'))
    const lastUse = async (): Promise<string | null> =>
      (await joinery.api.ok<{ lastUsedAt: string | null }>('GET', `/accounts/${accountId}/keys/${key.id}`)).lastUsedAt
    expect(await lastUse()).toBeNull()
    await check({ ...key, secret: 'wrong' })
    expect(await lastUse()).toBeNull()
    await check(key)
    await eventually(lastUse, (at) => at !== null)
  })
})

/** What secrets are hashed with lies sealed: another SECRET_KEY seals it anew and ends no key. */
describeOnBoth('access keys under another secret key', (database) => {
  it('work on, once secrets are rotated', async () => {
    const on = await freshDatabase(database)
    const newKey = 'another-secret-key-0123456789-0123456789'
    const during = async <T>(secretKey: string, work: (joinery: Joinery) => Promise<T>): Promise<T> => {
      const joinery = await startJoinery({ on, workers: false, env: { SECRET_KEY: secretKey } })
      return work(joinery).finally(() => joinery.close())
    }
    const active = (joinery: Joinery): Promise<any> => createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)(key)
    const key = await during(testSecrets.SECRET_KEY, async (joinery) => {
      const { account, join, own } = createKeyBench(() => joinery)
      const accountId = await account('cpaas-iam')
      return own(accountId, await join(accountId, 'developer'))
    })
    await during(`${newKey},${testSecrets.SECRET_KEY}`, async (joinery) => {
      expect(await active(joinery)).toMatchObject({ active: true })
      await joinery.runtime.app.rotateSecrets(operator)
    })
    await during(newKey, async (joinery) => {
      expect(await active(joinery)).toMatchObject({ active: true })
    })
    await on.remove()
  })
})
