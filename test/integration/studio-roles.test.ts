import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyCheck, type MadeKey } from '../support/access-keys.ts'
import type { Api } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../support/signed-in.ts'

type Person = { readonly id: string; readonly call: Api['call'] }

/** Roles that system users make for an account below them, over HTTP as each of these people; no worker works. */
describeOnBoth('studio: roles that system users make', (database) => {
  let joinery: Joinery
  let account: string
  let system: Person
  let provider: Person
  let admin: Person
  let names = 0
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    const open = async (name: string, more: object) =>
      (await joinery.api.ok('POST', '/accounts', { name, catalog: 'studio', ...more })).id as string
    const top = await open('System', { level: 'system' })
    const middle = await open('Provider', { parent: top })
    account = await open('Account', { parent: middle })
    system = await person(top, 'system-user')
    provider = await person(middle, 'service-provider')
    admin = await person(account, 'ac_admin')
  })
  afterAll(() => joinery.close())

  async function person(accountId: string, role?: string): Promise<Person> {
    const userName = `p${(names += 1)}@corp.example`
    const { id } = await app().addMember(operator, { accountId, userName, email: userName })
    if (role !== undefined) await app().assignRole(operator, { accountId, memberId: id, role })
    await settle(joinery)
    return { id, call: createPersonApi(joinery.url, await browserOf(joinery, accountId, id)) }
  }
  const groups = () => `/accounts/${account}/permission-groups`
  const make = (by: Person, name: string, permissions: object) => by.call('POST', groups(), { name, permissions })
  const permissionsOf = async ({ id }: Person): Promise<object> => {
    const { permissions } = await joinery.api.ok('GET', `/accounts/${account}/members/${id}/permissions`)
    const rows = permissions as { capability: string; access: string[] }[]
    return Object.fromEntries(rows.map(({ capability, access }) => [capability, access]))
  }

  /** A role that a system user made, held by somebody whom the account’s administrator gave it. */
  async function aHolder(name: string, permissions: object) {
    const { body } = await make(system, name, permissions)
    const holder = await person(account)
    const path = `${groups()}/${body.id}`
    expect(await admin.call('PUT', `${path}/members/${holder.id}`, {})).toMatchObject({ status: 204 })
    await settle(joinery)
    return { path, holder }
  }

  it('studio-3: are made by system users alone, for the accounts of their purview', async () => {
    for (const other of [provider, admin]) {
      const refused = await make(other, 'Mine', { 'call-flows': 'read' })
      expect(refused).toMatchObject({ status: 403, body: { rule: 'not_allowed' } })
    }
    const { path, holder } = await aHolder('Reporters', { 'analytical-data-and-reports': 'full' })
    expect(await permissionsOf(holder)).toEqual({ 'analytical-data-and-reports': ['read', 'full'] })
    for (const other of [provider, admin, holder]) {
      const change = { permissions: { 'call-flows': 'full' } }
      expect((await other.call('PATCH', path, change)).body).toMatchObject({ rule: 'not_allowed' })
      expect((await other.call('DELETE', `${path}?force=true`)).body).toMatchObject({ rule: 'not_allowed' })
    }
  })

  it('studio-3: update whoever holds them by themselves, and studio-4: not whoever is customised, until reset', async () => {
    const { path, holder } = await aHolder('Designers', { 'call-flows': 'full', profiles: 'read' })
    const other = await person(account)
    await admin.call('PUT', `${path}/members/${other.id}`, {})
    await settle(joinery)
    const customisation = `/accounts/${account}/members/${other.id}/customisation`
    const customised = await admin.call('PATCH', customisation, { permissions: { profiles: 'none' } })
    expect(customised).toMatchObject({ status: 200 })

    const more = { 'analytical-data-and-reports': 'read' }
    expect(await system.call('PATCH', path, { permissions: more })).toMatchObject({ status: 200 })
    const all = { 'call-flows': ['read', 'full'], profiles: ['read'], 'analytical-data-and-reports': ['read'] }
    expect(await permissionsOf(holder)).toEqual(all)
    expect(await permissionsOf(other)).toEqual({ 'call-flows': ['read', 'full'] })
    await system.call('PATCH', path, { permissions: { 'call-flows': 'read' } })
    for (const each of [holder, other]) expect(await permissionsOf(each)).toMatchObject({ 'call-flows': ['read'] })
    expect(await admin.call('DELETE', customisation)).toMatchObject({ status: 204 })
    expect(await permissionsOf(other)).toEqual({ ...all, 'call-flows': ['read'] })
  })

  it('studio-5: their holders make keys of the scope of their account’s level', async () => {
    const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
    const { path, holder } = await aHolder('Callers', { 'call-flows': 'read' })
    const made = await holder.call('POST', `/accounts/${account}/keys`, { name: 'Mine', member: holder.id })
    expect(made).toMatchObject({ status: 201 })
    expect(await check(made.body as MadeKey)).toMatchObject({ active: true, scope: 'ac' })
    expect(await admin.call('DELETE', `${path}/members/${holder.id}`)).toMatchObject({ status: 204 })
    expect(await check(made.body as MadeKey)).toEqual({ active: false })
  })
})
