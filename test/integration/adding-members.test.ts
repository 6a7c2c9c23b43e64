import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createKeyBench } from '../support/access-keys.ts'
import { createConnection, type Api } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../support/signed-in.ts'

/** People whom no directory brings, added by whoever manages the members of the account. */
describeOnBoth('adding members', (database) => {
  let joinery: Joinery
  let accountId: string
  let names = 0
  const between = createComingBetween()
  const { app, account, join } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, wrapPorts: between.wrapPorts })
  })
  beforeEach(async () => {
    accountId = await account('cpaas-iam', { level: 'account' })
  })
  afterAll(() => joinery.close())

  const somebody = (domain = 'corp.example') => {
    const userName = `a${(names += 1)}@${domain}`
    return { userName, email: userName }
  }
  const page = async (memberId: string, home = accountId): Promise<Api['call']> =>
    createPersonApi(joinery.url, await browserOf(joinery, home, memberId))
  const add = (call: Api['call'], more: object = {}, where = accountId) =>
    call('POST', `/accounts/${where}/members`, { ...somebody(), ...more })
  const people = async (where = accountId): Promise<string[]> =>
    (await joinery.api.ok<{ items: { userName: string }[] }>('GET', `/accounts/${where}/members`)).items.map(
      ({ userName }) => userName,
    )

  it('cpaas-iam-4: gives the named roles, turnkey ones too, of which he has nothing himself, and writes down who did', async () => {
    const boss = await join(accountId, 'administrator')
    const added = await add(await page(boss), { roles: ['developer', 'turnkey-developer'] })
    expect([added.status, added.body]).toMatchObject([201, { status: 'active', switchedOff: [] }])
    await settle(joinery)
    const member = await joinery.api.ok('GET', `/accounts/${accountId}/members/${added.body.id}`)
    expect(member.roles).toEqual(['developer', 'turnkey-developer'])
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?member=${added.body.id}`)
    const told = (items as { action: string; actor: string }[]).map(({ action, actor }) => [action, actor])
    expect(told).toEqual(
      expect.arrayContaining([
        ['member.created', `member:${boss}`],
        ['role.assigned', `member:${boss}`],
      ]),
    )
  })

  it('cpaas-iam-4: is for whoever manages the members, and goes no further than his roles hand out', async () => {
    const turnkeys = await page(await join(accountId, 'turnkey-administrator'))
    const developer = await page(await join(accountId, 'developer'))
    const before = await people()
    expect((await add(developer)).body).toMatchObject({ status: 403, rule: 'not_allowed' })
    expect((await add(turnkeys, { roles: ['turnkey-developer', 'developer'] })).body).toMatchObject({
      ...{ status: 403, rule: 'role_not_yours_to_give' },
      errors: [
        {
          path: 'roles',
          message:
            'your roles do not let you hand out "developer" here; choose among: turnkey-administrator, turnkey-developer',
        },
      ],
    })
    expect((await add(turnkeys, { roles: ['boss'] })).body.errors).toMatchObject([
      { path: 'roles', message: expect.stringContaining('choose one of: administrator') as string },
    ])
    expect((await add(turnkeys, { roles: ['turnkey-developer', 'turnkey-administrator'] })).body.errors).toMatchObject([
      { path: 'roles', message: 'a member holds one role of each group here; name one of each' },
    ])
    expect(await people()).toEqual(before)
    expect((await add(turnkeys, { roles: ['turnkey-developer'] })).status).toBe(201)
  })

  it('cpaas-iam-4: reaches the Business Customers below, where each Administrator hands out his own role', async () => {
    const below = await account('cpaas-iam', { parentId: accountId })
    const beside = await account('cpaas-iam', { level: 'account' })
    const boss = await page(await join(accountId, 'administrator'))
    expect((await add(boss, { roles: ['administrator'] }, below)).status).toBe(201)
    for (const role of ['developer', 'turnkey-administrator'])
      expect((await add(boss, { roles: [role] }, below)).body).toMatchObject({ rule: 'role_not_yours_to_give' })
    expect((await add(boss, {}, beside)).status).toBe(404)
  })

  it('is refused with the way to go instead', async () => {
    const boss = await page(await join(accountId, 'administrator'))
    const [known = ''] = await people()
    expect((await add(boss, { userName: known })).body).toMatchObject({ status: 409, rule: 'name_taken' })
    expect((await add(boss, somebody('gmail.com'))).body).toMatchObject({ status: 422, rule: 'personal_domain' })
    await createConnection(joinery.api, accountId)
    const { body } = await add(boss)
    expect(body).toMatchObject({ status: 422, rule: 'directory_owns_people' })
    expect(body.detail).toContain('have the person added there')
    expect((await add(joinery.api.call, { roles: ['developer'] })).status).toBe(201) // the operator, anywhere
  })

  it('waits for a plan that has role management, where the catalog asks for one', async () => {
    accountId = await account('plivo')
    const admin = await page(await join(accountId, 'admin'))
    expect((await add(admin, { roles: ['support'] })).body).toMatchObject({ status: 403, rule: 'not_entitled' })
    await joinery.api.ok('PATCH', `/accounts/${accountId}`, { entitlements: ['role-management'] })
    expect((await add(admin, { roles: ['support'] })).status).toBe(201)
    expect((await add(admin, { roles: ['owner'] })).body).toMatchObject({
      ...{ rule: 'role_not_assignable', detail: 'role "owner" is not handed out; the owner hands the account over' },
    })
  })

  describe('by somebody who loses his own role before it is done', () => {
    it('adds nobody', async () => {
      const memberId = await join(accountId, 'administrator')
      const boss = await page(memberId)
      const before = await people()
      between.once(() => app().unassignRole(operator, { accountId, memberId, role: 'administrator' }))
      expect((await add(boss, { roles: ['administrator'] })).status).toBe(403)
      expect(await people()).toEqual(before)
    })
  })

  it('is done from the command line', async () => {
    const { userName } = somebody()
    const person = ['--account', accountId, '--user-name', userName, '--email', userName]
    const added = await runCli(joinery.url, ['members', 'add', ...person, '--role', 'developer', 'turnkey-developer'])
    expect(added.out).toMatch(/is added, with developer, turnkey-developer\.$/)
  })
})
