import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection, createTenant, settled, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describeOnBoth('the members of a group', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  const user = async (name: string, more: object = {}): Promise<string> =>
    (await scim('POST', '/Users', okta.createUser(name, more))).body.id as string
  const group = async (name: string, members: unknown = []): Promise<string> =>
    (await scim('POST', '/Groups', { ...okta.createGroup(name), members })).body.id as string
  const mapped = async (name: string, members: unknown = []): Promise<string> => {
    const groupId = await group(name, members)
    const mapping = { connection: tenant.connectionId, groupId, role: 'developer' }
    await joinery.api.ok('POST', `/accounts/${tenant.accountId}/mappings`, mapping)
    return groupId
  }
  const members = async (id: string): Promise<unknown[]> => (await scim('GET', `/Groups/${id}`)).body.members ?? []
  const values = async (id: string): Promise<string[]> =>
    (await members(id)).map((member) => (member as { value: string }).value).sort()
  const roles = async (name: string): Promise<string[]> => {
    await settled(joinery.api, tenant.accountId)
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=${name}@corp.example`)
    return items[0].roles as string[]
  }
  beforeAll(async () => {
    joinery = await startJoinery({ database })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it('may be named before they are there: such a one is kept, shown, grants nothing, and is never matched by name', async () => {
    const early = ['early@corp.example', '00uearly', 'early Doe', 'ghost']
    const id = await mapped('Early', early)
    expect(await values(id)).toEqual(early.toSorted())
    for (const member of await members(id)) expect(Object.keys(member as object)).toEqual(['value'])
    await user('early')
    expect(await roles('early')).toEqual([])
    for (const member of await members(id)) expect(Object.keys(member as object)).toEqual(['value'])
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
    expect(items.map(({ userName }: any) => userName)).toEqual(['early@corp.example'])
  })

  it('one unknown does not stop the others, in any form', async () => {
    const [one, two, three] = await Promise.all([user('one'), user('two'), user('three')])
    const id = await mapped('Mixed', [{ value: one }, { value: 'nobody' }])
    expect((await scim('PATCH', `/Groups/${id}`, okta.addMembers('nobody2', two))).status).toBe(204)
    expect(
      (await scim('PATCH', `/Groups/${id}`, patch({ op: 'add', path: 'members', value: ['nobody3', three] }))).status,
    ).toBe(204)
    for (const name of ['one', 'two', 'three']) expect(await roles(name)).toEqual(['developer'])
    expect(await values(id)).toEqual([one, two, three, 'nobody', 'nobody2', 'nobody3'].sort())
  })

  it('of another connection are nobody here, though their id is right', async () => {
    const other = await createConnection(joinery.api, tenant.accountId)
    const { body: foreigner } = await other.scim('POST', '/Users', okta.createUser('foreigner'))
    const id = await mapped('Foreign', [foreigner.id])
    expect(await members(id)).toEqual([{ value: foreigner.id }])
    expect(await roles('foreigner')).toEqual([])
    expect((await other.scim('GET', `/Users/${foreigner.id}`)).body).not.toHaveProperty('groups')
  })

  it('who were removed are nobody, also when their old id is pushed again', async () => {
    const gone = await user('gone')
    const id = await mapped('Leavers', [gone])
    await scim('DELETE', `/Users/${gone}`)
    expect(await members(id)).toEqual([])
    await scim('PATCH', `/Groups/${id}`, okta.addMembers(gone))
    expect(await members(id)).toEqual([{ value: gone }])
    await user('gone')
    expect(await roles('gone')).toEqual([])
  })

  it('are added and removed in each IdP’s way, again and again, and each once', async () => {
    const [a, b, c] = await Promise.all([user('ma'), user('mb'), user('mc')])
    const id = await group('Ways')
    const steps: [object, string[]][] = [
      [okta.addMembers(a, b), [a, b]],
      [okta.addMembers(a, a, b), [a, b]],
      [entra.addMembers(c), [a, b, c]],
      [patch({ op: 'add', value: { members: [{ value: a }] } }), [a, b, c]],
      [okta.removeMember(a), [b, c]],
      [okta.removeMember(a), [b, c]],
      [entra.removeMembers(b, 'nobody'), [c]],
      [patch({ op: 'remove', path: 'members', value: [{ value: c, display: 'an old name', $ref: 'x' }] }), []],
      [patch({ op: 'replace', path: 'members', value: [{ value: a }, { value: b }] }), [a, b]],
      [patch({ op: 'replace', value: { members: [{ value: c }] } }), [c]],
      [patch({ op: 'remove', path: 'members', value: [] }), [c]],
      [patch({ op: 'remove', path: `members[value eq "${a}" or value eq "${c}"]` }), []],
      [patch({ op: 'add', path: 'members', value: [a, b] }, { op: 'remove', path: 'members', value: [a] }), [b]],
      [patch({ op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: [c] }), [c]],
      [patch({ op: 'remove', path: 'members' }), []],
    ]
    for (const [body, wanted] of steps) {
      expect((await scim('PATCH', `/Groups/${id}`, body)).status).toBe(204)
      expect(await values(id)).toEqual(wanted.toSorted())
    }
  })

  it('are not removed by a value made to look like a filter', async () => {
    const id = await group('Injected', ['u1', 'u2'])
    const value = 'x" or value pr or value eq "x'
    await scim('PATCH', `/Groups/${id}`, patch({ op: 'remove', path: 'members', value: [{ value }] }))
    const quoted = JSON.stringify(value)
    expect(
      (await scim('PATCH', `/Groups/${id}`, patch({ op: 'remove', path: `members[value eq ${quoted}]` }))).status,
    ).toBe(204)
    for (const path of [
      'members[value pr]',
      'members[value ne "x"]',
      'members[not (value eq "x")]',
      'members[value sw "u"]',
    ])
      expect((await scim('PATCH', `/Groups/${id}`, patch({ op: 'remove', path }))).status).toBe(400)
    expect(await values(id)).toEqual(['u1', 'u2'])
  })

  it('are not lost by a request that does not show them', async () => {
    const id = await group('Shown', ['u1'])
    await scim('PATCH', `/Groups/${id}?excludedAttributes=members`, okta.addMembers('u2'))
    await scim(
      'PATCH',
      `/Groups/${id}?attributes=displayName`,
      patch({ op: 'replace', value: { displayName: 'Shown 2' } }),
    )
    expect(await values(id)).toEqual(['u1', 'u2'])
    expect((await scim('GET', `/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty('members')
  })

  it('are those that a PUT names, and no others', async () => {
    const [a, b] = await Promise.all([user('pa'), user('pb')])
    const id = await mapped('Put', [a])
    expect(await roles('pa')).toEqual(['developer'])
    const put = (members: unknown): Promise<unknown> => scim('PUT', `/Groups/${id}`, { displayName: 'Put', members })
    await put([{ value: b }])
    expect([await roles('pa'), await roles('pb')]).toEqual([[], ['developer']])
    await put(undefined)
    expect(await values(id)).toEqual([])
    expect(await roles('pb')).toEqual([])
  })

  it('show a user the groups he is in, and follow the groups’ names', async () => {
    const a = await user('grouped')
    const [one, two] = [await group('G one', [a]), await group('G two', [a])]
    await scim('PATCH', `/Groups/${two}`, patch({ op: 'replace', value: { id: two, displayName: 'G second' } }))
    const { body } = await scim('GET', `/Users/${a}`)
    expect(body.groups).toEqual([
      { value: one, $ref: `${tenant.scimUrl}/Groups/${one}`, display: 'G one', type: 'direct' },
      { value: two, $ref: `${tenant.scimUrl}/Groups/${two}`, display: 'G second', type: 'direct' },
    ])
    await scim('DELETE', `/Groups/${one}`)
    expect((await scim('GET', `/Users/${a}`)).body.groups).toHaveLength(1)
    expect((await scim('DELETE', `/Groups/${one}`)).status).toBe(404)
    expect((await scim('GET', `/Users/${a}?excludedAttributes=groups`)).body).not.toHaveProperty('groups')
  })
})
