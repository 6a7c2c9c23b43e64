import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { grantsOf } from '../../src/domain/catalog.ts'
import type { WantedCells } from '../../src/domain/judge-cells.ts'
import { judgeMember } from '../../src/application/access/judge-member.ts'
import { requireMay } from '../../src/application/access/require-may.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createConnection as createTenant, createScim } from '../support/api.ts'
import { shippedCatalog } from '../support/catalogs.ts'
import { describeOnBoth } from '../support/databases.ts'
import { drifted, lookInto } from '../support/drift.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const catalogs = loadShippedCatalogs()

describeOnBoth('permission groups', (database) => {
  let joinery: Joinery
  let look: Awaited<ReturnType<typeof lookInto>>
  let account: string
  let names = 0
  const clock = { now: () => Date.now() }
  const app = () => joinery.runtime.app
  const ports = () => ({ views: look.views, catalogs, clock })
  const judge = (memberId: string) => judgeMember(ports(), memberId)
  const levels = async (memberId: string, capability: string) => (await judge(memberId))?.access.get(capability) ?? []

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })
  beforeEach(async () => {
    account = (await app().createAccount(operator, { name: 'Acme', catalog: 'platform-groups' })).id
  })

  const make = (name: string, permissions: WantedCells = {}, more: { copyOf?: string; complete?: boolean } = {}) =>
    app().createPermissionGroup(operator, { accountId: account, name, permissions, ...more })
  const person = async (): Promise<string> => {
    const userName = `p${(names += 1)}@corp.example`
    return (await app().addMember(operator, { accountId: account, userName, email: userName })).id
  }
  const join = async (groupId: string, memberId?: string): Promise<string> => {
    const who = memberId ?? (await person())
    await app().addToPermissionGroup(operator, { accountId: account, groupId, memberId: who })
    await settle(joinery)
    return who
  }
  const rejection = (attempt: Promise<unknown>) =>
    attempt.then(
      () => null,
      (error: unknown) => error as { code: string; rule: string; message: string; problems: { path: string }[] },
    )

  it('platform-groups-1: is made, renamed, edited and removed; each permission has levels of its own', async () => {
    const { group } = await make('Reporting', { reports: 'view', 'ip-allowlist': 'edit' })
    expect(group).toMatchObject({ name: 'Reporting', cells: { reports: ['view'], 'ip-allowlist': ['edit'] } })
    const ref = { accountId: account, groupId: group.id }
    await app().changePermissionGroup(operator, { ...ref, name: 'Reports' })
    await app().changePermissionGroup(operator, {
      ...ref,
      permissions: { 'ip-allowlist': 'hide', 'route-plan': 'view' },
    })
    const changed = await app().showPermissionGroup(operator, ref)
    expect(changed).toMatchObject({ name: 'Reports', cells: { reports: ['view'], 'route-plan': ['view'] } })
    expect(changed.cells).not.toHaveProperty('ip-allowlist')

    const wrong = await rejection(make('Wrong', { reports: 'delete', 'ip-allowlist': 'fly', reprots: 'view' }))
    expect(wrong).toMatchObject({ code: 'invalid_input' })
    expect(wrong?.problems.map(({ path }) => path)).toEqual([
      'permissions.reports',
      'permissions.ip-allowlist',
      'permissions.reprots',
    ])
    expect(wrong?.message).toContain('choose of: hide, view, edit')
    expect(wrong?.message).toContain('did you mean "reports"?')
    expect(await rejection(make('REPORTS'))).toMatchObject({ code: 'conflict', rule: 'name_taken' })

    await app().removePermissionGroup(operator, ref)
    expect(await app().listPermissionGroups(operator, { accountId: account })).toEqual([])
  })

  it('platform-groups-1: an account without a group yet has no role to hand out, and says what to do first', async () => {
    const memberId = await person()
    const give = (role: string) => app().assignRole(operator, { accountId: account, memberId, role })
    for (const role of ['boss', 'admin']) await expect(give(role)).rejects.toThrow(/; make a permission group first$/)
    const own = groupRoleId((await make('Reporting')).group.id)
    await expect(give('boss')).rejects.toThrow(new RegExp(`; choose one of: ${own}$`))
  })

  it('platform-groups-1: two who take one name at once get it once', async () => {
    const tries = await Promise.allSettled([make('Twins'), make('twins'), make('TWINS')])
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('platform-groups-1: a name is no role’s of the platform, and whom an IdP names a group by follows its name', async () => {
    const { id: studio } = await app().createAccount(operator, { name: 'S', catalog: 'studio', level: 'system' })
    const taken = app().createPermissionGroup(operator, { accountId: studio, name: 'SYSTEM user', permissions: {} })
    expect(await rejection(taken)).toMatchObject({
      rule: 'name_taken',
      message: expect.stringContaining('another name'),
    })

    const path = `/accounts/${account}/connections`
    const connection = await joinery.api.ok('POST', path, { name: 'Okta', kind: 'okta', rolesFromIdp: true })
    const { token } = await joinery.api.ok('POST', `${path}/${connection.id}/tokens`, {})
    const scim = createScim(new URL(new URL(connection.scimUrl as string).pathname, joinery.url).href, token as string)
    await scim('POST', '/Users', { ...okta.createUser('told'), roles: [{ value: 'x', display: 'Ops' }] })
    const { items } = await app().listMembers(operator, { accountId: account, limit: 10, after: undefined })
    const memberId = items[0]?.id ?? ''
    await settle(joinery)
    expect((await judge(memberId))?.roles).toEqual([])
    const { group } = await make('Ops', { reports: 'view' })
    await settle(joinery)
    expect((await judge(memberId))?.roles).toEqual([`group:${group.id}`])
    await app().changePermissionGroup(operator, { accountId: account, groupId: group.id, name: 'Operators' })
    expect((await judge(memberId))?.roles).toEqual([]) // at once
  })

  it('platform-groups-2: a level gives those below it, to its people alone and in this account alone', async () => {
    const { group } = await make('Helpers', { product: 'view', account: 'create' })
    const holder = await join(group.id)
    expect(await levels(holder, 'account')).toEqual(['view', 'edit', 'create'])
    expect(await levels(await person(), 'account')).toEqual([])
    const other = await app().createAccount(operator, { name: 'Other', catalog: 'platform-groups' })
    const ref = { accountId: other.id, groupId: group.id }
    expect(await rejection(app().showPermissionGroup(operator, ref))).toMatchObject({ code: 'not_found' })
    const stray = await app().addMember(operator, {
      accountId: other.id,
      userName: 'x@corp.example',
      email: 'x@corp.example',
    })
    const assigned = app().assignRole(operator, {
      accountId: other.id,
      memberId: stray.id,
      role: groupRoleId(group.id),
    })
    expect(await rejection(assigned)).toMatchObject({ code: 'invalid_input' })
  })

  it('platform-groups-2: a change is in force for everybody in the group at once, with no worker at work', async () => {
    const { group } = await make('Helpers', { product: 'view', account: 'create' })
    const holder = await join(group.id)
    const ref = { accountId: account, groupId: group.id }
    await app().changePermissionGroup(operator, { ...ref, permissions: { account: 'view' } })
    expect(await levels(holder, 'account')).toEqual(['view'])
    expect((await look.views.memberWithAccount(holder))?.lagging).toBe(true)
    await settle(joinery)
    expect(await levels(holder, 'account')).toEqual(['view'])
  })

  it.each([
    ['account-bulk-statuses', 'edit', '"Product Calling Plan" at "View"', 'needs sight of the product sections'],
    ['phone-number-inventory', 'view', '"Phone Number" at "View"', 'The inventory is a part of number management'],
    ['phone-number-service-activation', 'view', '"Phone Number" at "View"', 'Service activation is a part of number'],
    ['product-users', 'edit', '"Product" at "View"', 'which shows it'],
  ])(
    'platform-groups-3: %s at %s without what it needs is refused with the reason',
    async (capability, level, need, reason) => {
      const refusal = await rejection(make('Broken', { [capability]: level }))
      expect(refusal).toMatchObject({ code: 'conflict', rule: 'dependency_broken' })
      expect(refusal?.problems.map(({ path }) => path)).toContain(`permissions.${capability}`)
      expect(refusal?.message).toContain(`needs ${need}`)
      expect(refusal?.message).toContain(reason)
      expect(refusal?.message).toContain('complete: true')
      expect(await app().listPermissionGroups(operator, { accountId: account })).toEqual([])
    },
  )

  it('platform-groups-3: what is needed is added on request, and told', async () => {
    const { added, group } = await make('Whole', { 'account-bulk-statuses': 'edit' }, { complete: true })
    expect(added.map(({ capability, access }) => `${capability} ${access}`).sort()).toEqual([
      'product view',
      'product-calling-plan view',
      'product-groups view',
      'product-users view',
    ])
    const holder = await join(group.id)
    expect(await levels(holder, 'product-users')).toEqual(['view'])
    const change = { accountId: account, groupId: group.id, permissions: { product: 'hide' } }
    expect(await rejection(app().changePermissionGroup(operator, change))).toMatchObject({ rule: 'dependency_broken' })
    expect(await levels(holder, 'product-users')).toEqual(['view'])
  })

  it('platform-groups-4: a route plan above view is saved with a warning', async () => {
    const { advice } = await make('Routing', { 'route-plan': 'edit' })
    expect(advice).toMatchObject([{ capability: 'route-plan', access: 'edit' }])
    expect((await make('Looking', { 'route-plan': 'view' })).advice).toEqual([])
  })

  it('platform-groups-5: groups are listed by name or by how many people they have, and searched', async () => {
    const [beta, alpha, gamma] = [await make('beta team'), await make('Alpha team'), await make('Gamma')]
    await join(beta.group.id)
    await join(beta.group.id)
    await join(gamma.group.id)
    const list = async (query: Partial<Parameters<ReturnType<typeof app>['listPermissionGroups']>[1]>) =>
      (await app().listPermissionGroups(operator, { accountId: account, ...query })).map(({ name }) => name)
    expect(await list({})).toEqual(['Alpha team', 'beta team', 'Gamma'])
    expect(await list({ sort: '-name' })).toEqual(['Gamma', 'beta team', 'Alpha team'])
    expect(await list({ sort: 'users' })).toEqual(['Alpha team', 'Gamma', 'beta team'])
    expect(await list({ sort: '-users' })).toEqual(['beta team', 'Gamma', 'Alpha team'])
    expect(await list({ search: 'TEAM', sort: '-users' })).toEqual(['beta team', 'Alpha team'])
    expect(await app().showPermissionGroup(operator, { accountId: account, groupId: alpha.group.id })).toMatchObject({
      users: 0,
    })
  })

  it('platform-groups-6: people are put into groups by hand and by mappings, one group each, and taken out', async () => {
    const { group } = await make('One', { reports: 'view' })
    const second = await make('Two', { 'account-history': 'view' })
    const holder = await join(group.id)
    await join(second.group.id, holder)
    expect((await judge(holder))?.roles).toEqual([groupRoleId(second.group.id)])
    await app().takeFromPermissionGroup(operator, { accountId: account, groupId: second.group.id, memberId: holder })
    expect((await judge(holder))?.roles).toEqual([])
    expect(await drifted(look.views, account)).not.toEqual([])
    await settle(joinery)
    expect(await drifted(look.views, account)).toEqual([])

    const { connectionId } = await createTenant(joinery.api, account)
    const mapping = { accountId: account, connectionId, group: { name: 'Staff' } }
    const role = groupRoleId(group.id)
    expect(await app().addMapping(operator, { ...mapping, role })).toMatchObject({ role, state: 'waiting' })
    expect(await rejection(app().addMapping(operator, { ...mapping, role: groupRoleId('nothing') }))).toMatchObject({
      code: 'invalid_input',
    })
  })

  it.each(['admin', 'customer-support', 'limited-support', 'view-only'])(
    'platform-groups-7: the example %s is held by nobody, and copied',
    async (example) => {
      const assigned = app().assignRole(operator, { accountId: account, memberId: await person(), role: example })
      expect(await rejection(assigned)).toMatchObject({ rule: 'role_not_assignable' })
      const { group } = await make(`Copy of ${example}`, {}, { copyOf: example })
      expect(group.copiedFrom).toBe(example)
      const access = (await judge(await join(group.id)))?.access
      expect(access).toEqual(grantsOf(shippedCatalog('platform-groups'), example))
      const again = await make('Copy of a copy', {}, { copyOf: groupRoleId(group.id) })
      expect(again.group.cells).toEqual(group.cells)
      expect(await rejection(make('Wrong', {}, { copyOf: 'owner' }))).toMatchObject({ code: 'invalid_input' })
    },
  )

  it('platform-groups-8: what was done to a group is told from the audit log, also after it is gone', async () => {
    const begun = Date.now()
    const { group } = await make('Old name', { reports: 'view' })
    const ref = { accountId: account, groupId: group.id }
    await app().changePermissionGroup(operator, { ...ref, name: 'New name' })
    await app().changePermissionGroup(operator, { ...ref, name: 'New name' }) // says nothing new
    await app().changePermissionGroup(operator, { ...ref, permissions: { reports: 'hide', 'route-plan': 'edit' } })
    await app().removePermissionGroup(operator, ref)
    const history = await app().permissionGroupHistory(operator, { ...ref, limit: 10 })
    const ofNobody = { ...ref, limit: 10, actor: 'nobody' }
    expect((await app().permissionGroupHistory(operator, ofNobody)).items).toEqual([])
    await expect(app().permissionGroupHistory(operator, { ...ofNobody, groupId: 'nope' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(history.items.map(({ actor }) => actor)).toEqual(Array(4).fill('operator'))
    expect(history.items.every(({ at }) => at >= begun && at <= Date.now())).toBe(true)
    expect(history.items.map(({ action, before, after }) => ({ action, before, after }))).toMatchObject([
      {
        action: 'permission_group.removed',
        before: { name: 'New name', permissions: { 'route-plan': ['edit'] } },
        after: null,
      },
      {
        action: 'permission_group.changed',
        before: { permissions: { reports: ['view'] } },
        after: { permissions: { 'route-plan': ['edit'] } },
      },
      { action: 'permission_group.changed', before: { name: 'Old name' }, after: { name: 'New name' } },
      { action: 'permission_group.created', before: null, after: { name: 'Old name' } },
    ])
  })

  it('nobody gives by a group what he lacks, control of Joinery included, nor touches one above him', async () => {
    const powers = { product: 'view', 'product-groups': 'delete', 'product-users': 'view', reports: 'view' }
    const keeper = await make('Keepers', powers)
    const top = await make('Top', {}, { copyOf: 'admin' })
    const keepers = await join(keeper.group.id)
    const me = as(keepers, account)
    const own = (name: string, permissions: WantedCells, more: object = {}) =>
      app().createPermissionGroup(me, { accountId: account, name, permissions, ...more })
    expect((await own('Fine', { reports: 'view' })).group.name).toBe('Fine')

    const beyond = { code: 'forbidden', rule: 'beyond_your_own' }
    const managing = { product: 'view', 'product-users': 'edit' }
    expect(await rejection(own('Managers', managing))).toMatchObject(beyond)
    expect(await rejection(own('Copy', {}, { copyOf: 'admin' }))).toMatchObject(beyond)
    expect(await rejection(own('Copy', {}, { copyOf: groupRoleId(top.group.id) }))).toMatchObject(beyond)
    expect(await rejection(own('Bulk', { 'account-bulk-statuses': 'edit' }, { complete: true }))).toMatchObject(beyond)
    const mine = { accountId: account, groupId: keeper.group.id }
    expect(await rejection(app().changePermissionGroup(me, { ...mine, permissions: managing }))).toMatchObject(beyond)
    const theirs = { accountId: account, groupId: top.group.id }
    const stripped = app().changePermissionGroup(me, { ...theirs, permissions: { 'sip-credentials': 'hide' } })
    expect(await rejection(stripped)).toMatchObject(beyond)
    expect(await rejection(app().removePermissionGroup(me, { ...theirs, force: true }))).toMatchObject(beyond)
    // Groups are his to make, and people are not his to put into them: not even himself.
    const entering = app().addToPermissionGroup(me, { ...theirs, memberId: keepers })
    expect(await rejection(entering)).toMatchObject({ rule: 'not_allowed' })
    await expect(requireMay(ports(), me, 'manage-members', account)).rejects.toThrow('manage-members')
  })

  it('who manages people and groups puts nobody into a group above his own', async () => {
    const lesser = { product: 'view', 'product-groups': 'edit', 'product-users': 'edit' }
    const manager = await join((await make('Managers', lesser)).group.id)
    const top = await make('Top', {}, { copyOf: 'admin' })
    const ref = { accountId: account, groupId: top.group.id }
    const me = as(manager, account)
    for (const memberId of [manager, await person()]) {
      const entering = app().addToPermissionGroup(me, { ...ref, memberId })
      expect(await rejection(entering)).toMatchObject({ rule: 'role_not_yours_to_give' })
    }
    const boss = await join(top.group.id)
    const leaving = app().takeFromPermissionGroup(me, { ...ref, memberId: boss })
    expect(await rejection(leaving)).toMatchObject({ rule: 'member_above_you' })
  })

  it('a catalog whose roles are the platform’s has none', async () => {
    const plain = await app().createAccount(operator, { name: 'Plain', catalog: 'plivo' })
    const made = app().createPermissionGroup(operator, { accountId: plain.id, name: 'X' })
    expect(await rejection(made)).toMatchObject({ code: 'policy_violation', rule: 'no_permission_groups' })
  })
})
