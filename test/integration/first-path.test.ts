import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTenant, settled, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describeOnBoth('the main path', (kind) => {
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({ database: kind })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it('carries a joiner in a mapped group to his role, with the path that leads there', async () => {
    const { api } = joinery
    const { accountId, connectionId, scim } = tenant
    const user = await scim('POST', '/Users', okta.createUser('jane'))
    const group = await scim('POST', '/Groups', okta.createGroup('Engineers'))
    const mapping = await api.ok('POST', `/accounts/${accountId}/mappings`, {
      connection: connectionId,
      groupId: group.body.id,
      role: 'developer',
    })
    await scim('PATCH', `/Groups/${group.body.id}`, okta.addMembers(user.body.id as string))
    await settled(api, accountId)
    const { items } = await api.ok('GET', `/accounts/${accountId}/members?userName=JANE@corp.example`)
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ userName: 'jane@corp.example', status: 'active', roles: ['developer'] })
    const detail = await api.ok('GET', `/accounts/${accountId}/members/${items[0].id}`)
    const path = { connection: connectionId, group: group.body.id, mapping: mapping.id }
    const names = { connectionName: 'okta', groupName: 'Engineers' }
    expect(detail.grants).toEqual([{ role: 'developer', source: 'directory', paths: [{ ...path, ...names }] }])
  })
})
