import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createAccess } from '../support/access.ts'
import { createKeyBench, createKeyCheck } from '../support/access-keys.ts'
import { createConnection } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

/** What a member has of the sections of a role group, whatever his roles give. */
describeOnBoth('a role group that is switched off for a member', (database) => {
  let joinery: Joinery
  let accountId: string
  let memberId: string
  const { app, account, join, own } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  beforeEach(async () => {
    accountId = await account('cpaas-iam', { level: 'account' })
    memberId = await join(accountId, 'administrator', 'turnkey-administrator')
  })
  afterAll(() => joinery.close())

  const path = () => `/accounts/${accountId}/members/${memberId}`
  const change = (roleGroups: unknown) => joinery.api.call('PATCH', path(), { roleGroups })
  const ask = <T>(place: string, body: object) => createAccess(joinery.url, testSecrets.ADMIN_TOKEN)<T>(place, body)
  const about = (id: string) => ({ type: 'capability', id, properties: { account: accountId } })
  const decided = async (id: string, subject: object = { type: 'member', id: memberId }) =>
    (await ask<any>('/evaluation', { subject, action: { name: 'read' }, resource: about(id) })).body
  const found = async (id: string): Promise<string[]> => {
    const question = { subject: { type: 'member' }, action: { name: 'read' }, resource: about(id) }
    return ((await ask<any>('/search/subject', question)).body.results as { id: string }[]).map((each) => each.id)
  }
  const platform = 'user-management'
  const turnkey = 'auto-attendant.provisioning'
  const isDark = { decision: false, context: { reason: 'switched_off' } }

  it('cpaas-iam-7: Platform and Turnkey access is switched off and on apart from the role', async () => {
    for (const [group, dark, lit] of [
      ['turnkey', turnkey, platform],
      ['platform', platform, turnkey],
    ] as const) {
      expect([(await decided(dark)).decision, (await decided(lit)).decision]).toEqual([true, true])
      expect(await found(dark)).toEqual([memberId])
      expect((await change({ [group]: false })).body).toMatchObject({ switchedOff: [group], status: 'active' })
      expect([await decided(dark), await decided(lit)]).toMatchObject([isDark, { decision: true }])
      expect(await found(dark)).toEqual([])
      const { roles } = await joinery.api.ok('GET', path())
      expect(roles).toEqual(['administrator', 'turnkey-administrator'])
      expect((await change({ [group]: true })).body).toMatchObject({ switchedOff: [] })
    }
  })

  it('is why a path is lost, and takes its sections out of his permissions alone', async () => {
    const permissions = async () => {
      const { permissions: all } = await joinery.api.ok('GET', `${path()}/permissions`)
      return (all as { capability: string }[]).map(({ capability }) => capability)
    }
    const before = await permissions()
    await change({ turnkey: false })
    const why = await joinery.api.ok('GET', `${path()}/why?capability=${turnkey}&action=read`)
    expect(why).toMatchObject({ holds: false, granted: [], lost: [{ reason: 'switched_off' }] })
    const after = await permissions()
    expect([before.includes(turnkey), after.includes(turnkey), after.includes(platform)]).toEqual([true, false, true])
    const sections = new Map(
      (await joinery.api.ok('GET', '/catalogs/cpaas-iam')).capabilities.map((c: any) => [c.id, c.section]),
    )
    expect(before.filter((id) => !after.includes(id)).every((id) => sections.get(id) !== 'platform-resources')).toBe(
      true,
    )
  })

  it('cpaas-iam-7: goes dark for his keys and for what he may do in Joinery', async () => {
    const key = await own(accountId, memberId)
    const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
    expect(await check(key)).not.toHaveProperty('customised')
    await app().listMembers(as(memberId, accountId), { accountId, limit: 1, after: undefined })
    await change({ platform: false })
    expect(await decided(platform, { type: 'access_key', id: key.id })).toMatchObject(isDark)
    expect(await check(key)).toMatchObject({ active: true, customised: true })
    const asked = app().listMembers(as(memberId, accountId), { accountId, limit: 1, after: undefined })
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('cpaas-iam-7: is dark whatever his directory gives him, and in another life', async () => {
    const { connectionId, scim } = await createConnection(joinery.api, accountId)
    const { body: user } = await scim('POST', '/Users', okta.createUser('sue'))
    const { body: group } = await scim('POST', '/Groups', { displayName: 'Turnkeys', members: [{ value: user.id }] })
    const mapping = { connection: connectionId, groupId: group.id, role: 'turnkey-developer' }
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    await settle(joinery)
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/members?userName=${user.userName}`)
    memberId = items[0].id
    expect((await decided(turnkey)).decision).toBe(true)
    await change({ turnkey: false })
    expect(await decided(turnkey)).toMatchObject(isDark)
    await scim('DELETE', `/Users/${user.id}`)
    await scim('POST', '/Users', okta.createUser('sue'))
    await settle(joinery)
    expect(await joinery.api.ok('GET', path())).toMatchObject({
      status: 'active',
      incarnation: 2,
      switchedOff: ['turnkey'],
    })
  })

  it('stands in the report of who holds what', async () => {
    await change({ turnkey: false })
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/reports/assignments`)
    const dark = (items as { role: string; switchedOff: string[] }[]).map(({ role, switchedOff }) => [
      role,
      switchedOff,
    ])
    expect(dark).toEqual([
      ['administrator', ['turnkey']],
      ['turnkey-administrator', ['turnkey']],
    ])
  })

  it('leaves a line for what moved, and none for what did not', async () => {
    await change({ turnkey: false })
    await change({ turnkey: false })
    await change({ platform: false, turnkey: false })
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?action=role_groups.switched`)
    const moves = (items as { before: unknown; after: unknown }[]).map(({ before, after }) => [before, after])
    expect(moves.reverse()).toEqual([
      [{ switchedOff: [] }, { switchedOff: ['turnkey'] }],
      [{ switchedOff: ['turnkey'] }, { switchedOff: ['platform', 'turnkey'] }],
    ])
  })

  it('is none of the catalog’s, or nothing, or asked for beside a suspension: refused, with what is due', async () => {
    const plivo = await account('plivo')
    const other = await join(plivo, 'developer')
    const elsewhere = await joinery.api.call('PATCH', `/accounts/${plivo}/members/${other}`, {
      roleGroups: { turnkey: false },
    })
    expect([elsewhere.status, elsewhere.body.detail]).toEqual([
      400,
      expect.stringContaining('"plivo" has no role group'),
    ])
    const wrong = await change({ turnkeys: false })
    expect([wrong.status, wrong.body.detail]).toEqual([
      400,
      'roleGroups.turnkeys: must be a role group that can be switched off: platform, turnkey',
    ])
    expect((await change({})).body.detail).toContain('must name a role group')
    const both = await joinery.api.call('PATCH', path(), { suspended: true, roleGroups: { turnkey: false } })
    expect([both.status, both.body.detail]).toEqual([400, expect.stringContaining('one at a time')])
  })

  it('cpaas-iam-7: is switched by who manages members, and not for himself', async () => {
    const developer = await join(accountId, 'developer')
    const admin = await join(accountId, 'administrator')
    const off = (whose: string) => ({ accountId, memberId: whose, roleGroups: { turnkey: false } })
    await expect(app().switchRoleGroups(as(developer, accountId), off(memberId))).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(app().switchRoleGroups(as(admin, accountId), off(admin))).rejects.toMatchObject({
      rule: 'own_standing',
    })
    expect(await app().switchRoleGroups(as(admin, accountId), off(developer))).toMatchObject({
      switchedOff: ['turnkey'],
    })
  })

  it('takes nothing of what another role of his hands out', async () => {
    const other = await join(accountId, 'developer')
    const give = (role: string) => app().assignRole(as(memberId, accountId), { accountId, memberId: other, role })
    await change({ turnkey: false })
    await expect(give('turnkey-developer')).resolves.toMatchObject({ role: 'turnkey-developer' })
    await app().unassignRole(as(memberId, accountId), { accountId, memberId, role: 'administrator' })
    await settle(joinery)
    await expect(give('turnkey-developer')).rejects.toMatchObject({ rule: 'role_not_yours_to_give' })
  })

  it('is switched from the command line', async () => {
    const run = async (...args: string[]) =>
      (await runCli(joinery.url, ['members', ...args, '--account', accountId])).out
    expect(await run('switch', memberId, '--off', 'turnkey', 'platform')).toContain(
      'has platform, turnkey switched off',
    )
    expect(await run('show', memberId)).toContain('Switched off for him, whatever his roles give: platform, turnkey')
    expect(await run('switch', memberId, '--on', 'platform', '--off', 'turnkey')).toContain('has turnkey switched off')
    expect(await run('switch', memberId, '--on', 'turnkey')).toContain('has no role group switched off')
  })
})
