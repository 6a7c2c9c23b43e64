import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Connection } from '../../src/domain/connection.ts'
import { everyScope } from '../../src/domain/scim-scope.ts'
import { createConnection, createTenant, isProblem } from '../support/api.ts'
import { createBrowser } from '../support/browser.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { drifted, lookInto } from '../support/drift.ts'
import { okta, patch } from '../support/idp.ts'
import { operator, propagator } from '../support/joinery.ts'
import {
  person,
  proveDomain,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'
import { as, settle } from '../support/signed-in.ts'

describeOnBoth('a connection that is retired', (database) => {
  let joinery: SignInJoinery
  const app = () => joinery.runtime.app
  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  const pathOf = ({ accountId, connectionId }: Pick<Company, 'accountId' | 'connectionId'>) =>
    `/accounts/${accountId}/connections/${connectionId}`
  const refOf = ({ accountId, connectionId }: Pick<Company, 'accountId' | 'connectionId'>) => ({
    accountId,
    connectionId,
  })
  const planOf = async (tenant: Parameters<typeof pathOf>[0]): Promise<any> =>
    joinery.api.ok('GET', `${pathOf(tenant)}/retirement`)
  const retire = (tenant: Parameters<typeof pathOf>[0], plan: string, headers = {}) =>
    joinery.api.call('DELETE', `${pathOf(tenant)}?plan=${plan}`, undefined, headers)
  const memberOf = async (accountId: string, name: string): Promise<any> => {
    const query = `userName=${encodeURIComponent(`${name}@corp.example`)}`
    return (await joinery.api.ok('GET', `/accounts/${accountId}/members?${query}`)).items[0]
  }

  it('ends for its people, tokens, clients, sign-in and sessions at once, while no worker is at work', async () => {
    const company = await startCompany(joinery)
    const { accountId, connectionId, scim, idp } = company
    const bob = await push(company, 'bob')
    await push(company, 'ann')
    const { body: group } = await scim('POST', '/Groups', okta.createGroup('Engineers'))
    await scim('PATCH', `/Groups/${group.id}`, okta.addMembers(bob))
    const mapping = { connection: connectionId, groupId: group.id, role: 'developer' }
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    const { id: bobId } = await memberOf(accountId, 'bob')
    await joinery.api.ok('POST', `/accounts/${accountId}/members/${bobId}/roles`, { role: 'support' })
    const client = await joinery.api.ok('POST', `${pathOf(company)}/clients`, { name: 'Second' })
    const byHand = { userName: 'hand@corp.example', email: 'hand@corp.example' }
    const { id: handId } = await joinery.api.ok('POST', `/accounts/${accountId}/members`, byHand)
    await settle(joinery)
    const browser = createBrowser()
    await signIn(company, 'bob', browser)
    expect((await sessionOf(joinery, browser)).status).toBe(200)

    const question = { subject: { type: 'member', id: bobId }, action: { name: 'view' }, resource: { type: 'capability', id: 'account-settings.subaccounts' } } // prettier-ignore
    const { token } = await joinery.api.ok('POST', `/accounts/${accountId}/gateways`, { name: 'G' })
    const decision = async (): Promise<unknown> => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
      const asked = { method: 'POST', headers, body: JSON.stringify(question) }
      return ((await (await fetch(`${joinery.url}/access/v1/evaluation`, asked)).json()) as { decision: unknown })
        .decision
    }
    expect(await decision()).toBe(true)

    const plan = await planOf(company)
    expect(plan).toMatchObject({
      ...{ people: 2, groups: 1, mappings: 1, tokens: 1, clients: 1, identities: 1, elsewhere: 0, leave: 2, stay: 0 },
      ...{ issuer: idp.issuer, owners: [], roles: [{ role: 'support', members: 1 }] },
    })
    expect((await retire(company, plan.plan)).status).toBe(200)

    expect((await sessionOf(joinery, browser)).status).toBe(401)
    isScimRefusal(await scim('GET', '/Users'))
    isScimRefusal(await scim('POST', '/Users', okta.createUser('new')))
    expect(await decision()).toBe(false)
    expect(await memberOf(accountId, 'ann')).toMatchObject({ status: 'removed' })
    expect((await joinery.api.ok('GET', `/accounts/${accountId}/members/${handId}`)).status).toBe('active')
    expect((await joinery.api.ok('GET', `${pathOf(company)}/clients`)).items).toMatchObject([
      { id: client.id, state: 'revoked' },
    ])
    expect((await joinery.api.ok('GET', `${pathOf(company)}/tokens`)).items).toMatchObject([{ state: 'revoked' }])
    expect((await joinery.api.ok('GET', pathOf(company))).state).toBe('retired')
    expect((await signIn(company, 'bob')).status).toBeGreaterThanOrEqual(400)
    const signInNow = await joinery.api.call('GET', company.oidcPath)
    isProblem(signInNow, 404, 'not_found')
    expect(signInNow.body.detail).toContain('it is retired, for good')
  })

  it('leaves nothing to the propagation but stored grants, which it takes away, and says so in the audit log', async () => {
    const tenant = await createTenant(joinery.api)
    const { accountId, connectionId, scim } = tenant
    const { body: group } = await scim('POST', '/Groups', okta.createGroup('Engineers'))
    const ids: string[] = []
    for (const name of ['one', 'two', 'three'])
      ids.push((await scim('POST', '/Users', okta.createUser(name))).body.id as string)
    await scim('PATCH', `/Groups/${group.id}`, okta.addMembers(...ids))
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, { connection: connectionId, groupId: group.id, role: 'developer' }) // prettier-ignore
    await settle(joinery)
    const { plan, roles } = await planOf(tenant)
    expect(roles).toEqual([{ role: 'developer', members: 3 }])
    await retire(tenant, plan)

    const lagging = await app().findLagging(propagator, { limit: 500, olderThanMs: 0 })
    const [first, ...others] = lagging.filter((each) => each.accountId === accountId)
    expect([first, ...others]).toHaveLength(3)
    // One of them alone, as where a worker dies; whoever comes next goes on with the others.
    await app().reconcile(propagator, { memberIds: [first?.memberId ?? ''], owner: 'w1', leaseMs: 10_000 })
    await settle(joinery)
    const look = await lookInto(joinery.database)
    expect(await drifted(look.views, accountId)).toEqual([])
    await look.close()
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/members`)
    expect(items.map((each: { status: string; roles: string[] }) => [each.status, each.roles])).toEqual(
      [1, 2, 3].map(() => ['removed', []]),
    )
    const { items: lines } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?limit=200`)
    const actions = (lines as { action: string }[]).map(({ action }) => action)
    expect(actions.filter((action) => action === 'member.removed')).toHaveLength(3)
    expect(lines.find(({ action }: { action: string }) => action === 'connection.retired')).toMatchObject({
      ...{ target: connectionId, before: { state: 'active' }, after: { state: 'retired' } },
      detail: { people: 3, groups: 1, mappings: 1, leave: 3, roles: ['developer'] },
    })
  })

  it('keeps the owner and whoever comes in another way, and ends identities in other accounts', async () => {
    const staff = await startCompany(joinery, { settings: { platform: true } })
    const other = await createTenant(joinery.api)
    const owner = { userName: 'own@corp.example', email: 'own@corp.example' }
    const { id: accountId, ownerId } = await joinery.api.ok('POST', '/accounts', { name: 'O', catalog: 'plivo', owner }) // prettier-ignore
    const identity = { connection: staff.connectionId, subject: '00uann' }
    await joinery.api.ok('POST', `/accounts/${accountId}/members/${ownerId}/identities`, identity)
    const browser = createBrowser()
    await signIn(staff, 'ann', browser)
    expect((await sessionOf(joinery, browser)).body).toMatchObject({ account: { id: accountId } })
    const plan = await planOf(staff)
    expect(plan).toMatchObject({ elsewhere: 1, leave: 0 })
    await retire(staff, plan.plan)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await joinery.api.ok('GET', `/accounts/${accountId}/members/${ownerId}`)).status).toBe('active')
    expect((await joinery.api.ok('GET', `/accounts/${accountId}/members/${ownerId}/identities`)).items).toEqual([])

    await joinery.api.ok('PATCH', `/accounts/${other.accountId}`, { entitlements: ['role-management'] })
    const { body: boss } = await other.scim('POST', '/Users', okta.createUser('boss'))
    expect(boss.id).toEqual(expect.any(String))
    const member = await memberOf(other.accountId, 'boss')
    await app().handOverAccount(operator, { accountId: other.accountId, memberId: member.id })
    await settle(joinery)
    const its = await planOf(other)
    expect(its).toMatchObject({ people: 1, leave: 0, stay: 1, owners: [member.id] })
    const himself = app().retireConnection(as(member.id, other.accountId), { ...refOf(other), plan: its.plan })
    await expect(himself).rejects.toMatchObject({ rule: 'own_standing' })
    await retire(other, its.plan)
    await settle(joinery)
    expect(await memberOf(other.accountId, 'boss')).toMatchObject({ status: 'active', roles: ['owner'] })
  })

  it('is refused by a plan that is not what would happen, and by what the caller has not seen', async () => {
    const tenant = await createTenant(joinery.api)
    const { plan } = await planOf(tenant)
    isProblem(await retire(tenant, 'another'), 409, 'conflict')
    await tenant.scim('POST', '/Users', okta.createUser('late'))
    isProblem(await retire(tenant, plan), 409, 'conflict')
    const next = (await planOf(tenant)).plan
    isProblem(await retire(tenant, next, { 'If-Match': '"another"' }), 412, 'precondition_failed')
    const { headers } = await joinery.api.call('GET', pathOf(tenant))
    expect((await retire(tenant, next, { 'If-Match': headers.get('etag') ?? '' })).status).toBe(200)
    const again = await retire(tenant, next)
    isProblem(again, 409, 'conflict')
    expect(again.body.rule).toBe('connection_retired')
    for (const [method, path, body] of [
      ['POST', `${pathOf(tenant)}/tokens`, {}],
      ['POST', `${pathOf(tenant)}/clients`, { name: 'X' }],
      ['PATCH', pathOf(tenant), { name: 'X' }],
      ['PUT', `${pathOf(tenant)}/oidc`, { issuer: 'https://i.example', clientId: 'x', clientSecret: 'x'.repeat(30) }],
      ['POST', `/accounts/${tenant.accountId}/mappings`, { connection: tenant.connectionId, groupName: 'X', role: 'support' }], // prettier-ignore
    ] as const)
      expect((await joinery.api.call(method, path, body)).body.rule, `${method} ${path}`).toBe('connection_retired')
  })

  it('is refused where something changes between the request and its turn', async () => {
    const tenant = await createTenant(joinery.api)
    const { plan, tokens } = await planOf(tenant)
    expect(tokens).toBe(1)
    const { database: beside, close } = await lookInto(joinery.database)
    let answer: ReturnType<typeof retire> | undefined
    await beside.transaction(async ({ db, run }) => {
      await run(db('connections').where({ id: tenant.connectionId }).update({ state: 'active' })) // it waits for this row
      answer = retire(tenant, plan)
      for (let n = 0; n < 5; n += 1) await planOf(tenant) // by then it has read what there was before
      await run(db('scim_tokens').where({ connection_id: tenant.connectionId }).update({ revoked_at: 1 }))
    })
    await close()
    const late = await answer
    expect([late?.status, late?.body.rule]).toEqual([409, 'plan_stale'])
    expect((await joinery.api.ok('GET', pathOf(tenant))).state).toBe('active')
  })

  it('takes nobody in any more by a request that was let in before', async () => {
    const tenant = await createTenant(joinery.api)
    const connection = (await app().showConnection(operator, refOf(tenant))) satisfies Connection
    await retire(tenant, (await planOf(tenant)).plan)
    const facts = { userName: 'slow@corp.example', externalId: null, displayName: null, active: true, attributes: {} }
    const emails = [{ value: 'slow@corp.example', type: 'work', primary: true }]
    const actor = { kind: 'scim', ...refOf(tenant), credentialId: 'x', scopes: everyScope } as const
    const slow = app().createUser({ actor, id: 'slow' }, { connection, facts: { ...facts, emails } })
    await expect(slow).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await memberOf(tenant.accountId, 'slow')).toBeUndefined()
  })

  it('lets nobody slip in who is pushed, changed or removed at the same time', async () => {
    const tenant = await createTenant(joinery.api)
    const { scim } = tenant
    const ids: string[] = []
    for (let n = 0; n < 6; n += 1) ids.push((await scim('POST', '/Users', okta.createUser(`r${n}`))).body.id as string)
    const { plan } = await planOf(tenant)
    const rename = { displayName: 'Another' }
    const answers = await Promise.all([
      ...ids.slice(0, 3).map((id) => scim('PATCH', `/Users/${id}`, patch({ op: 'replace', value: rename }))),
      ...[0, 1, 2].map((n) => scim('POST', '/Users', okta.createUser(`s${n}`))),
      retire(tenant, plan),
      ...ids.slice(3).map((id) => scim('DELETE', `/Users/${id}`)),
      ...[3, 4, 5].map((n) => scim('POST', '/Users', okta.createUser(`s${n}`))),
    ])
    expect(answers[6]).toMatchObject({ status: 200 })
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?limit=100`)
    expect(items.length).toBeGreaterThanOrEqual(6)
    expect(items.filter(({ status }: { status: string }) => status !== 'removed')).toEqual([])
  })

  it('is done by an admin of the account, and by nobody who is less, a stranger, or would shut himself out', async () => {
    const entitlements = ['role-management']
    const { id: accountId } = await app().createAccount(operator, { name: 'A', catalog: 'plivo', entitlements })
    const tenant = await createConnection(joinery.api, accountId)
    const join = async (name: string, role: string) => {
      const address = `${name}@corp.example`
      const { id } = await app().addMember(operator, { accountId, userName: address, email: address })
      await app().assignRole(operator, { accountId, memberId: id, role })
      return as(id, accountId)
    }
    const [admin, developer] = [await join('adm', 'admin'), await join('dev', 'developer')]
    await tenant.scim('POST', '/Users', okta.createUser('inside'))
    const inside = await memberOf(accountId, 'inside')
    await app().assignRole(operator, { accountId, memberId: inside.id, role: 'admin' })
    await settle(joinery)
    const { plan } = await planOf(tenant)
    const by = (op: typeof admin, ref = refOf(tenant)) => app().retireConnection(op, { ...ref, plan })
    await expect(by(developer)).rejects.toMatchObject({ rule: 'not_allowed' })
    await expect(by(as(inside.id, accountId))).rejects.toMatchObject({ rule: 'own_standing' })
    const elsewhere = await app().createAccount(operator, { name: 'B', catalog: 'plivo', entitlements, owner: { userName: 'o@corp.example', email: 'o@corp.example' } }) // prettier-ignore
    await settle(joinery)
    const stranger = as(elsewhere.ownerId ?? '', elsewhere.id)
    await expect(by(stranger)).rejects.toMatchObject({ code: 'not_found' })
    await expect(by(stranger, { ...refOf(tenant), accountId: elsewhere.id })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(by(admin)).resolves.toMatchObject({ leave: 1 })
  })

  it('removes whom a sign-in has made', async () => {
    const jit = { authority: 'jit', defaultRole: 'developer', pair: null }
    const company = await startCompany(joinery, { settings: jit, people: [person('cleo')] })
    await proveDomain(joinery, company.accountId, 'corp.example')
    const browser = createBrowser()
    await signIn(company, 'cleo', browser)
    const { body } = await sessionOf(joinery, browser)
    const memberId = body.member.id as string
    const plan = await planOf(company)
    expect(plan).toMatchObject({ people: 0, identities: 1, leave: 1 })
    await retire(company, plan.plan)
    expect(await joinery.api.ok('GET', `/accounts/${company.accountId}/members/${memberId}`)).toMatchObject({
      status: 'removed',
    })
  })

  it('tells beforehand that nobody would manage the account any more', async () => {
    const tenant = await createTenant(joinery.api)
    const { accountId, connectionId, scim } = tenant
    const { body: user } = await scim('POST', '/Users', okta.createUser('boss'))
    const { body: group } = await scim('POST', '/Groups', okta.createGroup('Admins'))
    await scim('PATCH', `/Groups/${group.id}`, okta.addMembers(user.id as string))
    const unmanaged = async () => (await planOf(tenant)).unmanaged
    expect(await unmanaged()).toEqual([]) // nobody does as it is
    const mapping = { connection: connectionId, groupId: group.id, role: 'admin' }
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    expect(await unmanaged()).toEqual(['manage-members', 'manage-mappings'])
    const args = ['connections', 'retire', '--account', accountId, '--connection', connectionId]
    const warning = 'Nobody of the account manages its members and mappings any more'
    expect((await runCli(joinery.url, args)).out).toContain(warning)
    const seen = (await planOf(tenant)).plan

    // Who stays, by another directory, holds by this one alone what he manages with.
    const other = await createConnection(joinery.api, accountId)
    const { body: same } = await other.scim('POST', '/Users', okta.createUser('boss2'))
    const { id: bossId } = await memberOf(accountId, 'boss')
    await joinery.breakable.run((db) => db('directory_users').where({ id: same.id }).update({ member_id: bossId }))
    expect(await planOf(tenant)).toMatchObject({ leave: 0, unmanaged: ['manage-members', 'manage-mappings'] })

    await joinery.api.ok('POST', `/accounts/${accountId}/members/${bossId}/roles`, { role: 'admin' })
    expect(await unmanaged()).toEqual([])
    isProblem(await retire(tenant, seen), 409, 'conflict')
    const retired = await retire(tenant, (await planOf(tenant)).plan)
    expect(retired).toMatchObject({ status: 200, body: { unmanaged: [] } })
  })

  it('is looked at and done on the command line', async () => {
    const tenant = await createTenant(joinery.api)
    await tenant.scim('POST', '/Users', okta.createUser('cli'))
    const ref = ['--account', tenant.accountId, '--connection', tenant.connectionId]
    const cli = (...args: string[]) => runCli(joinery.url, ['connections', 'retire', ...ref, ...args])
    const looked = await cli()
    expect(looked).toMatchObject({ status: 0 })
    expect(looked.out).toContain('1 person leaves')
    const command = /--plan (\w+)/.exec(looked.out)
    expect(await cli('--plan', 'wrong')).toMatchObject({
      status: 1,
      err: expect.stringContaining('plan again') as string,
    })
    const done = await cli('--plan', command?.[1] ?? '')
    expect(done.out).toContain('is retired; 1 person has left')
  })
})

function isScimRefusal({ status, body }: { status: number; body: { schemas?: string[] } }): void {
  expect(status).toBe(401)
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
}
