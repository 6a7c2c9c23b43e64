import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { judgeMember } from '../../src/application/access/judge-member.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createConnection, createScim } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { drifted, lookInto } from '../support/drift.ts'
import { okta, patch } from '../support/idp.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

const hourMs = 3_600_000

/** A group is in use by what is so now, not by what propagation has yet to write: no worker works here unless it is said. */
describeOnBoth('platform-groups-6: a group in use', (database) => {
  const clock = createClock()
  const between = createComingBetween()
  let joinery: Joinery
  let look: Awaited<ReturnType<typeof lookInto>>
  let account: string
  let ref: { accountId: string; groupId: string }
  let role: string
  let names = 0
  const app = () => joinery.runtime.app
  const remove = (more: object = {}) => app().removePermissionGroup(operator, { ...ref, ...more })
  const inUse = (uses: string) => expect(remove()).rejects.toThrow(new RegExp(`is in use \\(.*${uses}.*force=true`))
  const users = async () => (await app().showPermissionGroup(operator, ref)).users

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, clock, wrapPorts: between.wrapPorts })
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })
  beforeEach(async () => {
    account = (await app().createAccount(operator, { name: 'Acme', catalog: 'platform-groups' })).id
    const permissions = { reports: 'view' }
    const { group } = await app().createPermissionGroup(operator, { accountId: account, name: 'Doomed', permissions })
    ref = { accountId: account, groupId: group.id }
    role = groupRoleId(group.id)
  })
  const person = async (): Promise<string> => {
    const userName = `p${(names += 1)}@corp.example`
    return (await app().addMember(operator, { accountId: account, userName, email: userName })).id
  }
  const join = async (span: object = {}): Promise<string> => {
    const memberId = await person()
    await app().addToPermissionGroup(operator, { ...ref, memberId, ...span })
    await settle(joinery)
    return memberId
  }

  it('goes only when that is said, and takes its uses with it at once', async () => {
    const memberId = await join()
    const judge = () => judgeMember({ views: look.views, catalogs: loadShippedCatalogs(), clock }, memberId)
    await expect(remove()).rejects.toMatchObject({ code: 'conflict', rule: 'group_in_use' })
    await inUse('people: 1, assignments: 1, mappings: 0')
    expect((await judge())?.access.get('reports')).toEqual(['view'])
    await remove({ force: true })
    expect((await judge())?.roles).toEqual([])
    await settle(joinery)
    expect((await look.views.memberWithAccount(memberId))?.grants).toEqual([])
  })

  it('is so no more from the moment at which the last of its people is taken out', async () => {
    const [first, second] = [await join(), await join()]
    await app().takeFromPermissionGroup(operator, { ...ref, memberId: first })
    expect(await users()).toBe(1)
    await inUse('people: 1, assignments: 1')
    await app().takeFromPermissionGroup(operator, { ...ref, memberId: second })
    expect(await users()).toBe(0)
    expect((await look.views.memberWithAccount(second))?.grants).not.toEqual([]) // propagation has not been there
    await remove()
    expect(await app().listPermissionGroups(operator, { accountId: account })).toEqual([])
    await settle(joinery)
    expect(await drifted(look.views, account)).toEqual([])
  })

  it('is so while somebody in it is suspended, who may come back, and no more when he is removed', async () => {
    const memberId = await join()
    await app().suspendMember(operator, { accountId: account, memberId, suspended: true })
    await inUse('assignments: 1')
    await app().removeMember(operator, { accountId: account, memberId })
    await remove()
  })

  it('is so until an assignment ends, and before it begins', async () => {
    const now = clock.now()
    await join({ validTo: now + hourMs })
    await inUse('people: 1, assignments: 1')
    clock.advance(2 * hourMs)
    expect(await users()).toBe(0)
    const later = await person()
    await app().addToPermissionGroup(operator, { ...ref, memberId: later, validFrom: now + 9 * hourMs })
    await inUse('people: 0, assignments: 1')
    await app().takeFromPermissionGroup(operator, { ...ref, memberId: later })
    await remove()
  })

  it('is so while an IdP names it, or a mapping gives it', async () => {
    const path = `/accounts/${account}/connections`
    const connection = await joinery.api.ok('POST', path, { name: 'Okta', kind: 'okta', rolesFromIdp: true })
    const { token } = await joinery.api.ok('POST', `${path}/${connection.id}/tokens`, {})
    const scim = createScim(new URL(new URL(connection.scimUrl as string).pathname, joinery.url).href, token as string)
    const user = { ...okta.createUser('told'), roles: [{ value: role }] }
    const { body } = await scim('POST', '/Users', user)
    await settle(joinery)
    expect(await users()).toBe(1)
    await inUse('people: 1, assignments: 0')
    await scim('PUT', `/Users/${body.id}`, { ...user, roles: [] })
    const mapping = { accountId: account, connectionId: connection.id as string, group: { name: 'Staff' }, role }
    const { id: mappingId } = await app().addMapping(operator, mapping)
    await inUse('assignments: 0, mappings: 1')
    await app().removeMapping(operator, { accountId: account, mappingId })
    await remove()
  })

  it('is held by whoever a directory puts into a mapped group, behind what a person says', async () => {
    const { connectionId, scim } = await createConnection(joinery.api, account)
    await app().addMapping(operator, { accountId: account, connectionId, group: { name: 'Staff' }, role })
    const { body: user } = await scim('POST', '/Users', okta.createUser('staff'))
    const { body: staff } = await scim('POST', '/Groups', { displayName: 'Staff', members: [{ value: user.id }] })
    await settle(joinery)
    const { items } = await joinery.api.ok('GET', `/accounts/${account}/members?role=${role}`)
    expect(items).toMatchObject([{ userName: user.userName, roles: [role] }])
    const memberId = items[0].id as string
    const judge = () => judgeMember({ views: look.views, catalogs: loadShippedCatalogs(), clock }, memberId)
    expect((await judge())?.access.get('reports')).toEqual(['view'])

    const asked = { accountId: account, name: 'Other', permissions: { 'account-history': 'view' } }
    const other = { ...ref, groupId: (await app().createPermissionGroup(operator, asked)).group.id, memberId }
    await app().addToPermissionGroup(operator, other)
    await settle(joinery)
    expect((await judge())?.roles).toEqual([groupRoleId(other.groupId)])
    await app().takeFromPermissionGroup(operator, other)
    await settle(joinery)
    expect((await judge())?.roles).toEqual([role])
    await scim('PATCH', `/Groups/${staff.id}`, patch({ op: 'remove', path: 'members' }))
    expect((await judge())?.roles).toEqual([]) // at once
  })

  it('is so by an open invitation, which is revoked with it, and by a key, which is without it then', async () => {
    const invitation = { accountId: account, email: 'ann@corp.example', roles: [role], publicUrl: joinery.url }
    const { id } = await app().invite(operator, invitation)
    await inUse('invitations: 1, keys: 0')
    const key = { name: 'Reports', roles: [role] }
    const made = await joinery.api.ok('POST', `/accounts/${account}/keys`, key)
    await inUse('invitations: 1, keys: 1')
    clock.advance(8 * 24 * hourMs)
    await inUse('invitations: 0, keys: 1') // expired, until it is sent again
    await remove({ force: true })
    const { state } = await joinery.api.ok('GET', `/accounts/${account}/invitations/${id}`)
    expect(state).toBe('revoked')
    const [line] = (await app().permissionGroupHistory(operator, { ...ref, limit: 1 })).items
    expect(line?.before).toMatchObject({ invitations: 0, keys: 1 })
    await joinery.api.ok('DELETE', `/accounts/${account}/keys/${made.id}`)
  })

  it('is so by whoever is put into it between the question and the transaction, and nobody is put into one that has gone', async () => {
    const memberId = await person()
    const put = () => app().addToPermissionGroup(operator, { ...ref, memberId })
    between.once(put)
    await inUse('assignments: 1')
    await app().takeFromPermissionGroup(operator, { ...ref, memberId })
    between.once(() => remove())
    await expect(put()).rejects.toMatchObject({ code: 'invalid_input' })
    await settle(joinery)
    expect((await look.views.memberWithAccount(memberId))?.grants).toEqual([])
  })
})
