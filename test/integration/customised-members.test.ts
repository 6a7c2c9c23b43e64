import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Application } from '../../src/application/create-application.ts'
import type { Operation } from '../../src/application/operation.ts'
import type { AppError } from '../../src/domain/errors.ts'
import { createAccess } from '../support/access.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const flows = 'call-flows'
const reports = 'analytical-data-and-reports'

describeOnBoth('customised members', (database) => {
  let joinery: Joinery
  let accountId: string
  let admin: Operation
  let names = 0
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())
  beforeEach(async () => {
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'studio' })).id
    admin = await holder('ac_admin')
  })

  const person = () => {
    const name = `p${(names += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const join = async (role: string, account = accountId): Promise<string> => {
    const { id } = await app().addMember(operator, { accountId: account, ...person() })
    await app().assignRole(operator, { accountId: account, memberId: id, role })
    await settle(joinery)
    return id
  }
  const holder = async (role: string, account = accountId) => as(await join(role, account), account)
  const customise = (op: Operation, memberId: string, permissions: Record<string, string>, whole = false) =>
    app().customiseMember(op, { accountId, memberId, permissions, whole })
  const reset = (op: Operation, memberId: string) => app().resetMember(op, { accountId, memberId })
  const permissions = async (memberId: string) => {
    const shown = await app().showPermissions(operator, { accountId, memberId })
    return Object.fromEntries(shown.permissions.map(({ capability, access }) => [capability, access.at(-1)]))
  }
  const may = async (memberId: string, id: string, name: string) => {
    const nothing = { properties: {} }
    const answer = await app().evaluate(operator, {
      subject: { type: 'member', id: memberId, ...nothing },
      action: { name, ...nothing },
      resource: { type: 'capability', id, properties: { account: accountId } },
    })
    return answer.decision ? 'yes' : answer.reason
  }
  const why = async (memberId: string, capability: string, action: string) =>
    (await app().explainAccess(operator, { accountId, memberId, capability, action })).lost.map(({ reason }) => reason)

  it('studio-4: permissions are customised inside the role’s ceiling only', async () => {
    const memberId = await join('ac_ro')
    await expect(customise(admin, memberId, { [flows]: 'full' })).rejects.toMatchObject({
      ...{ code: 'policy_violation', rule: 'beyond_role' },
      problems: [{ path: `permissions.${flows}` }],
    })
    await expect(customise(admin, memberId, { 'manage-users': 'read' })).rejects.toMatchObject({ rule: 'beyond_role' })
    await expect(customise(admin, memberId, { flows: 'read' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await may(memberId, flows, 'read')).toBe('yes')

    await customise(admin, memberId, { [flows]: 'none' })
    expect(await may(memberId, flows, 'read')).toBe('customised')
    expect(await may(memberId, reports, 'read')).toBe('yes')
    expect(await why(memberId, flows, 'read')).toEqual(['customised'])
    expect(await permissions(memberId)).toEqual({
      ...{ [reports]: 'read', profiles: 'read', 'profiles.email': 'read', 'profiles.payment': 'read' },
      'profiles.authentication': 'read',
    })
    const shown = await app().showCustomisation(operator, { accountId, memberId })
    expect(shown).toMatchObject({ customised: true, withheld: { [flows]: ['read'] }, beyondRole: {} })
  })

  it('studio-4: whoever is customised follows the role no more, neither up nor down, until reset', async () => {
    const memberId = await join('ac_ro')
    await customise(admin, memberId, { [reports]: 'none' })
    // The role gives more: here another role takes its place, which has full access to everything that ac_ro reads.
    await app().assignRole(operator, { accountId, memberId, role: 'ac_rw' })
    await settle(joinery)
    expect(await may(memberId, flows, 'full')).toBe('customised')
    expect(await may(memberId, flows, 'read')).toBe('yes')
    expect(await may(memberId, reports, 'read')).toBe('customised')

    await reset(admin, memberId)
    expect(await may(memberId, flows, 'full')).toBe('yes')
    expect(await may(memberId, reports, 'full')).toBe('yes')
    await expect(reset(admin, memberId)).rejects.toMatchObject({ code: 'conflict', rule: 'not_customised' })

    await customise(admin, memberId, { [reports]: 'full' })
    await app().assignRole(operator, { accountId, memberId, role: 'ac_ro' })
    await settle(joinery)
    expect(await may(memberId, reports, 'full')).toBe('not_granted')
    expect(await why(memberId, reports, 'full')).toEqual(['ceiling'])
    const shown = await app().showCustomisation(operator, { accountId, memberId })
    expect(shown.beyondRole[reports]).toEqual(['full'])
  })

  it('studio-4: a whole set takes what it does not name, and what hides a row hides it', async () => {
    const memberId = await join('ac_rw')
    await customise(admin, memberId, { profiles: 'read', 'profiles.email': 'full' }, true)
    expect(await permissions(memberId)).toEqual({ profiles: 'read', 'profiles.email': 'full' })
    await expect(customise(admin, memberId, { profiles: 'none' })).rejects.toMatchObject({ rule: 'dependency_broken' })
    await customise(admin, memberId, { profiles: 'none', 'profiles.email': 'none' })
    expect(await permissions(memberId)).toEqual({})
  })

  it('studio-4: searches find who may, and not who was customised', async () => {
    const [kept, taken] = [await join('ac_ro'), await join('ac_ro')]
    await customise(admin, taken, { [flows]: 'none' })
    const nothing = { properties: {} }
    const resource = { type: 'capability', id: flows, properties: { account: accountId } }
    const found = await app().searchSubjects(operator, {
      ...{ subject: { kind: 'member', ...nothing }, action: { name: 'read', ...nothing }, resource },
      ...{ limit: 100, from: { levelsUp: 0, after: undefined } },
    })
    const ids = found.items.map(({ id }) => id)
    expect(ids).toContain(kept)
    expect(ids).not.toContain(taken)
  })

  it('studio-4: nobody customises himself, who stands above him, or gives by it what he lacks', async () => {
    const { actor } = admin
    const own = actor.kind === 'member' ? actor.memberId : ''
    await expect(customise(admin, own, { [flows]: 'read' })).rejects.toMatchObject({ rule: 'own_standing' })

    const other = await join('ac_admin')
    const ro = await join('ac_ro')
    await customise(admin, ro, { [flows]: 'none', [reports]: 'none' })
    await customise(operator, own, { [flows]: 'none' }) // the admin lacks it from now on
    await expect(reset(admin, own)).rejects.toMatchObject({ rule: 'own_standing' })
    await expect(reset(admin, ro)).rejects.toMatchObject({ rule: 'member_above_you' })
    await expect(customise(admin, ro, { [flows]: 'read' })).rejects.toMatchObject({ rule: 'member_above_you' })
    await expect(customise(admin, other, { [flows]: 'none' })).rejects.toMatchObject({ rule: 'member_above_you' })
    const assign = { accountId, memberId: await join('ac_rw') }
    await expect(app().assignRole(admin, { ...assign, role: 'ac_ro' })).rejects.toMatchObject({ code: 'forbidden' })
    const invitation = { accountId, email: 'puppet@corp.example', roles: ['ac_admin'], publicUrl: joinery.url }
    await expect(app().invite(admin, invitation)).rejects.toMatchObject({ rule: 'role_not_yours_to_give' })

    const stranger = as(await join('ac_ro'), accountId)
    await expect(customise(stranger, other, { [flows]: 'read' })).rejects.toMatchObject({ rule: 'not_allowed' })
  })

  it('studio-4: a control of Joinery goes with the permission that it hangs on', async () => {
    const { actor } = admin
    const own = actor.kind === 'member' ? actor.memberId : ''
    await customise(operator, own, {
      ...{ 'manage-users': 'read', 'manage-users.create': 'none' },
      ...{ 'manage-users.invite-existing': 'none', 'manage-users.roles-and-permissions': 'none' },
    })
    await expect(app().listMembers(admin, { accountId, limit: 10, after: undefined })).resolves.toBeDefined()
    const change = { accountId, memberId: await join('ac_ro'), role: 'ac_rw' }
    await expect(app().assignRole(admin, change)).rejects.toMatchObject({ rule: 'not_allowed' })
  })

  it('studio-4: a control by type of user goes with the first thing that is taken', async () => {
    const more = { name: 'Reseller', catalog: 'studio', level: 'service-provider' }
    const { id: reseller } = await app().createAccount(operator, more)
    const memberId = await join('service-provider', reseller)
    const provider = as(memberId, reseller)
    const map = () => mapNothing(app(), provider, reseller)
    expect(await map()).toBe('not_found') // let in: only the connection is not there
    const ref = { accountId: reseller, memberId }
    await app().customiseMember(operator, { ...ref, permissions: { [flows]: 'none' }, whole: false })
    expect(await map()).toBe('forbidden')
    await app().resetMember(operator, ref)
    expect(await map()).toBe('not_found')
  })

  it('studio-4: a removed member, one without a role, and one of a catalog without customisation are refused', async () => {
    const { id } = await app().addMember(operator, { accountId, ...person() })
    await expect(customise(admin, id, { [flows]: 'read' })).rejects.toMatchObject({ rule: 'no_role' })
    const gone = await join('ac_ro')
    await app().removeMember(operator, { accountId, memberId: gone })
    await expect(customise(operator, gone, { [flows]: 'none' })).rejects.toMatchObject({ rule: 'member_removed' })

    const plivo = (await app().createAccount(operator, { name: 'P', catalog: 'plivo' })).id
    const command = { accountId: plivo, memberId: await join('support', plivo), permissions: {}, whole: false }
    await expect(app().customiseMember(operator, command)).rejects.toMatchObject({ rule: 'not_customisable' })
    await expect(app().customiseMember(admin, command)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('studio-4: changes are audited, a change that changes nothing is not', async () => {
    const memberId = await join('ac_ro')
    await customise(admin, memberId, { [flows]: 'none' })
    await customise(admin, memberId, { [flows]: 'none' })
    await reset(admin, memberId)
    const { events } = await app().showMember(operator, { accountId, memberId })
    const told = events.map(({ action }) => action).filter((action) => action.startsWith('permissions.'))
    expect(told).toEqual(['permissions.reset', 'permissions.customised'])
  })

  it('studio-4: a rehired person is not customised any more', async () => {
    const { scim } = await createConnection(joinery.api, accountId)
    const created = await scim('POST', '/Users', okta.createUser('rita'))
    const { items } = await app().listMembers(operator, { accountId, limit: 100, after: undefined })
    const memberId = items.find(({ userName }) => userName === created.body.userName)?.id ?? ''
    const again = async () => {
      await app().assignRole(operator, { accountId, memberId, role: 'ac_ro' })
      await settle(joinery)
    }
    await again()
    await customise(admin, memberId, { [flows]: 'none' })
    await scim('DELETE', `/Users/${created.body.id}`)
    await scim('POST', '/Users', okta.createUser('rita'))
    await again()
    expect(await may(memberId, flows, 'read')).toBe('yes')
    expect((await app().showCustomisation(operator, { accountId, memberId })).customised).toBe(false)
    await customise(admin, memberId, { [reports]: 'none' })
    expect(await permissions(memberId)).toMatchObject({ [flows]: 'read' })
  })

  it('studio-4: over HTTP it is put, changed, shown and reset, and a gateway hears of it at once', async () => {
    const { api, url } = joinery
    const memberId = await join('ac_rw')
    const path = `/accounts/${accountId}/members/${memberId}/customisation`
    expect(await api.ok('GET', path)).toMatchObject({ customised: false, setBy: null, withheld: {} })
    const put = await api.ok('PUT', path, { permissions: { [flows]: 'read' } })
    expect(put).toMatchObject({ customised: true, setBy: 'operator', permissions: { [flows]: ['read'] } })
    const changed = await api.ok('PATCH', path, { permissions: { [reports]: 'full' } })
    expect(changed).toMatchObject({ permissions: { [flows]: ['read'], [reports]: ['full'] } })
    const { token } = await api.ok<{ token: string }>('POST', `/accounts/${accountId}/gateways`, { name: 'G' })
    const ask = createAccess(url, token)
    const question = {
      ...{ subject: { type: 'member', id: memberId }, action: { name: 'full' } },
      resource: { type: 'capability', id: flows },
    }
    expect((await ask('/evaluation', question)).body).toMatchObject({ context: { reason: 'customised' } })
    await api.ok('DELETE', path)
    expect((await ask('/evaluation', question)).body).toEqual({ decision: true })
  })
})

/** How the verb of a control by user type alone (manage-mappings) ends. */
async function mapNothing(app: Application, op: Operation, accountId: string): Promise<string> {
  const command = { accountId, connectionId: 'none', group: { name: 'X' }, role: 'ac_ro' }
  return app.addMapping(op, command).then(
    () => 'done',
    (error: unknown) => (error as AppError).code,
  )
}
