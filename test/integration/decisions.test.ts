import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess, type Access } from '../support/access.ts'
import { createConnection } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, propagator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'

const hourMs = 3_600_000
const team = 'account-settings.team'

describeOnBoth('access decisions', (database) => {
  let joinery: Joinery
  let accountId: string
  let memberId: string
  let own: Access
  let wide: Access
  const clock = createClock()
  const app = () => joinery.runtime.app
  const settle = async (): Promise<void> => {
    for (;;) {
      const lagging = await app().findLagging(propagator, { limit: 500, olderThanMs: 0 })
      if (lagging.length === 0) return
      const memberIds = lagging.map((each) => each.memberId)
      await app().reconcile(propagator, { memberIds, owner: 'test', leaseMs: 10_000 })
    }
  }
  const open = async (catalog: string, more: object = {}) =>
    (await app().createAccount(operator, { name: catalog, catalog, ...more })).id
  const join = async (account: string, userName: string, ...roles: string[]): Promise<string> => {
    const { id } = await app().addMember(operator, { accountId: account, userName, email: userName })
    for (const role of roles) await app().assignRole(operator, { accountId: account, memberId: id, role })
    await settle()
    return id
  }
  const gateway = async (account: string | null): Promise<Access> => {
    const path = account === null ? '/gateways' : `/accounts/${account}/gateways`
    return createAccess(joinery.url, (await joinery.api.ok('POST', path, { name: 'Voice API' })).token)
  }
  const question = (subject: object, name: string, id: string, properties?: object) => ({
    subject,
    action: { name },
    resource: { type: 'capability', id, ...(properties === undefined ? {} : { properties }) },
  })
  const user = (id: string) => ({ type: 'user', id })
  const decide = async (ask: Access, body: object): Promise<string> => {
    const answer = await ask('/evaluation', body)
    expect(answer.status).toBe(200)
    return answer.body.decision === true ? 'yes' : answer.body.context.reason
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
    accountId = await open('plivo')
    memberId = await join(accountId, 'ann@corp.example', 'admin')
    await join(accountId, 'ben@corp.example', 'support')
    own = await gateway(accountId)
    wide = await gateway(null)
  })
  afterAll(() => joinery.close())

  it('are made of roles, by member id and by user name', async () => {
    expect(await decide(own, question({ type: 'member', id: memberId }, 'edit', team))).toBe('yes')
    expect(await decide(own, question(user('Ann@Corp.example'), 'edit', team))).toBe('yes')
    expect(await decide(own, question(user('ben@corp.example'), 'edit', team))).toBe('not_granted')
    expect(await decide(own, question(user(memberId), 'edit', team))).toBe('unknown_subject')
  })

  it('say no with the reason to what is not known', async () => {
    const ann = user('ann@corp.example')
    expect(await decide(own, question(user('nobody'), 'edit', team))).toBe('unknown_subject')
    expect(await decide(own, question({ type: 'robot', id: memberId }, 'edit', team))).toBe('unknown_subject')
    expect(await decide(own, question(ann, 'edit', 'nothing'))).toBe('unknown_resource')
    expect(await decide(own, question(ann, 'fly', team))).toBe('unknown_action')
    expect(await decide(wide, question(ann, 'edit', team))).toBe('account_not_named')
    expect(await decide(wide, question(ann, 'edit', team, { account: 'x' }))).toBe('unknown_account')
    expect(await decide(wide, question(ann, 'edit', team, { account: 7 }))).toBe('unknown_account')
    expect(await decide(wide, question(ann, 'edit', team, { account: accountId }))).toBe('yes')
    const other = { ...question(ann, 'edit', team), resource: { type: 'file', id: team } }
    expect(await decide(own, other)).toBe('unknown_resource')
  })

  it('a gateway of one account learns nothing of another', async () => {
    const elsewhere = await open('plivo')
    const stranger = await join(elsewhere, 'eve@corp.example', 'admin')
    const asked = question({ type: 'member', id: stranger }, 'edit', team, { account: elsewhere })
    expect(await decide(own, asked)).toBe('unknown_account')
    expect(await decide(own, question({ type: 'member', id: stranger }, 'edit', team))).toBe('unknown_subject')
    expect(await decide(wide, asked)).toBe('yes')
    const across = question({ type: 'member', id: stranger }, 'edit', team, { account: accountId })
    expect(await decide(wide, across)).toBe('outside_purview')
    const found = await own('/search/subject', { ...asked, subject: { type: 'member' } })
    expect(found.body.results).toEqual([])
  })

  it('honour purview and what is available at a level of the tree', async () => {
    const top = await open('studio', { level: 'service-provider' })
    const below = await open('studio', { parentId: top })
    const chief = await join(top, 'chief@corp.example', 'service-provider')
    const clerk = await join(below, 'clerk@corp.example', 'ac_admin')
    const { permissions } = await joinery.api.ok('GET', `/accounts/${top}/members/${chief}/permissions?at=${below}`)
    const [{ capability, access }] = permissions
    const asked = (id: string, account: string) =>
      decide(wide, question({ type: 'member', id }, access[0], capability, { account }))
    expect(await asked(chief, below)).toBe('yes')
    expect(await asked(clerk, top)).toBe('outside_purview')
    await app().suspendAccount(operator, { accountId: below, suspended: true })
    expect(await asked(chief, below)).toBe('account_suspended')
    expect(await asked(chief, top)).toBe('yes')
    await app().suspendAccount(operator, { accountId: top, suspended: true })
    expect(await asked(chief, top)).toBe('account_suspended')
  })

  it('begin and end on the instant, with no worker at work', async () => {
    const id = await join(accountId, 'tim@corp.example')
    const span = { validFrom: clock.now() + hourMs, validTo: clock.now() + 2 * hourMs }
    await app().assignRole(operator, { accountId, memberId: id, role: 'admin', ...span })
    await settle()
    const asked = () => decide(own, question({ type: 'member', id }, 'edit', team))
    expect(await asked()).toBe('not_granted')
    clock.advance(hourMs)
    expect(await asked()).toBe('yes')
    clock.advance(hourMs)
    expect(await asked()).toBe('not_granted')
  })

  it('kill switch: suspended by SCIM with the workers stopped, the next answer is no', async () => {
    const { scim, connectionId } = await createConnection(joinery.api, accountId)
    const { body } = await scim('POST', '/Users', okta.createUser('kim'))
    const group = await scim('POST', '/Groups', okta.createGroup('Chiefs'))
    await scim('PATCH', `/Groups/${group.body.id}`, okta.addMembers(body.id as string))
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, {
      ...{ connection: connectionId, groupId: group.body.id, role: 'admin' },
    })
    await settle()
    const asked = () => decide(own, question(user(body.userName as string), 'edit', team))
    expect(await asked()).toBe('yes')
    await scim('PATCH', `/Users/${body.id}`, okta.setActive(false))
    expect(await asked()).toBe('suspended')
    await scim('PATCH', `/Users/${body.id}`, okta.setActive(true))
    expect(await asked()).toBe('yes')
    await scim('DELETE', `/Groups/${group.body.id}`)
    expect(await asked()).toBe('not_granted') // the stored grant stands still
    await scim('DELETE', `/Users/${body.id}`)
    expect(await asked()).toBe('removed')
  })

  it('a revoked gateway is out at once', async () => {
    const { id, token } = await joinery.api.ok('POST', `/accounts/${accountId}/gateways`, { name: 'Old' })
    const ask = createAccess(joinery.url, token)
    expect((await ask('/evaluation', question(user('x'), 'edit', team))).status).toBe(200)
    await joinery.api.ok('DELETE', `/accounts/${accountId}/gateways/${id}`)
    await joinery.api.ok('DELETE', `/accounts/${accountId}/gateways/${id}`)
    const answer = await ask('/evaluation', question(user('x'), 'edit', team))
    expect(answer.status).toBe(401)
    expect(answer.body.error).toMatchObject({ status: 401 })
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/gateways`)
    expect(items.find((each: { id: string }) => each.id === id)).toMatchObject({ state: 'revoked' })
    for (const wrong of ['', 'gw_x_y', `${token}x`, token.replace('gw_', 'scim_')])
      expect((await createAccess(joinery.url, wrong)('/evaluation', {})).status).toBe(401)
    const admin = createAccess(joinery.url, testSecrets.ADMIN_TOKEN)
    expect(await decide(admin, question(user('ann@corp.example'), 'edit', team, { account: accountId }))).toBe('yes')
  })

  describe('many at once', () => {
    const yes = { subject: user('ann@corp.example') }
    const no = { subject: user('ben@corp.example') }
    const defaults = { action: { name: 'edit' }, resource: { type: 'capability', id: team } }
    const ask = async (evaluations: object[], semantic?: string) => {
      const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } }
      const { body } = await own('/evaluations', { ...defaults, evaluations, ...options })
      return body.evaluations.map(({ decision }: { decision: boolean }) => decision)
    }

    it('answer in order, and stop where the semantics say so', async () => {
      expect(await ask([yes, no, yes])).toEqual([true, false, true])
      expect(await ask([yes, no, yes], 'execute_all')).toEqual([true, false, true])
      expect(await ask([yes, no, yes], 'deny_on_first_deny')).toEqual([true, false])
      expect(await ask([no, yes, no], 'permit_on_first_permit')).toEqual([false, true])
    })

    it('name what is not whole in its place, and take a single question', async () => {
      const { body } = await own('/evaluations', { ...defaults, evaluations: [yes, {}] })
      expect(body.evaluations[0]).toEqual({ decision: true })
      expect(body.evaluations[1]).toMatchObject({ decision: false, context: { error: { status: 400 } } })
      expect(body.evaluations[1].context.error.message).toContain('subject')
      expect((await own('/evaluations', { ...defaults, ...yes })).body).toEqual({ decision: true })
      const wrong = { ...defaults, evaluations: [yes], options: { evaluations_semantic: 'x' } }
      expect((await own('/evaluations', wrong)).status).toBe(400)
      const tooMany = { ...defaults, evaluations: Array.from({ length: 501 }, () => yes) }
      expect((await own('/evaluations', tooMany)).status).toBe(400)
    })
  })

  it('why and permissions say all of it, by the API', async () => {
    const path = `/accounts/${accountId}/members/${memberId}`
    expect(await joinery.api.ok('GET', `${path}/why?capability=${team}&action=edit`)).toMatchObject({
      holds: true,
      granted: [{ role: 'admin', source: 'manual' }],
      lost: [],
    })
    expect(await joinery.api.ok('GET', `${path}/why?role=developer`)).toMatchObject({ holds: false, granted: [] })
    for (const query of [
      'role=nobody',
      `capability=${team}`,
      'action=edit',
      'capability=x&action=edit',
      `capability=${team}&action=fly`,
      'role=admin&action=edit',
    ])
      expect((await joinery.api.call('GET', `${path}/why?${query}`)).status).toBe(400)
    const { permissions } = await joinery.api.ok('GET', `${path}/permissions`)
    const entry = permissions.find(({ capability }: { capability: string }) => capability === team)
    expect(entry.access).toContain('edit')
    expect(entry.sources).toMatchObject([{ role: 'admin', source: 'manual' }])
    await app().assignRole(operator, { accountId, memberId, role: 'developer' })
    const { lost } = await joinery.api.ok('GET', `${path}/why?role=developer`)
    expect(lost).toMatchObject([{ reason: 'not_applied_yet' }])
  })
})
