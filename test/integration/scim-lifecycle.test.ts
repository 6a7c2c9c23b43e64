import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection, createTenant, settled, type Api, type Tenant } from '../support/api.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

/** What a person at the console would see of one account. */
function watch(api: Api, { accountId, connectionId, scim }: Tenant) {
  const member = async (name: string): Promise<any> => {
    const { items } = await api.ok('GET', `/accounts/${accountId}/members?userName=${name}@corp.example`)
    expect(items.length).toBeLessThan(2)
    return items[0]
  }
  return {
    member,
    roles: async (name: string): Promise<string[]> => {
      await settled(api, accountId)
      return (await member(name)).roles as string[]
    },
    detail: async (id: string): Promise<any> => api.ok('GET', `/accounts/${accountId}/members/${id}`),
    create: async (name: string, more: object = {}): Promise<string> => {
      const { status, body } = await scim('POST', '/Users', okta.createUser(name, more))
      expect(status).toBe(201)
      return body.id as string
    },
    group: async (name: string, role?: string, ...members: string[]): Promise<string> => {
      const { body } = await scim('POST', '/Groups', { ...okta.createGroup(name), members })
      const groupId = body.id as string
      if (role !== undefined)
        await api.ok('POST', `/accounts/${accountId}/mappings`, { connection: connectionId, groupId, role })
      return groupId
    },
  }
}

