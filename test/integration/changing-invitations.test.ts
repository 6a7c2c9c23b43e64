import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createKeyBench } from '../support/access-keys.ts'
import { createTenant, type Tenant } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import type { Operation } from '../../src/application/operation.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const publicUrl = 'https://joinery.example'
const known = { issuer: 'https://login.corp.example' }
const dayMs = 86_400_000
const mailer: Operation = { actor: { kind: 'system', part: 'mail' }, id: 'test' }

/** The roles of an invited person, changed before he is in. */
describeOnBoth('an invitation that is changed', (database) => {
  let joinery: Joinery
  let elsewhere: Tenant
  let accountId: string
  let names = 0
  const clock = createClock()
  const between = createComingBetween()
  const { app, join } = createKeyBench(() => joinery)
  const address = (): string => `c${(names += 1)}@corp.example`
  const path = (id: string) => `/accounts/${accountId}/invitations/${id}`
  const change = (id: string, roles: string[]) => joinery.api.call('PATCH', path(id), { roles })
  const identity = (email: string) => anIdentity(elsewhere.connectionId, email)
  const accept = (token: string, email: string) => app().acceptInvitation(signIn, { token, identity: identity(email) })

  beforeAll(async () => {
    const env = { INVITATIONS_PER_DAY: '0' }
    joinery = await startJoinery({ database, clock, env, workers: false, wrapPorts: between.wrapPorts })
    elsewhere = await createTenant(joinery.api)
  })
  beforeEach(async () => {
    const plan = { catalog: 'plivo', entitlements: ['role-management'] }
    accountId = (await app().createAccount(operator, { name: 'Acme', ...plan })).id
  })
  afterAll(() => joinery.close())

  /** Invited as a developer, by the operator unless told. */
  const invited = async (by = operator) => {
    const email = address()
    const { id } = await app().invite(by, { accountId, email, roles: ['developer'], ...known, publicUrl })
    await app().sendMail(mailer, { limit: 10, leaseMs: 10_000, random: Math.random })
    return { id, email, token: await mailedToken(joinery.api, accountId, id) }
  }

  it('plivo-5: the role of somebody invited is changed, and by the same link he gets the new one', async () => {
    const { id, email, token } = await invited()
    const changed = await change(id, ['support'])
    expect([changed.status, changed.body]).toMatchObject([200, { id, state: 'pending', roles: ['support'] }])
    expect(await app().openInvitation(signIn, { token })).toMatchObject({ roles: ['Support'] })
    const { memberId } = (await accept(token, email)) as { memberId: string }
    await settle(joinery)
    expect(await joinery.api.ok('GET', `/accounts/${accountId}/members/${memberId}`)).toMatchObject({
      roles: ['support'],
    })
    const late = await change(id, ['admin'])
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('change the roles of the member')])
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?action=invitation.changed`)
    expect(items).toMatchObject([{ target: id, before: { roles: ['developer'] }, after: { roles: ['support'] } }])
  })

  it('has roles that whoever changes it hands out, one where a member holds one', async () => {
    const { id } = await invited()
    expect((await change(id, ['owner'])).body).toMatchObject({ rule: 'role_not_assignable' })
    expect((await change(id, ['support', 'admin'])).body.errors).toMatchObject([{ path: 'roles' }])
    expect((await change(id, [])).status).toBe(400)
    expect((await change('none', ['support'])).status).toBe(404)
    const developer = as(await join(accountId, 'developer'), accountId)
    const attempt = app().changeInvitation(developer, { accountId, invitationId: id, roles: ['admin'] })
    await expect(attempt).rejects.toMatchObject({ rule: 'not_allowed' })
    expect(await joinery.api.ok('GET', path(id))).toMatchObject({ roles: ['developer'] })
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?action=invitation.changed`)
    expect(items).toEqual([])
  })

  it('is answered for by whoever changed it: where he has gone, somebody else confirms', async () => {
    const { id, email, token } = await invited()
    const admin = { accountId, memberId: await join(accountId, 'admin') }
    const changed = await app().changeInvitation(as(admin.memberId, accountId), {
      accountId,
      invitationId: id,
      roles: ['admin'],
    })
    expect(changed.invitedBy).toBe(`member:${admin.memberId}`)
    await app().suspendMember(operator, { ...admin, suspended: true })
    expect(await accept(token, email)).toMatchObject({ kind: 'waits', doubts: ['inviter_may_not'] })
    expect((await change(id, ['support'])).body).toMatchObject({ state: 'awaiting_confirmation', roles: ['support'] })
  })

  it('in the moment in which it is taken up gives nothing that nobody has judged', async () => {
    const { id, email, token } = await invited()
    between.once(() => app().changeInvitation(operator, { accountId, invitationId: id, roles: ['admin'] }))
    await expect(accept(token, email)).rejects.toMatchObject({ code: 'conflict', rule: 'invitation_state' })
    expect(await accept(token, email)).toMatchObject({ kind: 'joined' })
  })

  it('by somebody who is suspended in that moment stays as it was', async () => {
    const { id } = await invited()
    const admin = { accountId, memberId: await join(accountId, 'admin') }
    between.once(() => app().suspendMember(operator, { ...admin, suspended: true }))
    const attempt = app().changeInvitation(as(admin.memberId, accountId), {
      accountId,
      invitationId: id,
      roles: ['admin'],
    })
    await expect(attempt).rejects.toMatchObject({ rule: 'barred' })
    expect(await joinery.api.ok('GET', path(id))).toMatchObject({ roles: ['developer'], invitedBy: 'operator' })
  })

  it('is none that is over', async () => {
    const [old, gone] = [await invited(), await invited()]
    await joinery.api.ok('DELETE', path(gone.id))
    expect((await change(gone.id, ['support'])).body.detail).toContain('is revoked; invite anew')
    clock.advance(7 * dayMs)
    expect((await change(old.id, ['support'])).body.detail).toContain('is expired; send it again')
  })

  it('is changed from the command line', async () => {
    const { id, email } = await invited()
    const args = ['invitations', 'change', '--account', accountId, '--invitation', id, '--role', 'finance-analyst']
    expect(await runCli(joinery.url, args)).toMatchObject({
      ...{ status: 0, out: `Invitation ${id} for ${email} gives finance-analyst now.` },
    })
  })
})
