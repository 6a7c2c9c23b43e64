import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection } from '../support/api.ts'
import { SHIPPED, useCatalogFiles } from '../support/catalog-files.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

describeOnBoth('iotcomms-6: role requests', (database) => {
  let joinery: Joinery
  let account: string
  let admin: string
  let jane: string
  let names = 0
  const clock = createClock()
  const catalogs = useCatalogFiles()
  const app = () => joinery.runtime.app
  beforeAll(async () => {
    const shipped = readFileSync(join(SHIPPED, 'iotcomms.yaml'), 'utf8').replace('id: iotcomms', 'id: self-managed')
    const own = shipped.replace('manage-members: operator', 'manage-members: { roles: [admin] }')
    writeFileSync(join(catalogs.folder, 'self-managed.yaml'), own)
    joinery = await startJoinery({ database, clock, workers: false, env: { CATALOG_DIR: catalogs.folder } })
  })
  afterAll(() => joinery.close())
  const person = async (): Promise<string> => {
    const userName = `p${(names += 1)}@corp.example`
    return (await app().addMember(operator, { accountId: account, userName, email: userName })).id
  }
  beforeEach(async () => {
    account = (await app().createAccount(operator, { name: 'Acme', catalog: 'iotcomms' })).id
    admin = await person()
    jane = await person()
    await app().assignRole(operator, { accountId: account, memberId: admin, role: 'admin' })
    await settle(joinery)
  })
  const role = 'billing_administrator'
  const ask = (who: string, forWhom: string, what = role) =>
    app().askForRole(as(who, account), { accountId: account, memberId: forWhom, role: what, reason: 'I pay' })
  const ref = (requestId: string) => ({ accountId: account, requestId })
  const rolesOf = async (memberId: string) => {
    await settle(joinery)
    return (await app().showMember(operator, { accountId: account, memberId })).roles
  }
  const rule = (attempt: Promise<unknown>) =>
    attempt.then(
      () => null,
      (error: { rule?: string; code: string }) => error.rule ?? error.code,
    )

  it('are asked with a promised time, and granted with the role by the platform’s team', async () => {
    const asked = await ask(jane, jane)
    expect(asked).toMatchObject({ state: 'open', askedBy: `member:${jane}`, decidedBy: null })
    expect(asked.promisedAt - asked.askedAt).toBe(48 * 3_600_000)
    expect(await rolesOf(jane)).toEqual([])
    const granted = await app().grantRoleRequest(operator, { ...ref(asked.id), answer: 'Welcome' })
    expect(granted).toMatchObject({ state: 'granted', decidedBy: 'operator', answer: 'Welcome' })
    expect(await rolesOf(jane)).toEqual([role])
    expect(await rule(app().grantRoleRequest(operator, ref(asked.id)))).toBe('request_closed')
    expect(await rule(app().declineRoleRequest(operator, ref(asked.id)))).toBe('request_closed')
  })

  it('are declined and withdrawn, and give nothing then', async () => {
    const [first, second] = [await ask(jane, jane), await ask(jane, jane, 'admin')]
    expect(await rule(ask(jane, jane))).toBe('asked_already')
    expect(await app().declineRoleRequest(operator, { ...ref(first.id), answer: 'No' })).toMatchObject({ answer: 'No' })
    expect(await rule(app().withdrawRoleRequest(as(await person(), account), ref(second.id)))).toBe('not_found')
    expect(await app().withdrawRoleRequest(as(jane, account), ref(second.id))).toMatchObject({ state: 'withdrawn' })
    expect(await rolesOf(jane)).toEqual([])
    expect(await ask(jane, jane)).toMatchObject({ state: 'open' }) // declined is not for ever
  })

  it('are seen by whom they are for, with the answer, and of others by whoever sees members', async () => {
    const [asked, others] = [await ask(admin, jane), await ask(admin, admin, 'hybrid_admin')]
    await app().declineRoleRequest(operator, { ...ref(asked.id), answer: 'Ask in May' })
    const list = async (who: string, memberId?: string) => {
      const query = { accountId: account, limit: 10, after: undefined, memberId }
      return (await app().listRoleRequests(as(who, account), query)).items
    }
    expect(await list(jane, jane)).toMatchObject([{ id: asked.id, state: 'declined', answer: 'Ask in May' }])
    expect(await rule(list(jane))).toBe('not_allowed')
    expect(await rule(list(jane, admin))).toBe('not_allowed')
    expect((await list(admin)).map(({ id }) => id)).toEqual([asked.id, others.id])
    await app().suspendMember(operator, { accountId: account, memberId: jane, suspended: true })
    expect(await rule(list(jane, jane))).toBe('barred')
  })

  it('of all accounts are seen by the operator alone: whose answer is due first, and whose is late', async () => {
    const first = await ask(jane, jane)
    clock.advance(47 * 3_600_000)
    const elsewhere = (await app().createAccount(operator, { name: 'Other', catalog: 'iotcomms' })).id
    const { id: memberId } = await app().addMember(operator, {
      ...{ accountId: elsewhere, userName: 'kim@corp.example', email: 'kim@corp.example' },
    })
    const second = await app().askForRole(operator, { accountId: elsewhere, memberId, role, reason: 'I pay' })
    const list = async (query: string) => {
      const { items } = await joinery.api.ok('GET', `/role-requests?limit=500&state=open&${query}`)
      const ours = (items as { id: string; account: string }[]).filter(({ id }) => [first.id, second.id].includes(id))
      return ours.map((each) => [each.account, each.id])
    }
    const [one, other] = [
      [account, first.id],
      [elsewhere, second.id],
    ]
    expect(await list('sort=promisedAt')).toEqual([one, other])
    expect(await list('sort=-promisedAt')).toEqual([other, one])
    expect(await list(`account=${elsewhere}`)).toEqual([other])
    expect(await list('overdue=true')).toEqual([])
    clock.advance(3_600_000)
    expect([await list('overdue=true'), await list('overdue=false')]).toEqual([[one], [other]])
    const { out } = await runCli(joinery.url, ['role-requests', 'list', '--overdue', '--state', 'open'])
    expect(out).toMatch(new RegExp(`${first.id} +${account} +${jane}`))
    const ofAll = app().listAllRoleRequests(as(admin, account), { limit: 10, after: undefined })
    expect(await rule(ofAll)).toBe('forbidden')
  })

  it('tell strangers nothing, whatever became of them, and whoever is suspended takes nothing back', async () => {
    const [open, closed] = [await ask(jane, jane), await ask(jane, jane, 'admin')]
    await app().declineRoleRequest(operator, ref(closed.id))
    const stranger = as(await person(), account)
    for (const { id } of [open, closed])
      expect(await rule(app().withdrawRoleRequest(stranger, ref(id)))).toBe('not_found')
    await app().suspendMember(operator, { accountId: account, memberId: jane, suspended: true })
    expect(await rule(app().withdrawRoleRequest(as(jane, account), ref(open.id)))).toBe('barred')
  })

  it('of somebody who left and came back are not granted into the new life, and may be asked anew', async () => {
    const tenant = await createConnection(joinery.api, account)
    const told = okta.createUser('back')
    const { body: user } = await tenant.scim('POST', '/Users', told)
    const { items } = await app().listMembers(operator, {
      accountId: account,
      limit: 10,
      after: undefined,
      userName: user.userName,
    })
    const memberId = items[0]?.id ?? ''
    const asked = await ask(memberId, memberId)
    await tenant.scim('DELETE', `/Users/${user.id}`)
    await tenant.scim('POST', '/Users', told)
    expect(await rule(app().grantRoleRequest(operator, ref(asked.id)))).toBe('former_life')
    const anew = await ask(memberId, memberId)
    await app().grantRoleRequest(operator, ref(anew.id))
    expect(await rolesOf(memberId)).toEqual([role])
  })

  it('are asked for others by whom the catalog lets, and by nobody else', async () => {
    expect(await ask(admin, jane)).toMatchObject({ memberId: jane, askedBy: `member:${admin}` })
    expect(await rule(ask(jane, admin))).toBe('not_allowed')
    const other = await app().createAccount(operator, { name: 'Other', catalog: 'iotcomms' })
    const outside = app().askForRole(as(jane, account), { accountId: other.id, memberId: jane, role })
    expect(await rule(outside)).toBe('not_found')
    await app().suspendMember(operator, { accountId: account, memberId: admin, suspended: true })
    expect(await rule(ask(admin, jane, 'admin'))).toBe('barred')
  })

  it('are decided by the platform’s team alone: an admin, who asks for others, grants and declines nothing', async () => {
    const asked = await ask(admin, jane)
    for (const who of [admin, jane]) {
      expect(await rule(app().grantRoleRequest(as(who, account), ref(asked.id)))).toBe('not_allowed')
      expect(await rule(app().declineRoleRequest(as(who, account), ref(asked.id)))).toBe('not_allowed')
    }
    expect(await rolesOf(jane)).toEqual([])
  })

  it('are decided, where a catalog lets admins do so, by none who asked nor by whom they are for', async () => {
    account = (await app().createAccount(operator, { name: 'Own', catalog: 'self-managed' })).id
    const [boss, other] = [await person(), await person()]
    for (const memberId of [boss, other])
      await app().assignRole(operator, { accountId: account, memberId, role: 'admin' })
    await settle(joinery)
    const [byBoss, forBoss] = [await ask(boss, other), await ask(other, boss)]
    for (const { id } of [byBoss, forBoss]) {
      expect(await rule(app().grantRoleRequest(as(boss, account), ref(id)))).toBe('own_request')
      expect(await rule(app().declineRoleRequest(as(boss, account), ref(id)))).toBe('own_request')
    }
    jane = await person()
    const ofJane = await ask(jane, jane)
    expect(await app().grantRoleRequest(as(boss, account), ref(ofJane.id))).toMatchObject({
      decidedBy: `member:${boss}`,
    })
    expect(await rolesOf(jane)).toEqual([role])
  })

  it('are neither made nor taken back by an access key, which is told that a person does', async () => {
    const asked = await ask(jane, jane)
    const key: Operation = { actor: { kind: 'key', keyId: 'k', accountId: account, memberId: null }, id: 'op' }
    const refusal = { code: 'forbidden', rule: 'person_needed' }
    const command = { accountId: account, memberId: jane, role: 'admin' }
    await expect(app().askForRole(key, command)).rejects.toMatchObject(refusal)
    await expect(app().withdrawRoleRequest(key, ref(asked.id))).rejects.toMatchObject(refusal)
  })

  it('name a role that there is, in a catalog that has requests', async () => {
    expect(await rule(ask(jane, jane, 'emperor'))).toBe('invalid_input')
    const plain = await app().createAccount(operator, { name: 'Plain', catalog: 'plivo' })
    const asked = app().askForRole(operator, { accountId: plain.id, memberId: jane, role: 'developer' })
    expect(await rule(asked)).toBe('no_role_requests')
  })

  it('are listed page after page, and are overdue when the promised time is over', async () => {
    for (const what of [role, 'admin', 'hybrid_admin']) await ask(jane, jane, what)
    const path = `/accounts/${account}/role-requests`
    type Listed = { items: { id: string; role: string; overdue: boolean }[]; next: string | null }
    const page = await joinery.api.ok<Listed>('GET', `${path}?limit=2`)
    const rest = await joinery.api.ok<Listed>('GET', `${path}?limit=2&after=${page.next ?? ''}`)
    expect([...page.items, ...rest.items].map((each) => [each.role, each.overdue])).toEqual([
      [role, false],
      ['admin', false],
      ['hybrid_admin', false],
    ])
    clock.advance(48 * 3_600_000 + 60_000)
    await app().declineRoleRequest(operator, ref(page.items[0]?.id ?? ''))
    const late = await joinery.api.ok<Listed>('GET', path)
    expect(late.items.map(({ overdue }) => overdue)).toEqual([false, true, true])
    expect((await joinery.api.ok<Listed>('GET', `${path}?state=open`)).items).toHaveLength(2)
  })

  it('are asked, listed and decided from the command line', async () => {
    const run = async (...args: string[]): Promise<string> => {
      const { out, err } = await runCli(joinery.url, ['role-requests', ...args, '--account', account])
      return out + err
    }
    const { id } = JSON.parse(await run('ask', '--member', jane, '--role', role, '--json')) as { id: string }
    expect(await run('ask', '--member', jane, '--role', 'admin')).toMatch(
      /^Request \S+ is open; an answer is promised by /,
    )
    expect(await run('list', '--state', 'open')).toMatch(
      /ID +MEMBER +ROLE +STATE +PROMISEDAT[^]*billing_administrator +open/,
    )
    expect(await run('grant', id, '--answer', 'Yes')).toBe(`Request ${id} is granted.`)
    expect(await run('withdraw', id)).toContain('the request is granted already')
    expect(await rolesOf(jane)).toEqual([role])
  })
})
