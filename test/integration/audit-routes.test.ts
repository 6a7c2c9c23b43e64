import { afterAll, beforeAll, expect, it } from 'vitest'
import { sealAll, verdictOn } from '../support/audit.ts'
import { createTenant, eventually, isProblem, settled, type Tenant } from '../support/api.ts'
import { createBreakable } from '../support/breakable.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

type Line = { id: string; action: string; actor: string; target: string; door: string; member: string | null } & {
  seq: number | null
  at: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}
type Page<T> = { items: T[]; next: string | null }

const authorized = { headers: { Authorization: `Bearer ${testSecrets.ADMIN_TOKEN}` } }

describeOnBoth('the audit log by the admin API', (database) => {
  const breakable = createBreakable()
  let joinery: Joinery
  let tenant: Tenant
  let jane: string
  const path = () => `/accounts/${tenant.accountId}/audit`
  const list = (query = '') => joinery.api.ok<Page<Line>>('GET', `${path()}?${query}`)

  beforeAll(async () => {
    joinery = await startJoinery({ database, wrapDatabase: breakable.wrapDatabase })
    tenant = await createTenant(joinery.api)
    await tenant.scim('POST', '/Users', okta.createUser('jane'))
    await settled(joinery.api, tenant.accountId)
    const members = await joinery.api.ok<Page<{ id: string }>>('GET', `/accounts/${tenant.accountId}/members`)
    jane = members.items[0]?.id ?? ''
    await joinery.api.ok('POST', `${path().replace('/audit', '')}/members/${jane}/roles`, { role: 'support' })
    await joinery.api.ok('PATCH', `/accounts/${tenant.accountId}`, { name: 'Renamed' })
    await settled(joinery.api, tenant.accountId)
  })
  afterAll(() => joinery.close())

  it('lists lines with door, actor, before and after, the newest first, sealed soon after', async () => {
    const { items } = await eventually(list, (page) => page.items.every(({ seq }) => seq !== null))
    const seqs = items.map(({ seq }) => seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => Number(b) - Number(a)))
    expect(items.find(({ action }) => action === 'account.changed')).toMatchObject({
      ...{ actor: 'operator', door: 'admin', target: tenant.accountId, member: null },
      ...{ before: { name: 'Account okta' }, after: { name: 'Renamed' } },
    })
    expect(items.find(({ action }) => action === 'user.joined')).toMatchObject({
      ...{ actor: `scim:${tenant.connectionId}`, door: 'scim', member: jane },
      after: { userName: 'jane@corp.example' },
    })
  })

  it('pages through everything once, in the same order', async () => {
    const { items: whole } = await list('limit=500')
    const seen: Line[] = []
    for (let after = ''; ;) {
      const page = await list(`limit=2${after}`)
      seen.push(...page.items)
      if (page.next === null) break
      after = `&after=${page.next}`
    }
    expect(seen.map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
    isProblem(await joinery.api.call('GET', `${path()}?after=nonsense`), 400, 'invalid_input')
  })

  it('finds by actor, action, target, member, door and time, and by several at once', async () => {
    const { items: whole } = await list('limit=500')
    const fits: [string, (line: Line) => boolean][] = [
      ['actor=operator', ({ actor }) => actor === 'operator'],
      ['action=role.assigned', ({ action }) => action === 'role.assigned'],
      [`target=${tenant.accountId}`, ({ target }) => target === tenant.accountId],
      [`member=${jane}`, ({ member }) => member === jane],
      ['door=worker', ({ door }) => door === 'worker'],
      ['door=admin&actor=operator&action=account.changed', ({ action }) => action === 'account.changed'],
    ]
    for (const [query, fit] of fits) {
      const wanted = whole.filter(fit).map(({ id }) => id)
      expect(wanted.length, query).toBeGreaterThan(0)
      expect((await list(query)).items.map(({ id }) => id)).toEqual(wanted)
    }
    const middle = whole[3]?.at ?? ''
    const [since, until] = [await list(`since=${middle}`), await list(`until=${middle}`)]
    expect(since.items.every(({ at }) => at >= middle)).toBe(true)
    expect([...since.items, ...until.items].map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
    const wrong = await joinery.api.call('GET', `${path()}?action=account.eaten`)
    expect(wrong.body.errors).toMatchObject([{ path: 'action' }])
  })

  it('streams an export that ends with a checkpoint and that the verifier takes', async () => {
    const answer = await fetch(`${joinery.url}/api/v1${path()}/export?personal=true`, authorized)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jsonl'])
    const text = await answer.text()
    expect(text).toContain('jane@corp.example')
    const keys = (await joinery.api.ok<Page<{ id: string }>>('GET', `${path()}/keys`)).items.map(({ id }) => id)
    const verdict = await verdictOn(text, { keys })
    expect(verdict).toMatchObject({ faults: [], account: tenant.accountId, from: 1, trusted: true })
    const bare = await joinery.api.call<string>('GET', `${path()}/export?after=${verdict.to - 2}`)
    expect(bare.body).not.toContain('corp.example')
    expect(await verdictOn(bare.body, { keys })).toMatchObject({ faults: [], from: verdict.to - 1 })
    const beyond = await joinery.api.call('GET', `${path()}/export?after=${verdict.to + 1000}`)
    isProblem(beyond, 400, 'invalid_input')
  })

  it('answers an outage before the first line as one, and breaks off at one in the middle', async () => {
    await sealAll(joinery)
    breakable.fail((_, sql) => (/from "?`?audit_keys/.test(sql) ? new Error('Connection terminated') : null))
    isProblem(await joinery.api.call('GET', `${path()}/export`), 503, 'upstream_unavailable')
    breakable.fail((_, sql) => (/audit_checkpoints/.test(sql) ? new Error('Connection terminated') : null))
    const broken = await fetch(`${joinery.url}/api/v1${path()}/export`, authorized)
    await expect(broken.text()).rejects.toThrow()
    breakable.mend()
    expect((await joinery.api.call('GET', `${path()}/export`)).status).toBe(200)
  })

  it('ends its work when whoever asked goes away', async () => {
    const gone = new AbortController()
    const answer = await fetch(`${joinery.url}/api/v1${path()}/export`, { ...authorized, signal: gone.signal })
    gone.abort()
    await expect(answer.text()).rejects.toThrow()
    expect((await joinery.api.call('GET', path())).status).toBe(200)
  })

  it('rotates the key, which is a line in the log of the service itself', async () => {
    await joinery.api.call('GET', `${path()}/export`)
    const before = await joinery.api.ok<Page<{ id: string }>>('GET', '/audit/keys')
    const fresh = await joinery.api.ok('POST', '/audit/keys', {})
    expect(fresh.by).toBe(before.items.at(-1)?.id)
    const { items } = await joinery.api.ok<Page<Line>>('GET', '/audit?action=audit.key_added')
    expect(items[0]).toMatchObject({ target: fresh.id, before: { key: fresh.by }, after: { key: fresh.id } })
    const whole = await joinery.api.call<string>('GET', '/audit/export')
    expect(await verdictOn(whole.body, { keys: [before.items[0]?.id ?? ''] })).toMatchObject({
      ...{ faults: [], account: 'service', trusted: true, key: fresh.id },
    })
    const lost = await joinery.api.call('POST', '/audit/keys', { lost: true })
    isProblem(lost, 409, 'conflict')
  })

  it('erases the personal values of a member for good, and says so in the log', async () => {
    const { accountId } = await createTenant(joinery.api)
    const add = { userName: 'p@corp.example', email: 'p@corp.example' }
    const person = await joinery.api.ok('POST', `/accounts/${accountId}/members`, add)
    const erase = () => joinery.api.ok('POST', `/accounts/${accountId}/audit/erasures`, { member: person.id })
    expect(await erase()).toEqual({ lines: 1 })
    expect(await erase()).toEqual({ lines: 0 })
    const { items } = await joinery.api.ok<Page<Line>>('GET', `/accounts/${accountId}/audit`)
    expect(JSON.stringify(items)).not.toContain('p@corp.example')
    expect(items.find(({ action }) => action === 'member.created')?.after).toMatchObject({ email: { erased: true } })
    expect(items[0]).toMatchObject({ action: 'audit.erased', member: person.id })
    const nobody = await joinery.api.call('POST', `/accounts/${accountId}/audit/erasures`, { member: 'nobody' })
    isProblem(nobody, 404, 'not_found')
  })
})

describeOnBoth('the audit log in the hands of members', (database) => {
  let joinery: Joinery
  const app = () => joinery.runtime.app
  let names = 0
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  const holder = async (accountId: string, role: string) => {
    const userName = `m${(names += 1)}@corp.example`
    const { id } = await app().addMember(operator, { accountId, userName, email: userName })
    await app().assignRole(operator, { accountId, memberId: id, role })
    await settle(joinery)
    return as(id, accountId)
  }
  const list = (op: ReturnType<typeof as>, accountId: string) => app().listAudit(op, { accountId, limit: 100 })

  it.each([
    ['cpaas-iam', 'administrator', null],
    ['plivo', 'admin', 'developer'],
    ['iotcomms', 'admin', 'billing_administrator'],
  ])('is open to whom the catalog %s gives it: %s, not %s', async (catalog, reads, not) => {
    const { id: accountId } = await app().createAccount(operator, { name: 'A', catalog })
    const reader = await holder(accountId, reads)
    expect((await list(reader, accountId)).items.length).toBeGreaterThan(2)
    const ref = { accountId, limit: 10 }
    await expect(app().listCheckpoints(reader, ref)).resolves.toMatchObject({ items: [] })
    await expect(app().listAuditKeys(reader, accountId)).resolves.toEqual(expect.any(Array))
    await expect(app().exportAudit(reader, { accountId, after: 0, personal: true })).resolves.toBeDefined()
    if (not === null) return
    const other = await holder(accountId, not)
    const refused = { code: 'forbidden', rule: 'not_allowed' }
    await expect(list(other, accountId)).rejects.toMatchObject(refused)
    await expect(app().listCheckpoints(other, ref)).rejects.toMatchObject(refused)
    await expect(app().listAuditKeys(other, accountId)).rejects.toMatchObject(refused)
    await expect(app().exportAudit(other, { accountId, after: 0, personal: false })).rejects.toMatchObject(refused)
  })

  it('reaches down the tree and never up or aside, and not to the log of the service', async () => {
    const open = async (more: object) =>
      (await app().createAccount(operator, { name: 'S', catalog: 'studio', ...more })).id
    const above = await open({ level: 'service-provider' })
    const [below, aside] = [await open({ parentId: above }), await open({ level: 'service-provider' })]
    const provider = await holder(above, 'service-provider')
    await expect(list(provider, below)).resolves.toMatchObject({ next: null })
    for (const accountId of [aside, (await app().createAccount(operator, { name: 'P', catalog: 'plivo' })).id])
      await expect(list(provider, accountId)).rejects.toMatchObject({ code: 'not_found' })
    const own = await holder(below, 'ac_admin')
    await expect(list(own, below)).rejects.toMatchObject({ rule: 'not_allowed' })
    await expect(list(provider, 'service')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(app().rotateAuditKey(provider, {})).rejects.toMatchObject({ code: 'forbidden' })
    const erasure = app().erasePersonal(provider, { accountId: below, memberId: 'x' })
    await expect(erasure).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('hides names and addresses from who may read the log and not see the people', async () => {
    const { id: accountId } = await app().createAccount(operator, { name: 'G', catalog: 'platform-groups' })
    const make = async (name: string, permissions: Record<string, string>) =>
      (await app().createPermissionGroup(operator, { accountId, name, permissions, complete: true })).group.id
    const role = (groupId: string) => `group:${groupId}`
    const history = await holder(accountId, role(await make('History', { 'account-history': 'view' })))
    const both = { 'account-history': 'view', product: 'view', 'product-users': 'view' }
    const people = await holder(accountId, role(await make('People', both)))
    const created = async (op: ReturnType<typeof as>) =>
      (await list(op, accountId)).items.find(({ line }) => line.action === 'member.created')?.line.after
    expect(await created(history)).toMatchObject({ userName: { hidden: true }, email: { hidden: true } })
    expect(await created(people)).toMatchObject({ userName: expect.stringContaining('@') as string })
    const personal = { accountId, after: 0, personal: true }
    await expect(app().exportAudit(history, personal)).rejects.toMatchObject({
      ...{ code: 'forbidden', problems: [{ path: 'personal' }] },
    })
    await expect(app().exportAudit(history, { ...personal, personal: false })).resolves.toBeDefined()
    await expect(app().exportAudit(people, personal)).resolves.toBeDefined()
  })

  it('platform-groups-8: the history of a group’s changes is in the audit log, by its target', async () => {
    const { id: accountId } = await app().createAccount(operator, { name: 'G', catalog: 'platform-groups' })
    const { group } = await app().createPermissionGroup(operator, {
      ...{ accountId, name: 'Old', permissions: { reports: 'view' } },
    })
    await app().changePermissionGroup(operator, { accountId, groupId: group.id, name: 'New' })
    await app().removePermissionGroup(operator, { accountId, groupId: group.id })
    const { items } = await app().listAudit(operator, { accountId, target: group.id, limit: 10 })
    expect(items.map(({ line: { action, before, after } }) => [action, before?.name, after?.name])).toEqual([
      ['permission_group.removed', 'New', undefined],
      ['permission_group.changed', 'Old', 'New'],
      ['permission_group.created', undefined, 'Old'],
    ])
    const history = await app().permissionGroupHistory(operator, { accountId, groupId: group.id, limit: 10 })
    expect(history.items.map(({ id }) => id)).toEqual(items.map(({ line }) => line.id))
  })
})