describeOnBoth('the life of a directory user', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let see: ReturnType<typeof watch>
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  beforeAll(async () => {
    joinery = await startJoinery({ database })
    tenant = await createTenant(joinery.api)
    see = watch(joinery.api, tenant)
  })
  afterAll(() => joinery.close())

  it('in no mapped group he is an active member without roles', async () => {
    const id = await see.create('plain')
    await see.group('Unmapped', undefined, id)
    expect(await see.roles('plain')).toEqual([])
    expect(await see.member('plain')).toMatchObject({ status: 'active', email: 'plain@corp.example', suspendedBy: [] })
  })

  it('suspended he holds nothing, and keeps his memberships; resumed he has his roles again', async () => {
    const id = await see.create('sue')
    const groupId = await see.group('Sue’s', 'developer', id)
    expect(await see.roles('sue')).toEqual(['developer'])
    await scim('PATCH', `/Users/${id}`, okta.setActive(false))
    expect(await see.roles('sue')).toEqual([])
    expect(await see.member('sue')).toMatchObject({ status: 'suspended', suspendedBy: ['directory'] })
    const read = await scim('GET', `/Users/${id}`)
    expect(read.body).toMatchObject({ active: false, groups: [{ value: groupId }] })
    expect((await scim('GET', '/Users?filter=userName eq "sue@corp.example"')).body.totalResults).toBe(1)
    await scim('PATCH', `/Users/${id}`, okta.setActive(true))
    expect(await see.roles('sue')).toEqual(['developer'])
    expect(await see.member('sue')).toMatchObject({ status: 'active', suspendedBy: [] })
  })

  it('created suspended he is suspended from the start', async () => {
    const id = await see.create('early', { active: false })
    await see.group('Early’s', 'support', id)
    expect(await see.roles('early')).toEqual([])
    expect(await see.member('early')).toMatchObject({ status: 'suspended', suspendedBy: ['directory'] })
    const entraFalse = await scim('POST', '/Users', okta.createUser('early2', { active: 'False' }))
    expect(entraFalse.body.active).toBe(false)
  })

  it('created twice he is 409, and what there is of him stays as it was', async () => {
    const id = await see.create('twice', { title: 'Dr' })
    const again = await scim('POST', '/Users', okta.createUser('twice', { title: 'Prof', active: false }))
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect((await scim('GET', `/Users/${id}`)).body).toMatchObject({ title: 'Dr', active: true })
    expect(await see.member('twice')).toMatchObject({ status: 'active' })
  })

  it('removed he is gone for the directory: 404 by every way, the second DELETE too', async () => {
    const id = await see.create('rem')
    const groupId = await see.group('Rem’s', 'developer', id)
    const member = await see.member('rem')
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204)
    for (const [method, body] of [
      ['DELETE', undefined],
      ['GET', undefined],
      ['PUT', okta.createUser('rem')],
      ['PATCH', okta.setActive(true)],
    ] as const) {
      expect((await scim(method, `/Users/${id}`, body)).status).toBe(404)
    }
    expect((await scim('GET', '/Users?filter=userName eq "rem@corp.example"')).body.totalResults).toBe(0)
    expect((await scim('GET', `/Groups/${groupId}`)).body).not.toHaveProperty('members')
    await settled(joinery.api, tenant.accountId)
    expect(await see.detail(member.id)).toMatchObject({ status: 'removed', roles: [], grants: [] })
  })

  it('removed he frees his userName: another person who takes it is another member', async () => {
    const first = await see.create('heir', { externalId: 'heir-1' })
    const member = await see.member('heir')
    await scim('DELETE', `/Users/${first}`)
    const second = await see.create('heir', { externalId: 'heir-2' })
    expect(second).not.toBe(first)
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=heir@corp.example`)
    expect(items.map(({ id, status }: any) => [id === member.id, status]).sort()).toEqual([
      [false, 'active'],
      [true, 'removed'],
    ])
  })

  it('rehired under the same externalId he is the same member in a new life, under a new SCIM id, with roles afresh', async () => {
    const first = await see.create('re')
    const groupId = await see.group('Re’s', 'developer', first)
    expect(await see.roles('re')).toEqual(['developer'])
    const member = await see.member('re')
    await scim('DELETE', `/Users/${first}`)
    await settled(joinery.api, tenant.accountId)
    const { status, body } = await scim('POST', '/Users', okta.createUser('re', { userName: 're.new@corp.example' }))
    expect([status, body.id === first]).toEqual([201, false])
    expect(await see.roles('re.new')).toEqual([])
    expect(await see.detail(member.id)).toMatchObject({
      userName: 're.new@corp.example',
      status: 'active',
      incarnation: 2,
    })
    expect((await scim('GET', `/Users/${first}`)).status).toBe(404)
    await scim('PATCH', `/Groups/${groupId}`, okta.addMembers(body.id as string))
    expect(await see.roles('re.new')).toEqual(['developer'])
    await scim('DELETE', `/Users/${body.id}`)
    await scim('POST', '/Users', okta.createUser('re'))
    expect((await see.detail(member.id)).incarnation).toBe(3)
  })

  it('rehired suspended he is suspended', async () => {
    await scim('DELETE', `/Users/${await see.create('resus')}`)
    await see.create('resus', { active: false })
    expect(await see.member('resus')).toMatchObject({ status: 'suspended' })
  })

  it('is not taken for another whose externalId two share', async () => {
    const shared = { externalId: 'literal' }
    const [one, two] = [await see.create('sh1', shared), await see.create('sh2', shared)]
    const members = [await see.member('sh1'), await see.member('sh2')]
    await scim('DELETE', `/Users/${one}`)
    await see.create('sh3', shared)
    expect(members.map(({ id }) => id)).not.toContain((await see.member('sh3')).id)
    await scim('DELETE', `/Users/${two}`)
    await see.create('sh4', shared)
    expect(members.map(({ id }) => id)).not.toContain((await see.member('sh4')).id)
  })

  it('renamed he is the same member with the same roles', async () => {
    const id = await see.create('maiden')
    await see.group('Maiden’s', 'support', id)
    expect(await see.roles('maiden')).toEqual(['support'])
    const before = await see.member('maiden')
    const body = okta.createUser('maiden', {
      userName: 'married@corp.example',
      displayName: 'Married',
      emails: [{ value: 'married@corp.example', type: 'work', primary: true }],
    })
    expect((await scim('PUT', `/Users/${id}`, body)).status).toBe(200)
    expect(await see.roles('married')).toEqual(['support'])
    expect(await see.member('married')).toMatchObject({
      ...{ id: before.id, displayName: 'Married', email: 'married@corp.example' },
      status: 'active',
    })
    expect(await see.member('maiden')).toBeUndefined()
  })

  it('suspended and renamed in one PATCH he is both', async () => {
    const id = await see.create('both')
    await see.group('Both’s', 'developer', id)
    expect(await see.roles('both')).toEqual(['developer'])
    const change = patch(
      { op: 'Replace', path: 'userName', value: 'both.left@corp.example' },
      { op: 'Replace', path: 'active', value: 'False' },
    )
    const answer = await scim('PATCH', `/Users/${id}`, change)
    expect(answer.body).toMatchObject({ userName: 'both.left@corp.example', active: false })
    expect(await see.roles('both.left')).toEqual([])
    expect(await see.member('both.left')).toMatchObject({ status: 'suspended' })
  })

  it('tells what happened to him, newest first, and never by name', async () => {
    const id = await see.create('story')
    await scim('PATCH', `/Users/${id}`, okta.setActive(false))
    await scim('PATCH', `/Users/${id}`, okta.setActive(true))
    await scim('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'Dr' }))
    const { id: memberId } = await see.member('story')
    await scim('DELETE', `/Users/${id}`)
    const { events } = await see.detail(memberId)
    expect(events.map(({ action }: any) => action)).toEqual([
      'user.removed',
      'user.changed',
      'user.resumed',
      'user.suspended',
      'user.joined',
    ])
    expect(JSON.stringify(events)).not.toContain('story')
    for (const { actor } of events) expect(actor).toBe(`scim:${tenant.connectionId}`)
  })

  it('with a made-up internal id as externalId touches nobody else', async () => {
    const victim = await see.create('victim')
    const { id: victimMember } = await see.member('victim')
    for (const [index, externalId] of ['1', '0', '-1', '01', '../', victim, victimMember].entries()) {
      const { body } = await scim('POST', '/Users', okta.createUser(`forger${index}`, { externalId }))
      expect([victim, victimMember, externalId]).not.toContain(body.id)
      expect((await see.member(`forger${index}`)).id).not.toBe(victimMember)
    }
    expect(await see.detail(victimMember)).toMatchObject({ userName: 'victim@corp.example', incarnation: 1 })
  })

  it('with the address of another of his account is another member still: nobody is matched by e-mail', async () => {
    await see.create('original')
    const other = await createConnection(joinery.api, tenant.accountId, 'entra')
    const { status } = await other.scim(
      'POST',
      '/Users',
      entra.createUser('original', { userName: 'original2@corp.example' }),
    )
    expect(status).toBe(201)
    expect((await see.member('original2')).id).not.toBe((await see.member('original')).id)
  })
})

describeOnBoth('a "no" does not wait for workers', (database) => {
  it('suspension, removal, a lost membership and a removed group all show at once; what is won waits', async () => {
    const on = await freshDatabase(database)
    const first = await startJoinery({ on })
    const tenant = await createTenant(first.api)
    const see = watch(first.api, tenant)
    const names = ['w.suspended', 'w.removed', 'w.left', 'w.group', 'w.new']
    const ids = await Promise.all(names.map((name) => see.create(name)))
    const [suspended, removed, left, grouped, fresh] = ids as [string, string, string, string, string]
    const team = await see.group('W team', 'developer', suspended, removed, left)
    const doomed = await see.group('W doomed', 'support', grouped)
    for (const name of names.slice(0, 4)) expect(await see.roles(name)).toHaveLength(1)
    await first.close()

    const idle = await startJoinery({ on, workers: false })
    const scim = retarget(tenant, idle.url)
    const now = watch(idle.api, { ...tenant, scim })
    await scim('PATCH', `/Users/${suspended}`, okta.setActive(false))
    await scim('DELETE', `/Users/${removed}`)
    await scim('PATCH', `/Groups/${team}`, okta.removeMember(left))
    await scim('DELETE', `/Groups/${doomed}`)
    await scim('PATCH', `/Groups/${team}`, okta.addMembers(fresh))
    for (const [name, status] of [
      ['w.suspended', 'suspended'],
      ['w.removed', 'removed'],
      ['w.left', 'active'],
      ['w.group', 'active'],
      ['w.new', 'active'],
    ] as const) {
      const member = await now.member(name)
      expect(member).toMatchObject({ status, roles: [] })
      expect(await now.detail(member.id as string)).toMatchObject({ roles: [], lagging: true })
    }
    const holders = await idle.api.ok('GET', `/accounts/${tenant.accountId}/members?role=developer`)
    expect(holders.items).toEqual([])
    await scim('PATCH', `/Users/${suspended}`, okta.setActive(true))
    expect(await now.member('w.suspended')).toMatchObject({ status: 'active', roles: ['developer'] })
    await idle.close()

    const last = await startJoinery({ on })
    const after = watch(last.api, tenant)
    expect(await after.roles('w.new')).toEqual(['developer'])
    expect(await after.roles('w.suspended')).toEqual(['developer'])
    expect(await after.roles('w.left')).toEqual([])
    await last.close()
    await on.remove()
  })
})

function retarget({ scimUrl, token }: Tenant, url: string): Tenant['scim'] {
  const { pathname } = new URL(scimUrl)
  return async (method, path, body) => {
    const response = await fetch(`${url}${pathname}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    expect(response.status).toBeLessThan(300)
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}
