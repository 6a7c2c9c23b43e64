import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogFile } from '../../src/adapters/catalogs/load-catalogs.ts'
import { createTenant, settled, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const roleUrn = 'urn:okta:scim:schemas:core:1.0:Role'
const entitlementUrn = 'urn:okta:scim:schemas:core:1.0:Entitlement'

describeOnBoth('roles in a user’s profile', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  const connection = (): string => `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`
  const accept = (rolesFromIdp: boolean) => joinery.api.ok('PATCH', connection(), { rolesFromIdp })
  const user = async (name: string, roles: unknown): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', okta.createUser(name, { roles }))
    expect(status).toBe(201)
    return body.id as string
  }
  const member = async (name: string) => {
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=${name}@corp.example`)
    return joinery.api.ok('GET', `/accounts/${tenant.accountId}/members/${items[0].id}`)
  }
  const settledMember = async (name: string) => {
    await settled(joinery.api, tenant.accountId)
    return member(name)
  }
  const reasons = async (name: string): Promise<string[]> =>
    (await settledMember(name)).losses.map(({ role, reason }: any) => `${role}: ${reason}`)

  beforeAll(async () => {
    joinery = await startJoinery({ database })
    tenant = await createTenant(joinery.api)
    await accept(true)
  })
  afterAll(() => joinery.close())

  it('become roles with their source and path, are given back as told, and go with the profile', async () => {
    const id = await user('ann', [{ value: 'developer', display: 'Developer', primary: true }])
    const connection = { connection: tenant.connectionId, connectionName: 'okta' }
    expect((await settledMember('ann')).grants).toEqual([
      {
        role: 'developer',
        source: 'idp',
        paths: [{ ...connection, attribute: 'roles', value: 'developer' }],
      },
    ])
    await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'roles', value: [{ value: 'support' }] }))
    expect((await settledMember('ann')).roles).toEqual(['support'])
    await scim('PATCH', `/Users/${id}`, patch({ op: 'remove', path: 'roles' }))
    expect((await member('ann')).roles).toEqual([])
    expect((await settledMember('ann')).grants).toEqual([])
  })

  it('are read out of Entra’s JSON text and out of its bracket, and kept as told', async () => {
    const text = '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"25","displayName":"Support"}'
    const { body } = await scim('POST', '/Users', entra.createUser('bea', { roles: [{ value: text }] }))
    expect(body.roles).toEqual([{ value: text }])
    expect((await settledMember('bea')).grants).toMatchObject([{ role: 'support', paths: [{ value: text }] }])
    const cid = (await scim('POST', '/Users', entra.createUser('cid'))).body.id as string
    await scim('PATCH', `/Users/${cid}`, patch({ op: 'Add', path: 'roles', value: [{ value: 'x' }] }))
    await scim(
      'PATCH',
      `/Users/${cid}`,
      patch({ op: 'Replace', path: 'roles[value eq "x"].value', value: 'Developer' }),
    )
    expect((await settledMember('cid')).roles).toEqual(['developer'])
  })

  it('that are not for an IdP to give have no effect, and say why', async () => {
    const told = ['owner', 'admin', 'Global Moderator'].map((value) => ({ value }))
    const id = await user('dora', told)
    expect((await scim('GET', `/Users/${id}`)).body.roles).toEqual(told)
    expect(await reasons('dora')).toEqual([
      'Global Moderator: unknown_role',
      'admin: protected_role',
      'owner: protected_role',
    ])
    expect((await member('dora')).roles).toEqual([])
  })

  it('come and go with the connection’s flag, and are lost at once', async () => {
    await user('eve', [{ value: 'developer' }])
    expect((await settledMember('eve')).roles).toEqual(['developer'])
    expect(await accept(false)).toMatchObject({ rolesFromIdp: false })
    expect((await member('eve')).roles).toEqual([])
    expect(await reasons('eve')).toEqual(['developer: not_accepted'])
    await accept(true)
    expect((await settledMember('eve')).roles).toEqual(['developer'])
    const before = (await settledMember('eve')).events.length
    await accept(true)
    expect(await member('eve')).toMatchObject({ lagging: false, events: { length: before } })
  })

  it('of a suspended or removed user count no more', async () => {
    const id = await user('fay', [{ value: 'developer' }])
    expect((await settledMember('fay')).roles).toEqual(['developer'])
    await scim('PATCH', `/Users/${id}`, okta.setActive(false))
    expect((await member('fay')).roles).toEqual([])
    await scim('PATCH', `/Users/${id}`, okta.setActive(true))
    expect((await settledMember('fay')).roles).toEqual(['developer'])
    await scim('DELETE', `/Users/${id}`)
    expect(await settledMember('fay')).toMatchObject({ roles: [], grants: [] })
    await user('fay', [])
    expect((await settledMember('fay')).roles).toEqual([])
  })

  it('do not count unless the connection was made or changed so', async () => {
    const path = `/accounts/${tenant.accountId}/connections`
    expect(await joinery.api.ok('POST', path, { name: 'Plain', kind: 'okta' })).toMatchObject({ rolesFromIdp: false })
    const made = await joinery.api.ok('POST', path, { name: 'Telling', kind: 'okta', rolesFromIdp: true })
    expect(made).toMatchObject({ rolesFromIdp: true })
    const { items } = await joinery.api.ok('GET', path)
    expect(items.find(({ id }: { id: string }) => id === made.id)).toMatchObject({ rolesFromIdp: true })
    expect((await joinery.api.call('PATCH', connection(), { rolesFromIdp: 'yes' })).status).toBe(400)
    expect((await joinery.api.call('PATCH', connection(), {})).status).toBe(400)
    expect((await joinery.api.call('PATCH', `${path}/nobody`, { rolesFromIdp: true })).status).toBe(404)
  })

  describe('are offered to the IdP', () => {
    it('as those that it may give, and no others', async () => {
      const { status, body } = await scim('GET', '/Roles?startIndex=1&count=100')
      expect(status).toBe(200)
      expect(body).toMatchObject({ totalResults: 3, startIndex: 1, itemsPerPage: 3 })
      expect(body.Resources.map(({ id }: any) => id)).toEqual(['developer', 'support', 'finance-analyst'])
      expect(body.Resources[0]).toMatchObject({
        schemas: [roleUrn],
        id: 'developer',
        displayName: 'Developer',
        value: 'developer',
        display: 'Developer',
        supported: true,
        meta: { resourceType: 'Role', location: `${tenant.scimUrl}/Roles/developer` },
      })
      expect((await scim('GET', '/Entitlements')).body).toMatchObject({ totalResults: 0, Resources: [] })
    })

    it('and say whether they would count', async () => {
      await accept(false)
      expect((await scim('GET', '/Roles/developer')).body).toMatchObject({ id: 'developer', supported: false })
      await accept(true)
    })

    it('by page, by cursor, by filter and in an order', async () => {
      const ids = async (query: string): Promise<string[]> =>
        (await scim('GET', `/Roles?${query}`)).body.Resources.map(({ id }: { id: string }) => id)
      expect(await ids('startIndex=2&count=1')).toEqual(['support'])
      expect(await ids('startIndex=9')).toEqual([])
      expect((await scim('GET', '/Roles?count=0')).body).toMatchObject({ totalResults: 3, Resources: [] })
      expect(await ids('filter=id eq "support"')).toEqual(['support'])
      expect(await ids('filter=displayName sw "FIN" or value eq "developer"')).toEqual(['developer', 'finance-analyst'])
      expect(await ids('filter=meta.resourceType eq "Role" and not (id eq "support")')).toHaveLength(2)
      expect(await ids('sortBy=displayName&sortOrder=descending')).toEqual(['support', 'finance-analyst', 'developer'])
      const first = (await scim('GET', '/Roles?cursor=&count=2')).body
      const second = (await scim('GET', `/Roles?cursor=${encodeURIComponent(first.nextCursor)}&count=2`)).body
      expect([...first.Resources, ...second.Resources].map(({ id }: any) => id)).toHaveLength(3)
      expect(second).not.toHaveProperty('nextCursor')
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'id eq "support"' }
      expect((await scim('POST', '/Roles/.search', search)).body.totalResults).toBe(1)
      expect((await scim('GET', '/Roles/support?attributes=displayName')).body).toEqual({
        schemas: [roleUrn],
        id: 'support',
        displayName: 'Support',
      })
      expect((await scim('GET', '/Roles?filter=secret eq "x"')).body).toMatchObject({ scimType: 'invalidFilter' })
    })

    it('to be read, not written', async () => {
      for (const [method, path] of [
        ['POST', '/Roles'],
        ['PUT', '/Roles/support'],
        ['PATCH', '/Roles/support'],
        ['DELETE', '/Roles/support'],
        ['POST', '/Entitlements'],
      ] as const) {
        const { status, headers } = await scim(method, path, method === 'DELETE' ? undefined : {})
        expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET'])
      }
      for (const path of ['/Roles/owner', '/Roles/admin', '/Roles/nobody', '/Entitlements/x']) {
        expect((await scim('GET', path)).status).toBe(404)
      }
      expect((await scim('GET', '/Roles', undefined, { Authorization: 'Bearer x' })).status).toBe(401)
    })

    it('in the documents of discovery', async () => {
      const types = (await scim('GET', '/ResourceTypes')).body.Resources
      expect(types.map(({ id, endpoint, schema }: any) => [id, endpoint, schema]).slice(2)).toEqual([
        ['Role', '/Roles', roleUrn],
        ['Entitlement', '/Entitlements', entitlementUrn],
      ])
      const { body } = await scim('GET', `/Schemas/${roleUrn}`)
      expect(body.attributes.map(({ name }: any) => name)).toEqual(
        expect.arrayContaining(['displayName', 'value', 'supported']),
      )
      expect((await scim('GET', `/Schemas/${entitlementUrn}`)).body).toMatchObject({ name: 'Entitlement' })
    })
  })
})

describeOnBoth('capabilities that a member has one by one', (database) => {
  let joinery: Joinery
  beforeAll(async () => {
    const studio = loadCatalogFile(new URL('../fixtures/catalogs/studio-like.yaml', import.meta.url).pathname)
    joinery = await startJoinery({
      database,
      workers: false,
      wrapPorts: (ports) => ({ ...ports, catalogs: new Map([...ports.catalogs, [studio.id, studio]]) }),
    })
  })
  afterAll(() => joinery.close())

  it('are offered as entitlements, and said to have no effect', async () => {
    const { scim, scimUrl } = await createTenant(joinery.api, 'okta', 'studio-like')
    const atRoot = await scim('GET', `/?filter=${encodeURIComponent('meta.resourceType eq "Entitlement"')}`)
    const each = (await scim('GET', '/Entitlements')).body.Resources
    expect(atRoot.body.Resources).toHaveLength(each.length)
    expect(atRoot.body.Resources).toEqual(expect.arrayContaining(each))
    const { body } = await scim('GET', '/Entitlements')
    expect(body.Resources.map(({ id, type, supported }: any) => [id, type, supported])).toEqual([
      ['manage-users', 'Manage', false],
      ['call-flows', 'Capability', false],
      ['account-plans', 'Capability', false],
      ['roles', 'Manage', false],
    ])
    expect((await scim('GET', '/Entitlements/call-flows')).body.meta.location).toBe(
      `${scimUrl}/Entitlements/call-flows`,
    )
    const roles = (await scim('GET', '/Roles')).body.Resources.map(({ id }: any) => id)
    expect(roles).toEqual(['ac_rw', 'ac_ro'])
    expect((await scim('GET', '/Roles/ac_rw')).status).toBe(200)
  })
})
