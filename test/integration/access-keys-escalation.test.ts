import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyCheck, createKeyApi, createKeyBench } from '../support/access-keys.ts'
import { createAccess } from '../support/access.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as } from '../support/signed-in.ts'

describeOnBoth('escalation by access keys is refused', (database) => {
  let joinery: Joinery
  const { app, account, join, make, own, byOperator } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  it('of a key that makes, changes or rotates keys', async () => {
    const accountId = await account('iotcomms')
    const { body: key } = await byOperator(accountId, {})
    const call = createKeyApi(joinery.api, key)
    const path = `/accounts/${accountId}/keys`
    for (const [method, place, body] of [
      ['POST', path, { name: 'Successor' }],
      ['PATCH', `${path}/${key.id}`, { disabled: false }],
      ['POST', `${path}/${key.id}/rotate`, {}],
      ['DELETE', `${path}/${key.id}`, undefined],
    ] as const) {
      const { status, body: told } = await call(method, place, body)
      expect([status, told.rule]).toEqual([403, 'person_needed'])
    }
  })

  it('cpaas-iam-5: of whoever would make, rotate or see keys of others', async () => {
    const accountId = await account('cpaas-iam')
    const [boss, victim] = [await join(accountId, 'administrator'), await join(accountId, 'developer')]
    const { id: keyId } = await own(accountId, victim)
    const theirs = { accountId, keyId }
    await expect(make(accountId, boss, { memberId: victim })).rejects.toMatchObject({ rule: 'not_your_key' })
    const rotation = app().rotateAccessKey(as(boss, accountId), { ...theirs, overlapHours: 0 })
    await expect(rotation).rejects.toMatchObject({ rule: 'not_your_key' })
    const other = as(await join(accountId, 'developer'), accountId)
    for (const attempt of [
      () => app().showAccessKey(other, theirs),
      () => app().listAccessKeys(other, { accountId, memberId: victim, limit: 10, after: undefined }),
      () => app().listAccessKeys(other, { accountId, limit: 10, after: undefined }),
      () => app().changeAccessKey(other, { ...theirs, disabled: true }),
      () => app().deleteAccessKey(other, theirs),
    ])
      await expect(attempt()).rejects.toMatchObject({ rule: 'not_allowed' })
  })

  it('cpaas-iam-5: User Management sees, disables and deletes keys of others, as far as it may give their roles', async () => {
    const accountId = await account('cpaas-iam')
    const boss = as(await join(accountId, 'administrator'), accountId)
    const turnkeyBoss = as(await join(accountId, 'turnkey-administrator'), accountId)
    const { id: keyId } = await own(accountId, await join(accountId, 'developer'))
    await expect(app().changeAccessKey(boss, { accountId, keyId, disabled: true })).resolves.toBeDefined()
    const attempt = app().showAccessKey(turnkeyBoss, { accountId, keyId })
    await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/not_found|forbidden/) as string })
    await expect(app().deleteAccessKey(boss, { accountId, keyId })).resolves.toBeUndefined()
  })

  it('beside and above the maker’s account', async () => {
    const [here, there] = [await account('iotcomms'), await account('iotcomms')]
    const admin = await join(here, 'admin')
    const { body: key } = await byOperator(there, {})
    const beside = { accountId: there, keyId: key.id as string }
    const me = as(admin, here)
    for (const attempt of [
      () => app().createAccessKey(me, { accountId: there, name: 'Mine' }),
      () => app().createAccessKey(me, { accountId: there, name: 'Mine', memberId: admin }),
      () => app().showAccessKey(me, beside),
      () => app().showAccessKey(me, { ...beside, accountId: here }),
      () => app().deleteAccessKey(me, { ...beside, accountId: here }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
  })

  it('of a maker who is out', async () => {
    const accountId = await account('iotcomms')
    const admin = await join(accountId, 'admin')
    await app().suspendMember(operator, { accountId, memberId: admin, suspended: true })
    await expect(make(accountId, admin)).rejects.toMatchObject({ rule: 'barred' })
    const suspended = await byOperator(await account('cpaas-iam'), { member: admin })
    expect(suspended.status).toBe(404)
  })

  it('by internal fields of a key', async () => {
    const accountId = await account('iotcomms')
    const { body: key } = await byOperator(accountId, {})
    const internal = {
      ...{ id: 'x', account: 'x', accountId: 'x', person: null, memberId: 'x', incarnation: 1, secret: 'x' },
      ...{
        secretHash: 'x',
        hint: 'x',
        former: null,
        createdBy: 'operator',
        createdAt: 0,
        lastUsedAt: 0,
        expiresAt: 0,
      },
    }
    for (const [field, value] of Object.entries(internal)) {
      const made = await byOperator(accountId, { [field]: value })
      const path = `/accounts/${accountId}/keys/${key.id}`
      const changed = await joinery.api.call('PATCH', path, { name: 'Other', [field]: value })
      expect([field, made.status, changed.status]).toEqual([field, 400, 400])
    }
    for (const field of ['roles', 'member', 'state', 'expiresInDays']) {
      const changed = await joinery.api.call('PATCH', `/accounts/${accountId}/keys/${key.id}`, { [field]: 'admin' })
      expect([field, changed.status]).toEqual([field, 400])
    }
  })

  it('by an invitation of a key that is gone when it is taken up', async () => {
    const accountId = await account('plivo', { entitlements: ['role-management'] })
    const { body: key } = await byOperator(accountId, { roles: ['admin'] })
    const call = createKeyApi(joinery.api, key)
    const invited = await call('POST', `/accounts/${accountId}/invitations`, {
      email: 'friend@corp.example',
      roles: ['admin'],
    })
    expect([invited.status, invited.body.invitedBy]).toEqual([201, `key:${key.id}`])
    const claim = { issuer: 'https://login.corp.example', subject: 'x' }
    const path = `/accounts/${accountId}/invitations/${invited.body.id}/confirm`
    const confirmed = await call('POST', path, claim)
    expect([confirmed.status, confirmed.body.rule]).toEqual([403, 'person_needed'])
  })

  it('studio-4: of a key of somebody whose permissions are customised', async () => {
    const accountId = await account('studio')
    const memberId = await join(accountId, 'ac_rw')
    const key = await own(accountId, memberId)
    const ask = createAccess(joinery.url, testSecrets.ADMIN_TOKEN)
    const decision = async (): Promise<object> => {
      const resource = { type: 'capability', id: 'call-flows', properties: { account: accountId } }
      const subject = { type: 'access_key', id: key.id }
      return (await ask('/evaluation', { subject, action: { name: 'full' }, resource })).body as object
    }
    const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
    expect(await decision()).toEqual({ decision: true })
    expect(await check(key)).not.toHaveProperty('customised')
    const permissions = { 'call-flows': 'none' }
    await app().customiseMember(operator, { accountId, memberId, permissions, whole: false })
    expect(await decision()).toMatchObject({ decision: false, context: { reason: 'customised' } })
    expect(await check(key)).toMatchObject({ active: true, roles: ['ac_rw'], customised: true })
  })

  it('of a person who would do by his key what he may not do to himself', async () => {
    const accountId = await account('studio')
    const memberId = await join(accountId, 'ac_admin')
    const call = createKeyApi(joinery.api, await own(accountId, memberId))
    const self = `/accounts/${accountId}/members/${memberId}`
    const suspended = await call('PATCH', self, { suspended: true })
    const removed = await call('DELETE', self)
    expect([suspended.status, suspended.body.rule]).toEqual([403, 'own_standing'])
    expect([removed.status, removed.body.rule]).toEqual([403, 'own_standing'])
  })
})
