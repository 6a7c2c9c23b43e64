import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { housekeeper, sealAll } from './audit.ts'
import { createConnection, createTenant, settled, type Api } from './api.ts'
import type { TestClock } from './clock.ts'
import { entra } from './idp.ts'
import { operator, type Joinery } from './joinery.ts'
import { oneOfEach } from './one-of-each.ts'
import { shop, usual } from './shop.ts'

/** Things by the names that paths have for them. */
export type Ids = Readonly<Record<string, string>>
type Made = { id: string }
type Started = Pick<Joinery, 'api' | 'runtime'>

/**
 * Rows for every list of the admin API, so that each of its filters finds some and leaves out others where it can: the
 * ids under which the lists are. `catalogs` is the folder that Joinery was started with.
 */
export async function rowsOfEach(joinery: Started, clock: TestClock, catalogs: string): Promise<readonly Ids[]> {
  const { api } = joinery
  const ids = await oneOfEach(api)
  const account = ids.account ?? ''
  await askedLater(api, clock)
  const other = await pushed(api, account)
  await credentials(api, account, ids.connection ?? '')
  const base = { ...ids, catalog: 'shop' }
  const found = [
    base,
    { ...base, connection: other },
    { ...base, account: ids.groupedAccount ?? '' },
    { ...base, account: await customised(api) },
    { ...base, account: await personalKey(api) },
    { ...base, account: await planned(api, catalogs) },
    { ...base, ...(await letIn(api, account, ids.member ?? '')) },
    ...(await accountsOf(api, ['Inviting', 'Asking'])).map((each) => ({ ...base, account: each })),
  ]
  await api.ok('PATCH', `/accounts/${ids.groupedAccount}/permission-groups/${ids.permissionGroup}`, { name: 'Nights' })
  await api.ok('POST', '/gateways', { name: 'Everywhere' })
  await joinery.runtime.app.rotateKeys(operator, { immediately: false })
  await joinery.runtime.app.rotateAuditKey(operator, {})
  await signed(joinery, clock)
  return found
}

/** Another directory that has told of people, one of them suspended by it, and of a group that is mapped. */
async function pushed(api: Api, accountId: string): Promise<string> {
  const { scim, connectionId: connection } = await createConnection(api, accountId, 'entra')
  await scim('POST', '/Users', { ...entra.createUser('sam'), active: true })
  await scim('POST', '/Users', { ...entra.createUser('off'), active: false })
  await scim('GET', '/Users/nobody')
  const group = await scim('POST', '/Groups', entra.createGroup('Support people', 'g-1'))
  await scim('POST', '/Groups', entra.createGroup('Others', 'g-2'))
  await api.ok('POST', `/accounts/${accountId}/mappings`, { connection, groupId: group.body.id, role: 'support' })
  await settled(api, accountId)
  return connection
}

/** Beside the live ones of each kind one that is over. */
async function credentials(api: Api, accountId: string, connectionId: string): Promise<void> {
  const base = `/accounts/${accountId}/connections/${connectionId}`
  const over = async (path: string, body: object): Promise<void> => {
    await api.ok('DELETE', `${path}/${(await api.ok<Made>('POST', path, body)).id}`)
  }
  await over(`${base}/tokens`, { scopes: ['users'] })
  await over(`${base}/clients`, { name: 'Former' })
  await over(`/accounts/${accountId}/gateways`, { name: 'Former' })
  await over('/gateways', { name: 'Former' })
  await over(`/accounts/${accountId}/keys`, { name: 'Former', roles: ['support'] })
  const desk = { id: 'urn:acme:desk', name: 'Desk', resourceType: 'Group', attributes: [{ name: 'number' }] }
  await api.ok('PUT', `/accounts/${accountId}/schemas/${desk.id}`, desk)
}

async function withMember(api: Api, catalog: string, role: string): Promise<{ account: string; member: string }> {
  const { accountId: account } = await createTenant(api, 'okta', catalog)
  const person = { userName: 'ann@corp.example', email: 'ann@corp.example', displayName: 'Ann' }
  const { id: member } = await api.ok<Made>('POST', `/accounts/${account}/members`, person)
  await api.ok('POST', `/accounts/${account}/members/${member}/roles`, { role })
  await settled(api, account)
  return { account, member }
}

/** What was asked for first is overdue by then, and what is asked for now is not. */
async function askedLater(api: Api, clock: TestClock): Promise<void> {
  clock.advance(49 * 3_600_000)
  const [account] = await accountsOf(api, ['Asking'])
  const person = { userName: 'later@corp.example', email: 'later@corp.example' }
  const { id: member } = await api.ok<Made>('POST', `/accounts/${account}/members`, person)
  await api.ok('POST', `/accounts/${account}/role-requests`, { member, role: 'admin' })
}

/** Somebody who is let have less than his role. */
async function customised(api: Api): Promise<string> {
  const { account, member } = await withMember(api, 'studio', 'ac_rw')
  await api.ok('PATCH', `/accounts/${account}/members/${member}/customisation`, {
    permissions: { 'call-flows': 'read' },
  })
  return account
}

/** A key of somebody’s own; beside his account two others, of which the one below is suspended. */
async function personalKey(api: Api): Promise<string> {
  const { account, member } = await withMember(api, 'cpaas-iam', 'developer')
  await api.ok('POST', `/accounts/${account}/keys`, { name: 'Own', member })
  const above = { name: 'Above', catalog: 'cpaas-iam', level: 'account' }
  const { id: parent } = await api.ok<Made>('POST', '/accounts', above)
  const below = { name: 'Below', catalog: 'cpaas-iam', parent }
  const { id } = await api.ok<Made>('POST', '/accounts', below)
  await api.ok('PATCH', `/accounts/${id}`, { suspended: true })
  return account
}

/** Somebody who gains by the file of his account's catalog. */
async function planned(api: Api, catalogs: string): Promise<string> {
  const { account } = await withMember(api, 'shop', 'guest')
  await withMember(api, 'shop', 'guest')
  writeFileSync(join(catalogs, 'shop.yaml'), shop({ ...usual, guest: '[sell]' }))
  return account
}

/** An identity of the platform's own sign-in, of somebody in an account. */
async function letIn(api: Api, account: string, member: string): Promise<Ids> {
  const { accountId, connectionId: connection } = await createTenant(api)
  const oidc = {
    issuer: 'https://idp.corp.example',
    clientId: 'joinery',
    authMethod: 'private_key_jwt',
    platform: true,
  }
  await api.ok('PUT', `/accounts/${accountId}/connections/${connection}/oidc`, oidc)
  for (const subject of ['00uann', '00ubob'])
    await api.ok('POST', `/accounts/${account}/members/${member}/identities`, { connection, subject })
  return { account, member }
}

async function accountsOf(api: Api, names: readonly string[]): Promise<string[]> {
  const { items } = await api.ok<{ items: (Made & { name: string })[] }>('GET', '/accounts?limit=500')
  return items.filter(({ name }) => names.includes(name)).map(({ id }) => id)
}

/** A checkpoint of every log. */
async function signed(joinery: Started, clock: TestClock): Promise<void> {
  await sealAll(joinery)
  clock.advance(60_001)
  await joinery.runtime.app.checkpointAudit(housekeeper)
}
