import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createConnection } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const desk = `format: 1
id: desk
label: A desk
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: staff, label: Staff, implies: [see] }]
accountLevels: [{ id: firm, label: Firm }, { id: branch, label: Branch }]
purview: accounts-below
holding: one-per-group
permissionGroups: true
customisation: within-role
roleRequests: { promisedHours: 48, forOthers: { roles: [manager] } }
roleGroups: [{ id: desk, label: Desk, sections: [desk], switchable: true }]
roles: [{ id: manager, label: Manager, group: desk }, { id: clerk, label: Clerk, group: desk }]
sections: [{ id: desk, label: Desk }]
capabilities:
  - { id: till, label: Till, section: desk, grants: { manager: [staff], clerk: [see] } }
controls:
  manage-members: { needs: { till: staff } }
  manage-mappings: { needs: { till: staff } }
  manage-permission-groups: { needs: { till: staff } }
`
const refused = { code: 'conflict', rule: 'last_manager' }
const day = 86_400_000
const mailer: Operation = { actor: { kind: 'system', part: 'mail' }, id: 'test' }

/** The last person who manages the members of an account, and what people of it do to him by hand (ADR 0037). */
describeOnBoth('the last manager of an account', (database) => {
  let joinery: Joinery
  let folder: string
  let accountId: string
  let last: string
  /** Of the organisation: it manages members, and is nobody. */
  let key: Operation
  let requestId: string | undefined
  let names = 0
  const between = createComingBetween()
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    writeFileSync(join(folder, 'desk.yaml'), desk)
    joinery = await startJoinery({
      database,
      workers: false,
      wrapPorts: between.wrapPorts,
      env: { CATALOG_DIR: folder, INVITATIONS_PER_DAY: '0' },
    })
  })
  beforeEach(async () => {
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'desk', level: 'firm' })).id
    requestId = undefined
    last = await hire('manager')
    await hire('clerk')
    const { id: keyId } = await app().createAccessKey(operator, { accountId, name: 'Bot', roles: ['manager'] })
    key = { actor: { kind: 'key', accountId, keyId, memberId: null }, id: 'test' }
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  const hire = async (role: string, where = accountId, validTo?: number): Promise<string> => {
    const userName = `p${(names += 1)}@corp.example`
    const { id: memberId } = await app().addMember(operator, { accountId: where, userName, email: userName })
    await app().assignRole(operator, { accountId: where, memberId, role, validTo })
    await settle(joinery)
    return memberId
  }
  const about = (memberId: string) => ({ accountId, memberId })
  const me = () => as(last, accountId)
  const unassign = (op: Operation, memberId = last) => app().unassignRole(op, { ...about(memberId), role: 'manager' })
  const unmanaged = async (where = accountId) => {
    const page = { accountId: where, limit: 100, after: undefined, action: 'account.unmanaged' } as const
    return (await app().listAudit(operator, page)).items.length
  }
  const manages = async (memberId: string): Promise<boolean> => {
    const asked = app().listInvitations(as(memberId, accountId), { accountId, limit: 1, after: undefined })
    return asked.then(() => true).catch(() => false)
  }

  const ways: readonly (readonly [string, (op: Operation) => Promise<unknown>])[] = [
    ['unassigned', (op) => unassign(op)],
    ['given another role', (op) => app().assignRole(op, { ...about(last), role: 'clerk' })],
    ['given an end', (op) => app().assignRole(op, { ...about(last), role: 'manager', validTo: Date.now() + day })],
    [
      'given a beginning',
      (op) => app().assignRole(op, { ...about(last), role: 'manager', validFrom: Date.now() + day }),
    ],
    ['customised', (op) => app().customiseMember(op, { ...about(last), permissions: { till: 'see' }, whole: false })],
    ['switched off', (op) => app().switchRoleGroups(op, { ...about(last), roleGroups: { desk: false } })],
    ['suspended', (op) => app().suspendMember(op, { ...about(last), suspended: true })],
    ['removed', (op) => app().removeMember(op, about(last))],
    ['granted a request for another role', (op) => grantAnother(op)],
  ]
  const grantAnother = async (op: Operation): Promise<unknown> => {
    const asked = { ...about(last), role: 'clerk', reason: 'enough of it' }
    requestId ??= (await app().askForRole(me(), asked)).id
    const other = op.actor.kind === 'key' ? as(await hire('manager', accountId, Date.now() + day), accountId) : op
    return app().grantRoleRequest(other, { accountId, requestId })
  }

  it.each(ways)('is not %s by people of the account, and is where somebody else manages', async (_, change) => {
    await expect(change(key)).rejects.toMatchObject(refused)
    expect(await manages(last)).toBe(true)
    await hire('manager', accountId, Date.now() + day) // whose time ends is not enough
    await expect(change(key)).rejects.toMatchObject(refused)
    await hire('manager')
    await change(key)
    await settle(joinery)
    expect(await unmanaged()).toBe(0)
  })

  it.each(ways)('may be %s by the operator, who is told so in the audit log', async (_, change) => {
    await change(operator)
    await settle(joinery)
    expect(await unmanaged()).toBe(1)
  })

  it('does not take his own role, nor an end of it; the text says what to do', async () => {
    const end = { ...about(last), role: 'manager', validTo: Date.now() + day }
    await expect(app().assignRole(me(), end)).rejects.toMatchObject(refused)
    await expect(unassign(me())).rejects.toThrow(/give somebody else a role that does, without an end, and ask again/)
    const heir = await hire('clerk')
    await app().assignRole(me(), { ...about(heir), role: 'manager' }) // counts before any worker has applied it
    await unassign(me())
    await settle(joinery)
    expect([await manages(last), await manages(heir)]).toEqual([false, true])
  })

  it('is not taken by way of a permission group', async () => {
    const asked = { accountId, name: 'Evenings', permissions: { till: 'staff' } }
    const groupId = (await app().createPermissionGroup(operator, asked)).group.id
    await app().assignRole(operator, { ...about(last), role: groupRoleId(groupId) })
    await app().unassignRole(operator, { ...about(last), role: 'manager' })
    await settle(joinery)
    const less = { accountId, groupId, permissions: { till: 'see' } }
    await expect(app().changePermissionGroup(me(), less)).rejects.toMatchObject(refused)
    await expect(app().removePermissionGroup(me(), { accountId, groupId, force: true })).rejects.toMatchObject(refused)
    await app().changePermissionGroup(me(), { accountId, groupId, name: 'Nights' })
    const heir = await hire('manager')
    await app().changePermissionGroup(as(heir, accountId), less)
    expect(await unmanaged()).toBe(0)
    await unassign(operator, heir)
    expect(await unmanaged()).toBe(1)
  })

  it('is not taken by way of a mapping; his directory takes him all the same', async () => {
    const { connectionId, scim } = await createConnection(joinery.api, accountId)
    const user = {
      userName: 'jane@corp.example',
      active: true,
      emails: [{ value: 'jane@corp.example', primary: true }],
    }
    const { body: jane } = await scim('POST', '/Users', user)
    const { body: group } = await scim('POST', '/Groups', { displayName: 'Bosses', members: [{ value: jane.id }] })
    const told = { accountId, connectionId, group: { id: group.id as string }, role: 'manager' }
    const mapping = await app().addMapping(operator, told)
    await settle(joinery)
    await unassign(me())
    const remove = () => app().removeMapping(key, { accountId, mappingId: mapping.id })
    await expect(remove()).rejects.toMatchObject(refused)
    await scim('PATCH', `/Users/${jane.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    })
    const page = { accountId, limit: 10, after: undefined }
    const members = (await app().listMembers(operator, page)).items
    expect(members.find(({ userName }) => userName === user.userName)?.status).toBe('suspended')
  })

  it('is not taken by an invitation to another role that he takes up', async () => {
    const elsewhere = await app().createAccount(operator, { name: 'Home', catalog: 'plivo' })
    const home = (await createConnection(joinery.api, elsewhere.id)).connectionId
    const subject = 'who manages'
    const takeUp = async (by: Operation, role: string) => {
      const email = `i${(names += 1)}@corp.example`
      const identity = anIdentity(home, email, { subject })
      const wanted = { accountId, email, roles: [role], issuer: identity.issuer, publicUrl: joinery.url }
      const { id } = await app().invite(by, wanted)
      await app().sendMail(mailer, { limit: 10, leaseMs: 1000, random: () => 0 })
      const token = await mailedToken(joinery.api, accountId, id)
      await app().acceptInvitation(signIn, { token, identity })
      await settle(joinery)
    }
    await takeUp(operator, 'manager')
    const forNow = as(await hire('manager', accountId, Date.now() + day), accountId)
    await unassign(operator)
    await settle(joinery)
    await expect(takeUp(forNow, 'clerk')).rejects.toMatchObject(refused)
    await hire('manager')
    await takeUp(forNow, 'clerk')
    expect(await unmanaged()).toBe(0)
  })

  it('who is one of two goes alone: judged in the transaction, whatever was true when it was asked', async () => {
    const other = await hire('manager')
    between.once(() => unassign(as(other, accountId), other))
    await expect(unassign(me())).rejects.toMatchObject(refused)
    await app().assignRole(me(), { ...about(other), role: 'manager' })
    await settle(joinery)
    between.once(() => app().suspendMember(as(other, accountId), { ...about(last), suspended: true }))
    const late = app().suspendMember(me(), { ...about(other), suspended: true })
    await expect(late).rejects.toMatchObject({ rule: 'barred' })
  })

  it('of two who go at once, or take out each other, one stays', async () => {
    for (let round = 0; round < 12; round += 1) {
      const other = await hire('manager')
      const [one, two] = round % 2 === 0 ? [last, other] : [other, last]
      const answers = await Promise.allSettled([unassign(me(), one), unassign(as(other, accountId), two)])
      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      if (!(await manages(last))) last = other
    }
  })

  it('is the business of those above, too: they are told, not refused', async () => {
    const branch = (
      await app().createAccount(operator, {
        ...{ name: 'Branch', catalog: 'desk' },
        parentId: accountId,
        level: 'branch',
      })
    ).id
    const below = await hire('manager', branch)
    await app().suspendMember(me(), { accountId: branch, memberId: below, suspended: true })
    expect(await unmanaged(branch)).toBe(1)
  })

  it('is told of in the answer to the operator, and by the command line', async () => {
    const path = `/accounts/${accountId}/members/${last}`
    const { headers } = await joinery.api.call('PATCH', path, { suspended: true })
    expect(headers.get('Joinery-Warning')).toBe('account_unmanaged')
    expect((await joinery.api.call('PATCH', path, { suspended: false })).headers.get('Joinery-Warning')).toBeNull()
    const { status, err } = await runCli(joinery.url, ['members', 'suspend', last, '--account', accountId])
    expect([status, err]).toEqual([0, expect.stringMatching(/^warning: nobody of the account manages its members/)])
  })
})
