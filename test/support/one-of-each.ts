import { createTenant, eventually, type Api } from './api.ts'
import { okta } from './idp.ts'

/** An account with one of each thing that paths of the admin API name, and the ids of those by the names in the paths. */
export async function oneOfEach(api: Api): Promise<Readonly<Record<string, string>>> {
  const { accountId: account, connectionId: connection, scim } = await createTenant(api)
  const base = `/accounts/${account}/connections/${connection}`
  const made = async (path: string, body: object): Promise<string> =>
    (await api.ok<{ id: string }>('POST', path, body)).id
  const first = async (path: string): Promise<string> => {
    const { items } = await eventually(
      () => api.ok<{ items: { id: string }[] }>('GET', path),
      ({ items: all }) => all.length > 0,
    )
    return items[0]?.id ?? ''
  }
  await scim('POST', '/Users', okta.createUser('jane'))
  const grouped = await made('/accounts', { name: 'Grouped', catalog: 'platform-groups' })
  const inviting = await made('/accounts', { name: 'Inviting', catalog: 'plivo' })
  const asking = await made('/accounts', { name: 'Asking', catalog: 'iotcomms' })
  const asker = await made(`/accounts/${asking}/members`, { userName: 'a@corp.example', email: 'a@corp.example' })
  const client = await made(`${base}/clients`, { name: 'Entra' })
  const badge = { id: 'urn:acme:badge', name: 'Badge', attributes: [{ name: 'number' }] }
  await api.ok('PUT', `/accounts/${account}/schemas/${badge.id}`, badge)
  const member = await first(`/accounts/${account}/members`)
  await api.ok('POST', `/accounts/${account}/members/${member}/roles`, { role: 'support' })
  return {
    ...{ member, role: 'support', groupedAccount: grouped },
    urn: badge.id,
    domain: await challenged(api, account),
    ...{ account, connection, client },
    token: await first(`${base}/tokens`),
    secret: await made(`${base}/clients/${client}/secrets`, {}),
    mapping: await made(`/accounts/${account}/mappings`, { connection, groupName: 'Engineers', role: 'developer' }),
    permissionGroup: await made(`/accounts/${grouped}/permission-groups`, { name: 'Night shift' }),
    gateway: await made(`/accounts/${account}/gateways`, { name: 'Voice API' }),
    key: await made(`/accounts/${account}/keys`, { name: 'Export', roles: ['developer'] }),
    invitation: await made(`/accounts/${inviting}/invitations`, { email: 'b@corp.example', roles: ['developer'] }),
    roleRequest: await made(`/accounts/${asking}/role-requests`, { member: asker, role: 'admin' }),
    request: await first(`${base}/requests`),
  }
}

/** A domain has no id: it is named as it is. */
async function challenged(api: Api, account: string): Promise<string> {
  return (await api.ok<{ domain: string }>('POST', `/accounts/${account}/domains`, { domain: 'corp.example' })).domain
}
