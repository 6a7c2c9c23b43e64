import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection, settled } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as } from '../support/signed-in.ts'

/** A manager with little to hand out gets at nobody who holds, held or is to hold more. In cpaas-iam that is T. */
describeOnBoth('who stands above a manager', (database) => {
  let joinery: Joinery
  let accountId: string
  let t: string
  let names = 0
  const clock = createClock()
  const app = () => joinery.runtime.app
  const address = () => `w${(names += 1)}@corp.example`
  const person = async (...roles: string[]): Promise<string> => {
    const userName = address()
    const { id: memberId } = await app().addMember(operator, { accountId, userName, email: userName })
    for (const role of roles) await app().assignRole(operator, { accountId, memberId, role })
    return memberId
  }
  const suspend = (memberId: string, suspended: boolean, op = as(t, accountId)) =>
    app().suspendMember(op, { accountId, memberId, suspended })
  const above = { rule: 'member_above_you' }

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock })
    accountId = (await app().createAccount(operator, { name: 'CPaaS', catalog: 'cpaas-iam' })).id
    t = await person('turnkey-administrator')
    await settled(joinery.api, accountId)
  })
  afterAll(() => joinery.close())

  it('is an administrator by a directory, also while he is suspended and holds nothing', async () => {
    const other = (await app().createAccount(operator, { name: 'Dir', catalog: 'cpaas-iam' })).id
    const tenant = await createConnection(joinery.api, other)
    const { body: user } = await tenant.scim('POST', '/Users', okta.createUser(`dir${(names += 1)}`))
    const members = [{ value: user.id }]
    const { body: group } = await tenant.scim('POST', '/Groups', { ...okta.createGroup('Admins'), members })
    const mapping = { accountId: other, connectionId: tenant.connectionId, group: { id: group.id as string } }
    await app().addMapping(operator, { ...mapping, role: 'administrator' })
    const manager = (
      await app().addMember(operator, { accountId: other, userName: 'm@corp.example', email: 'm@corp.example' })
    ).id
    await app().assignRole(operator, { accountId: other, memberId: manager, role: 'turnkey-administrator' })
    await settled(joinery.api, other)
    const { items } = await app().listMembers(operator, {
      accountId: other,
      limit: 10,
      after: undefined,
      userName: user.userName,
    })
    const memberId = items[0]?.id ?? ''
    const by = (suspended: boolean, who = manager) =>
      app().suspendMember(as(who, other), { accountId: other, memberId, suspended })
    await expect(by(true)).rejects.toMatchObject(above)
    const admin = (
      await app().addMember(operator, { accountId: other, userName: 'a@corp.example', email: 'a@corp.example' })
    ).id
    await app().assignRole(operator, { accountId: other, memberId: admin, role: 'administrator' })
    await settled(joinery.api, other)
    await by(true, admin)
    await settled(joinery.api, other) // his grants are gone from the store now
    await expect(by(false)).rejects.toMatchObject(above)
    await expect(by(false, admin)).resolves.toMatchObject({ status: 'active' })
  })

  it('is whoever is to become administrator, and not who was one once', async () => {
    const [soon, once] = [await person(), await person()]
    const now = clock.now()
    await app().assignRole(operator, { accountId, memberId: soon, role: 'administrator', validFrom: now + 60_000 })
    await app().assignRole(operator, { accountId, memberId: once, role: 'administrator', validTo: now + 60_000 })
    await expect(suspend(soon, true)).rejects.toMatchObject(above)
    await expect(suspend(once, true)).rejects.toMatchObject(above)
    clock.advance(120_000)
    await settled(joinery.api, accountId)
    await expect(suspend(soon, true)).rejects.toMatchObject(above)
    await expect(suspend(once, true)).resolves.toMatchObject({ status: 'suspended' })
  })

  describe('by invitation', () => {
    const invite = async (email: string) => {
      const roles = ['turnkey-developer']
      const issuer = 'https://login.corp.example'
      const body = { email, roles, issuer, publicUrl: 'https://joinery.example' }
      const { id } = await app().invite(as(t, accountId), { accountId, ...body })
      return mailedToken(joinery.api, accountId, id)
    }
    const accept = (token: string, identity: ReturnType<typeof anIdentity>) =>
      app().acceptInvitation(signIn, { token, identity })
    const elsewhere = async () =>
      (await createConnection(joinery.api, (await app().createAccount(operator, { name: 'E', catalog: 'plivo' })).id))
        .connectionId

    it('is a member who has become more since he was invited', async () => {
      const email = address()
      const { id: memberId } = await app().addMember(operator, { accountId, userName: email, email })
      const token = await invite(email)
      await app().assignRole(operator, { accountId, memberId, role: 'administrator' })
      await expect(accept(token, anIdentity(await elsewhere(), email))).rejects.toMatchObject(above)
    })

    it('is a member who is invited under another address', async () => {
      const [email, alias] = [address(), address()]
      const connection = await elsewhere()
      const who = anIdentity(connection, email)
      const first = await accept(await invite(email), who)
      if (first.kind !== 'joined') throw new Error('waits')
      await app().assignRole(operator, { accountId, memberId: first.memberId, role: 'administrator' })
      await settled(joinery.api, accountId)
      await expect(accept(await invite(alias), { ...who, provenEmail: alias })).rejects.toMatchObject(above)
    })
  })
})

describeOnBoth('the first person of an account', (database) => {
  let joinery: Joinery
  beforeAll(async () => {
    joinery = await startJoinery({ database })
  })
  afterAll(() => joinery.close())

  it('is no owner where the catalog has none: he is changed and removed like others (iotcomms)', async () => {
    const { app } = joinery.runtime
    const owner = { userName: 'first@corp.example', email: 'first@corp.example' }
    const { id: accountId, ownerId } = await app.createAccount(operator, { name: 'IoT', catalog: 'iotcomms', owner })
    const memberId = ownerId ?? ''
    await settled(joinery.api, accountId)
    await app.assignRole(operator, { accountId, memberId, role: 'billing_administrator' })
    await settled(joinery.api, accountId)
    expect((await app.showMember(operator, { accountId, memberId })).roles).toEqual(['admin', 'billing_administrator'])
    const hand = app.handOverAccount(operator, { accountId, memberId })
    await expect(hand).rejects.toMatchObject({ rule: 'no_owner_role' })
    await app.removeMember(operator, { accountId, memberId })
  })
})
