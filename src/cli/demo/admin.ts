import { CliError, type Client } from '../client.ts'
import type { Company } from './model.ts'
import { pause, type Idp, type Send } from './scim.ts'

/** A company as a customer of the platform: its account, its connection, and its IdP at work on it. */
export type Customer = {
  readonly company: Company
  readonly accountId: string
  readonly connectionId: string
  readonly scimUrl: string
  readonly send: Send
  readonly idp: Idp
}
type OfAccount = Pick<Customer, 'accountId'>
type OfConnection = Pick<Customer, 'accountId' | 'connectionId'>

export type MemberItem = {
  readonly id: string
  readonly userName: string
  readonly displayName: string | null
  readonly status: 'active' | 'suspended' | 'removed'
  readonly suspendedBy: readonly string[]
  readonly roles: readonly string[]
}
type Path = { readonly connection: string; readonly group: string; readonly mapping: string }
export type MemberDetail = MemberItem & {
  readonly incarnation: number
  readonly grants: readonly { readonly role: string; readonly paths: readonly Path[] }[]
  readonly losses: readonly { readonly role: string; readonly reason: string; readonly path: Path }[]
}
export type MappingItem = {
  readonly id: string
  readonly groupId: string | null
  readonly groupName: string
  readonly role: string
  readonly state: 'bound' | 'waiting' | 'unconfirmed' | 'dangling' | 'lapsed'
}
type GroupItem = { readonly id: string; readonly displayName: string; readonly memberCount: number }
export type Propagation = { readonly pending: number; readonly running: number; held: number; blocked: number }

export type Admin = ReturnType<typeof createAdmin>

/** The operator's side: the admin API over HTTP, as the command line speaks to it. */
export function createAdmin(client: Client) {
  const items = async <T>(path: string): Promise<T[]> => (await client.call<{ items: T[] }>('GET', path)).items
  const connectionPath = ({ accountId, connectionId }: OfConnection) =>
    `/accounts/${accountId}/connections/${connectionId}`
  return {
    async openAccount(name: string): Promise<string> {
      return (
        await client.call<{ id: string }>('POST', '/accounts', {
          name,
          catalog: 'plivo',
          entitlements: ['role-management'],
        })
      ).id
    },
    openConnection: (accountId: string, name: string, kind: string) =>
      client.call<{ id: string; scimUrl: string }>('POST', `/accounts/${accountId}/connections`, { name, kind }),
    async createToken(of: OfConnection): Promise<string> {
      return (await client.call<{ token: string }>('POST', `${connectionPath(of)}/tokens`, {})).token
    },
    async setSignIn(of: OfConnection, settings: object): Promise<string> {
      return (await client.call<{ loginUrl: string }>('PUT', `${connectionPath(of)}/oidc`, settings)).loginUrl
    },
    setSignInName: ({ accountId }: OfAccount, name: string) =>
      client.call('PUT', `/accounts/${accountId}/sign-in-name`, { name }),
    addMapping: ({ accountId, connectionId }: OfConnection, group: object, role: string) =>
      client.call<MappingItem>('POST', `/accounts/${accountId}/mappings`, { connection: connectionId, ...group, role }),
    confirmMapping: ({ accountId }: OfAccount, id: string) =>
      client.call<MappingItem>('POST', `/accounts/${accountId}/mappings/${id}/confirm`, {}),
    mappings: ({ accountId }: OfAccount) => items<MappingItem>(`/accounts/${accountId}/mappings`),
    groups: (of: OfConnection) => items<GroupItem>(`${connectionPath(of)}/groups`),
    members: ({ accountId }: OfAccount, query = '') =>
      items<MemberItem>(`/accounts/${accountId}/members?limit=500${query}`),
    member: ({ accountId }: OfAccount, id: string) =>
      client.call<MemberDetail>('GET', `/accounts/${accountId}/members/${id}`),
    propagation: ({ accountId }: OfAccount) => client.call<Propagation>('GET', `/accounts/${accountId}/propagation`),
  }
}

const longestWaitMs = 20_000

/** Waits until nobody of these customers lags. */
export async function settled(admin: Admin, customers: readonly OfAccount[], signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + longestWaitMs
  for (;;) {
    signal.throwIfAborted()
    const states = await Promise.all(customers.map((customer) => admin.propagation(customer)))
    if (states.every(({ pending, running }) => pending + running === 0)) return
    if (Date.now() > deadline) {
      throw new CliError(`members still lag after ${longestWaitMs / 1000} s: ${JSON.stringify(states)}`)
    }
    await pause(20)
  }
}

/** An account's members by user name. */
export async function membersOf(admin: Admin, customer: OfAccount): Promise<Map<string, MemberItem>> {
  return new Map((await admin.members(customer)).map((member) => [member.userName, member]))
}
