import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTenant, settled, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { messages } from '../support/door.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const urn = 'urn:acme:scim:schemas:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describeOnBoth('the profile of a member', (kind) => {
  let joinery: Joinery
  let tenant: Tenant
  let path: string
  beforeAll(async () => {
    joinery = await startJoinery({ database: kind })
    tenant = await createTenant(joinery.api, 'generic')
    path = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`
    const schema = { id: urn, name: 'Acme', attributes: [{ name: 'badge' }, { name: 'pin', returned: 'never' }] }
    await joinery.api.ok('PUT', `/accounts/${tenant.accountId}/schemas/${urn}`, schema)
  })
  afterAll(() => joinery.close())

  const join = async (name: string, more: object): Promise<string> => {
    const { body } = await tenant.scim('POST', '/Users', { userName: `${name}@corp.example`, ...more })
    return body.id as string
  }
  const profile = async (name: string): Promise<unknown> => {
    await settled(joinery.api, tenant.accountId)
    const base = `/accounts/${tenant.accountId}/members`
    const { items } = await joinery.api.ok('GET', `${base}?userName=${name}@corp.example`)
    return (await joinery.api.ok('GET', `${base}/${items[0].id}`)).profile
  }
  const map = (profileMapping: object) => joinery.api.call('PATCH', path, { profileMapping })

  it('follows the directory user: told, changed, cleared and gone', async () => {
    const id = await join('jane', { title: 'Engineer', [enterprise]: { department: 'R&D', employeeNumber: '7' } })
    expect(await profile('jane')).toEqual({ title: 'Engineer', department: 'R&D', employeeNumber: '7' })
    const Operations = [
      { op: 'replace', path: 'title', value: 'Lead' },
      { op: 'remove', path: `${enterprise}:department` },
    ]
    await tenant.scim('PATCH', `/Users/${id}`, { schemas: [`${messages}:PatchOp`], Operations })
    expect(await profile('jane')).toEqual({ title: 'Lead', employeeNumber: '7' })
    await tenant.scim('DELETE', `/Users/${id}`)
    expect(await profile('jane')).toEqual({})
  })

  it('moves for everybody with the mapping, which counts field by field', async () => {
    await join('max', { title: 'T', [urn]: { badge: 'B7' }, [enterprise]: { employeeNumber: '9', division: 'D' } })
    expect(await profile('max')).toEqual({ title: 'T', employeeNumber: '9', division: 'D' })
    const { body } = await map({ employeeNumber: `${urn.toUpperCase().replace('URN', 'urn')}:BADGE` })
    expect(body.profileMapping).toMatchObject({ employeeNumber: `${urn}:badge`, title: 'title' })
    expect(await profile('max')).toEqual({ title: 'T', employeeNumber: 'B7', division: 'D' })
    await map({ division: null })
    expect(await profile('max')).toEqual({ title: 'T', employeeNumber: 'B7' })
  })

  it('comes from an attribute that there is, and that somebody is shown', async () => {
    const answer = await map({ employeeNumber: `${urn}:bagde` })
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toContain(`did you mean "${urn}:badge"?`)
    expect((await map({ employeeNumber: `${urn}:pin` })).status).toBe(400)
    expect((await map({ employeeNumber: 'emails' })).status).toBe(400)
    expect((await map({ shoeSize: 'title' })).status).toBe(400)
  })

  it('keeps its sources: a schema that is one is neither removed nor taken its attribute', async () => {
    await map({ employeeNumber: `${urn}:badge` })
    const base = `/accounts/${tenant.accountId}/schemas/${urn}`
    const removed = await joinery.api.call('DELETE', base)
    expect(removed.status).toBe(409)
    expect(removed.body.detail).toContain('change the profile mapping of connection "generic"')
    const without = { id: urn, name: 'Acme', attributes: [{ name: 'other' }] }
    expect((await joinery.api.call('PUT', base, without)).status).toBe(409)
    await map({ employeeNumber: `${enterprise}:employeeNumber` })
    expect((await joinery.api.call('DELETE', base)).status).toBe(204)
  })

  it('never has a personal address', async () => {
    await join('eve', { title: 'eve@gmail.com', [enterprise]: { department: 'Sales' } })
    expect(await profile('eve')).toEqual({ department: 'Sales' })
  })
})
