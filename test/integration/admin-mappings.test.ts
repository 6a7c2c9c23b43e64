import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection, createTenant, settled, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const dayMs = 86_400_000

describeOnBoth('mappings', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let people = 0
  const clock = createClock()
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  const mappings = (): string => `/accounts/${tenant.accountId}/mappings`
  const add = (group: object, role = 'developer', connection = tenant.connectionId) =>
    joinery.api.call('POST', mappings(), { connection, role, ...group })
  const mapping = async (id: string): Promise<any> =>
    (await joinery.api.ok('GET', mappings())).items.find((each: any) => each.id === id)
  const group = async (name: string, ...members: string[]): Promise<string> => {
    const { status, body } = await scim('POST', '/Groups', { ...okta.createGroup(name), members })
    expect(status).toBe(201)
    return body.id as string
  }
  const person = async (): Promise<{ id: string; roles: () => Promise<string[]> }> => {
    const name = `p${(people += 1)}`
    const { body } = await scim('POST', '/Users', okta.createUser(name))
    const roles = async (): Promise<string[]> => {
      await settled(joinery.api, tenant.accountId)
      const path = `/accounts/${tenant.accountId}/members?userName=${name}@corp.example`
      return (await joinery.api.ok('GET', path)).items[0].roles as string[]
    }
    return { id: body.id as string, roles }
  }
  const rename = (id: string, displayName: string) =>
    scim('PATCH', `/Groups/${id}`, patch({ op: 'replace', value: { id, displayName } }))

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  describe('by id', () => {
    it('give the role to whoever is in the group, and take it when the mapping goes', async () => {
      const { id, roles } = await person()
      const groupId = await group('By id', id)
      const added = await add({ groupId })
      expect(added).toMatchObject({ status: 201, body: { state: 'bound', groupId, role: 'developer' } })
      expect(await mapping(added.body.id as string)).toMatchObject({ state: 'bound', groupId, groupName: 'By id' })
      expect(await roles()).toEqual(['developer'])
      expect((await joinery.api.call('DELETE', `${mappings()}/${added.body.id}`)).status).toBe(204)
      expect(await roles()).toEqual([])
      expect((await joinery.api.call('DELETE', `${mappings()}/${added.body.id}`)).status).toBe(404)
    })

    it('follow a group that is renamed; another that takes the name gets nothing', async () => {
      const [insider, outsider] = await Promise.all([person(), person()])
      const groupId = await group('Admins of old', insider.id)
      const { body } = await add({ groupId })
      expect(await insider.roles()).toEqual(['developer'])
      expect((await rename(groupId, 'Renamed')).status).toBe(204)
      const taker = await group('Admins of old', outsider.id)
      expect(await insider.roles()).toEqual(['developer'])
      expect(await outsider.roles()).toEqual([])
      expect(await mapping(body.id as string)).toMatchObject({ state: 'bound', groupId, groupName: 'Renamed' })
      await rename(groupId, 'Renamed twice')
      await rename(taker, 'Renamed')
      expect(await outsider.roles()).toEqual([])
    })

    it('dangle when the group is removed, and still do when one of that name is made again', async () => {
      const { id, roles } = await person()
      const groupId = await group('Phoenix', id)
      const { body } = await add({ groupId })
      expect(await roles()).toEqual(['developer'])
      await scim('DELETE', `/Groups/${groupId}`)
      expect(await roles()).toEqual([])
      expect(await mapping(body.id as string)).toMatchObject({ state: 'dangling', groupId })
      const again = await group('Phoenix', id)
      expect(again).not.toBe(groupId)
      expect(await roles()).toEqual([])
      expect(await mapping(body.id as string)).toMatchObject({ state: 'dangling', groupId })
      expect((await add({ groupId: again })).status).toBe(201)
      expect(await roles()).toEqual(['developer'])
    })

    it('are made once for a group and a role', async () => {
      const groupId = await group('Once')
      expect((await add({ groupId })).status).toBe(201)
      const twice = await add({ groupId })
      expect(twice).toMatchObject({ status: 409, body: { detail: 'this group is mapped to this role already' } })
      expect((await add({ groupId }, 'support')).status).toBe(201)
    })

    it('need a group that is there, on the connection that is named', async () => {
      const other = await createConnection(joinery.api, tenant.accountId)
      const groupId = await group('Mine')
      expect((await add({ groupId }, 'developer', other.connectionId)).status).toBe(404)
      expect((await add({ groupId: 'nobody' })).status).toBe(404)
      await scim('DELETE', `/Groups/${groupId}`)
      expect((await add({ groupId })).status).toBe(404)
    })
  })

  describe('by name', () => {
    it('bind at once to a group that is there, in any letter case', async () => {
      const { id, roles } = await person()
      const groupId = await group('Engineering', id)
      expect(await add({ groupName: 'ENGINEERING' })).toMatchObject({ status: 201, body: { state: 'bound', groupId } })
      expect(await roles()).toEqual(['developer'])
    })

    it('wait for a group and bind when it is created, in any letter case, members and all', async () => {
      const { id, roles } = await person()
      const { body } = await add({ groupName: 'Night Shift' })
      expect(body).toMatchObject({ state: 'waiting', groupId: null, groupName: 'Night Shift' })
      const groupId = await group('NIGHT shift', id)
      expect(await mapping(body.id as string)).toMatchObject({ state: 'bound', groupId, groupName: 'NIGHT shift' })
      expect(await roles()).toEqual(['developer'])
    })

    it('never bind by a rename', async () => {
      const { id, roles } = await person()
      const { body } = await add({ groupName: 'Coveted' })
      const groupId = await group('Harmless', id)
      await rename(groupId, 'Coveted')
      await scim('PUT', `/Groups/${groupId}`, { displayName: 'COVETED', members: [{ value: id }] })
      expect(await roles()).toEqual([])
      expect(await mapping(body.id as string)).toMatchObject({ state: 'waiting', groupId: null })
    })

    it('bind on their own connection alone', async () => {
      const other = await createConnection(joinery.api, tenant.accountId)
      const { body } = await add({ groupName: 'Elsewhere' })
      await other.scim('POST', '/Groups', okta.createGroup('Elsewhere'))
      expect(await mapping(body.id as string)).toMatchObject({ state: 'waiting' })
    })

    it('bind once: when the group is removed and made again, they dangle', async () => {
      const { body } = await add({ groupName: 'Twice made' })
      const first = await group('Twice made')
      await scim('DELETE', `/Groups/${first}`)
      await group('Twice made')
      expect(await mapping(body.id as string)).toMatchObject({ state: 'dangling', groupId: first })
    })

    it('bind two roles at once, and only those that wait for this name', async () => {
      const added = [await add({ groupName: 'Pair' }, 'developer'), await add({ groupName: 'Pair' }, 'support')]
      expect(await add({ groupName: 'pair' }, 'support')).toMatchObject({ status: 409 })
      const groupId = await group('Pair')
      await group('Pair of shoes')
      for (const { body } of added) expect(await mapping(body.id as string)).toMatchObject({ state: 'bound', groupId })
    })
  })

  describe('to a role that changes who has what', () => {
    it('are bound by a person’s own hand at once, but wait for his word where the directory made the group', async () => {
      const { id, roles } = await person()
      const { body } = await add({ groupName: 'Rulers' }, 'admin')
      const groupId = await group('Rulers', id)
      expect(await mapping(body.id as string)).toMatchObject({ state: 'unconfirmed', groupId })
      expect(await roles()).toEqual([])
      const confirmed = await joinery.api.call('POST', `${mappings()}/${body.id}/confirm`)
      expect(confirmed).toMatchObject({ status: 200, body: { state: 'bound', groupId } })
      expect(await roles()).toEqual(['admin'])
      expect((await joinery.api.call('POST', `${mappings()}/${body.id}/confirm`)).status).toBe(200)
      expect(await add({ groupId: await group('Rulers by hand') }, 'admin')).toMatchObject({ body: { state: 'bound' } })
    })

    it('cannot be confirmed before there is a group', async () => {
      const { body } = await add({ groupName: 'Not yet' }, 'admin')
      const early = await joinery.api.call('POST', `${mappings()}/${body.id}/confirm`)
      expect(early).toMatchObject({ status: 409, body: { detail: expect.stringContaining('"Not yet"') as string } })
    })

    it('that only its owner has are refused, with the rule', async () => {
      for (const named of [{ groupId: await group('Usurpers') }, { groupName: 'Usurpers to be' }]) {
        expect(await add(named, 'owner')).toMatchObject({
          status: 422,
          body: { rule: 'role_not_mappable', errors: [{ path: 'role' }] },
        })
      }
    })

    it('that the catalog does not know are refused, with those to choose from', async () => {
      const { status, body } = await add({ groupName: 'X' }, 'astronaut')
      expect(status).toBe(400)
      expect(body.detail).toMatch(/"astronaut"; choose one of: admin, developer, support, finance-analyst$/)
    })
  })

  describe('under a clock that moves', () => {
    it('wait for 30 days and no longer; what has lapsed says so and can be made again', async () => {
      const { body: late } = await add({ groupName: 'Late' })
      const { body: inTime } = await add({ groupName: 'In time' })
      clock.advance(30 * dayMs - 60_000)
      const groupId = await group('In time')
      expect(await mapping(inTime.id as string)).toMatchObject({ state: 'bound', groupId })
      expect(await mapping(late.id as string)).toMatchObject({ state: 'waiting' })
      clock.advance(2 * 60_000)
      expect(await mapping(late.id as string)).toMatchObject({ state: 'lapsed' })
      const { id, roles } = await person()
      const lateGroup = await group('Late', id)
      expect(await roles()).toEqual([])
      expect(await mapping(late.id as string)).toMatchObject({ state: 'lapsed', groupId: null })
      expect(await add({ groupName: 'Late' })).toMatchObject({
        status: 201,
        body: { state: 'bound', groupId: lateGroup },
      })
      expect(await roles()).toEqual(['developer'])
    })
  })
})
