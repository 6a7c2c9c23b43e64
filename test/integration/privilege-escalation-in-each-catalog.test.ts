import { describe, expect, it } from 'vitest'
import type { Application } from '../../src/application/create-application.ts'
import type { Operation } from '../../src/application/operation.ts'
import type { AppError } from '../../src/domain/errors.ts'
import { createKeyCheck } from '../support/access-keys.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { useEscalationBench } from '../support/escalation.ts'
import type { Attempt, Person } from '../support/escalation.ts'
import { operator, testSecrets } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

type App = Application

/** Each attempt is one that somebody with some rights would make to get more. All are refused, and leave nothing behind. */
describeOnBoth('privilege escalation', (database) => {
  const bench = useEscalationBench(database)
  const { app, open, join, somebody, mustFail } = bench

  describe('among roles that hand out less than others (cpaas-iam)', () => {
    it('the lower administrator comes to nothing of the higher one’s', async () => {
      const administrator = await open('cpaas-iam')
      const { accountId } = administrator
      const lower = await join(accountId, 'turnkey-administrator')
      const developer = await join(accountId, 'developer')
      const friend = await join(accountId)
      const tenant = await createConnection(bench.joinery.api, accountId)
      await settle(bench.joinery)
      const key = await app().createAccessKey(administrator.op, {
        accountId,
        name: 'Own',
        memberId: administrator.memberId,
      })
      const ref = { accountId, keyId: key.id }
      const him = { accountId, memberId: administrator.memberId }
      const row = { line: 1, ...somebody(), displayName: null, roles: ['administrator'] }
      const keyOp: Operation = { actor: { kind: 'key', keyId: key.id, ...him }, id: 'test' }
      await mustFail([
        ['makes himself the higher one', (a) => a.assignRole(lower.op, { accountId, memberId: lower.memberId, role: 'administrator' })], // prettier-ignore
        ['makes a friend one', (a) => a.assignRole(lower.op, { accountId, memberId: friend.memberId, role: 'administrator' })], // prettier-ignore
        ['suspends him', (a) => a.suspendMember(lower.op, { ...him, suspended: true })],
        ['takes his role', (a) => a.unassignRole(lower.op, { ...him, role: 'administrator' })],
        ['imports one', (a) => a.importMembers(lower.op, { accountId, dryRun: false, rows: [row] })],
        ['maps a group to it', (a) => a.addMapping(lower.op, { ...tenant, accountId, group: { name: 'X' }, role: 'administrator' })], // prettier-ignore
        ['makes a token by which anybody is pushed', (a) => a.createToken(lower.op, { ...tenant, accountId })],
        ['a developer’s own key is an administrator', (a) => a.createAccessKey(developer.op, { accountId, name: 'K', memberId: developer.memberId, roles: ['administrator'] }), 'invalid_input'], // prettier-ignore
        ['a developer makes a key of the administrator’s', (a) => a.createAccessKey(developer.op, { accountId, name: 'K', memberId: administrator.memberId })], // prettier-ignore
        ['the administrator makes a key that acts as the developer', (a) => a.createAccessKey(administrator.op, { accountId, name: 'K', memberId: developer.memberId })], // prettier-ignore
        [
          'a developer rotates the administrator’s key',
          (a) => a.rotateAccessKey(developer.op, { ...ref, overlapHours: 0 }),
        ],
        ['a developer deletes it', (a) => a.deleteAccessKey(developer.op, ref)],
        ['the lower one rotates it', (a) => a.rotateAccessKey(lower.op, { ...ref, overlapHours: 0 })],
        ['a key makes its own successor', (a) => a.createAccessKey(keyOp, { accountId, name: 'K2', memberId: administrator.memberId })], // prettier-ignore
        ['a key rotates itself', (a) => a.rotateAccessKey(keyOp, { ...ref, overlapHours: 168 })],
        ['a key hands the account over', (a) => a.handOverAccount(keyOp, { accountId, memberId: friend.memberId })],
      ])
    })
  })

  describe('in a tree of accounts (studio)', () => {
    it('nobody reaches above or beside his own', async () => {
      const system = await open('studio', { level: 'system' })
      const provider = await open('studio', { level: 'service-provider', parentId: system.accountId })
      const account = await open('studio', { level: 'account', parentId: provider.accountId })
      const beside = await open('studio', { level: 'account', parentId: provider.accountId })
      const reader = await join(account.accountId, 'ac_ro')
      const { accountId } = account
      const self = { accountId, memberId: account.memberId }
      const grant = (by: Person, to: Person, role: string) => (a: App) =>
        a.assignRole(by.op, { accountId: to.accountId, memberId: to.memberId, role })
      await mustFail([
        ['an account’s administrator becomes a provider', (a) => grant(account, account, 'service-provider')(a)],
        ['… or a system user', (a) => grant(account, account, 'system-user')(a)],
        ['… gives a role in the account beside', (a) => grant(account, beside, 'ac_ro')(a)],
        ['… in the provider’s', (a) => grant(account, provider, 'ac_ro')(a)],
        ['… at the top', (a) => grant(account, system, 'ac_ro')(a)],
        ['a provider becomes a system user', (a) => grant(provider, provider, 'system-user')(a)],
        ['a provider makes a system user below', (a) => grant(provider, reader, 'system-user')(a)],
        ['a provider gives a role at the top', (a) => grant(provider, system, 'service-provider')(a)],
        ['a reader makes himself a writer', (a) => grant(reader, reader, 'ac_rw')(a)],
        ['a reader customises himself', (a) => a.customiseMember(reader.op, { accountId, memberId: reader.memberId, permissions: { 'call-flows': 'full' }, whole: false })], // prettier-ignore
        ['an administrator customises a reader above his ceiling', (a) => a.customiseMember(account.op, { accountId, memberId: reader.memberId, permissions: { 'call-flows': 'full' }, whole: false })], // prettier-ignore
        ['an administrator customises himself', (a) => a.customiseMember(account.op, { ...self, permissions: {}, whole: false })], // prettier-ignore
        ['an administrator invites a provider', (a) => a.invite(account.op, { accountId, email: somebody().email, roles: ['service-provider'], publicUrl: 'https://joinery.example' })], // prettier-ignore
        ['an administrator opens a connection', (a) => a.createConnection(account.op, { accountId, name: 'Mine', kind: 'okta' })], // prettier-ignore
      ])
    })
  })

  describe('where the platform’s team decides (iotcomms)', () => {
    it('whoever asks does not grant', async () => {
      const admin = await open('iotcomms')
      const { accountId, memberId } = admin
      await app().assignRole(operator, { accountId, memberId, role: 'admin' })
      const billing = await join(accountId, 'billing_administrator')
      const tenant = await createConnection(bench.joinery.api, accountId)
      await settle(bench.joinery)
      const own = await app().askForRole(admin.op, { accountId, memberId, role: 'hybrid_admin' })
      const other = await app().askForRole(billing.op, { accountId, memberId: billing.memberId, role: 'admin' })
      await mustFail([
        ['an admin gives a role', (a) => a.assignRole(admin.op, { accountId, memberId, role: 'hybrid_admin' })],
        ['grants his own request', (a) => a.grantRoleRequest(admin.op, { accountId, requestId: own.id })],
        ['grants another’s', (a) => a.grantRoleRequest(admin.op, { accountId, requestId: other.id })],
        ['billing asks for somebody else', (a) => a.askForRole(billing.op, { accountId, memberId, role: 'billing_administrator' })], // prettier-ignore
        [
          'maps a group',
          (a) => a.addMapping(admin.op, { ...tenant, accountId, group: { name: 'X' }, role: 'hybrid_admin' }),
        ],
        ['makes a token', (a) => a.createToken(admin.op, { ...tenant, accountId })],
        ['makes a key with a role that he lacks', (a) => a.createAccessKey(admin.op, { accountId, name: 'K', roles: ['hybrid_admin'] })], // prettier-ignore
        ['billing makes a key, which would be an admin by default', (a) => a.createAccessKey(billing.op, { accountId, name: 'K' })], // prettier-ignore
      ])
    })
  })

  describe('where people decide on what is asked for (desk, a catalog of the platform’s own)', () => {
    const ruleOf = (attempt: Promise<unknown>): Promise<unknown> =>
      attempt.then(
        () => 'it was done',
        (error: unknown) => (error as AppError).rule,
      )

    it('nobody decides on what he asked for, or on what is for him, nor does a key', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'D', catalog: 'desk' })
      const [lead, other, agent] = [
        await join(accountId, 'lead'),
        await join(accountId, 'lead'),
        await join(accountId, 'agent'),
      ]
      await settle(bench.joinery)
      const ask = async (by: Person, whom: Person, role: string) => ({
        accountId,
        requestId: (await app().askForRole(by.op, { accountId, memberId: whom.memberId, role })).id,
      })
      const forAgent = await ask(lead, agent, 'lead')
      const forLead = await ask(other, lead, 'agent')
      const made = await app().createAccessKey(other.op, { accountId, memberId: other.memberId, name: 'K', roles: ['lead'] }) // prettier-ignore
      const key: Operation = {
        ...other.op,
        actor: { kind: 'key', keyId: made.id, accountId, memberId: other.memberId },
      }
      await expect(app().listMembers(key, { accountId, limit: 1, after: undefined })).resolves.toBeDefined()
      const ways: Attempt[] = [
        ['the asker grants what he asked for another', (a) => a.grantRoleRequest(lead.op, forAgent)],
        ['the asker declines what he asked for another', (a) => a.declineRoleRequest(lead.op, forAgent)],
        ['a lead grants what is for him', (a) => a.grantRoleRequest(lead.op, forLead)],
        ['a lead declines what is for him', (a) => a.declineRoleRequest(lead.op, forLead)],
        ['the key of a lead grants', (a) => a.grantRoleRequest(key, forLead)],
        ['the key of a lead declines', (a) => a.declineRoleRequest(key, forAgent)],
        ['an agent grants', (a) => a.grantRoleRequest(agent.op, forLead)],
      ]
      await mustFail(ways)
      const rules = await Promise.all(ways.map(([, attempt]) => ruleOf(attempt(app()))))
      expect(rules).toEqual([...Array<string>(4).fill('own_request'), 'person_needed', 'person_needed', 'not_allowed'])
      // The same by whoever has no part in it goes through.
      await expect(app().grantRoleRequest(other.op, forAgent)).resolves.toMatchObject({ state: 'granted' })
    })

    it('a key whose roles were chosen has those, and nothing once its person has lost them', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'D', catalog: 'desk' })
      const boss = await join(accountId, 'boss')
      await settle(bench.joinery)
      const command = { accountId, memberId: boss.memberId, name: 'K', roles: ['agent'] }
      const { id, text: secret } = await app().createAccessKey(boss.op, command)
      const check = createKeyCheck(bench.joinery.url, testSecrets.ADMIN_TOKEN)
      expect(await check({ id, secret })).toMatchObject({ active: true, roles: ['agent'] })
      await app().unassignRole(operator, { accountId, memberId: boss.memberId, role: 'boss' })
      expect((await check({ id, secret })).roles ?? []).toEqual([])
    })
  })

  describe('where accounts make their own roles (platform-groups)', () => {
    it('no group gives more than its maker has', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'G', catalog: 'platform-groups' })
      const group = async (name: string, permissions: Record<string, string>): Promise<string> =>
        (await app().createPermissionGroup(operator, { accountId, name, permissions, complete: true })).group.id
      const managers = await group('Managers', { 'product-groups': 'edit', 'product-users': 'edit' })
      const clerks = await group('Clerks', { 'product-users': 'edit' })
      const rich = await group('Rich', {
        'route-plan': 'edit',
        'product-groups': 'delete',
        'product-users': 'delete',
      })
      const [manager, clerk] = [await join(accountId), await join(accountId)]
      await app().addToPermissionGroup(operator, { accountId, groupId: managers, memberId: manager.memberId })
      await app().addToPermissionGroup(operator, { accountId, groupId: clerks, memberId: clerk.memberId })
      const tenant = await createConnection(bench.joinery.api, accountId)
      const grow = { 'route-plan': 'edit' }
      await mustFail([
        ['a clerk makes a group', (a) => a.createPermissionGroup(clerk.op, { accountId, name: 'X' })],
        ['a clerk widens his own', (a) => a.changePermissionGroup(clerk.op, { accountId, groupId: clerks, permissions: { 'product-groups': 'edit' } })], // prettier-ignore
        ['a clerk joins the managers', (a) => a.addToPermissionGroup(clerk.op, { accountId, groupId: managers, memberId: clerk.memberId })], // prettier-ignore
        ['a manager makes a group with more', (a) => a.createPermissionGroup(manager.op, { accountId, name: 'X', permissions: grow, complete: true })], // prettier-ignore
        ['a manager copies the example of an admin', (a) => a.createPermissionGroup(manager.op, { accountId, name: 'X', copyOf: 'admin' })], // prettier-ignore
        ['a manager widens his own', (a) => a.changePermissionGroup(manager.op, { accountId, groupId: managers, permissions: grow, complete: true })], // prettier-ignore
        ['a manager joins the rich', (a) => a.addToPermissionGroup(manager.op, { accountId, groupId: rich, memberId: manager.memberId })], // prettier-ignore
        ['a manager weakens the rich', (a) => a.changePermissionGroup(manager.op, { accountId, groupId: rich, permissions: { 'route-plan': 'hide' } })], // prettier-ignore
        ['a manager takes the rich away', (a) => a.removePermissionGroup(manager.op, { accountId, groupId: rich })],
        ['a manager maps a group to the rich', (a) => a.addMapping(manager.op, { ...tenant, group: { name: 'X' }, role: `group:${rich}` })], // prettier-ignore
      ])
    })
  })
})
