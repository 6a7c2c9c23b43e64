import { createApi, createTenant } from '../support/api.ts'
import { okta } from '../support/idp.ts'
import { createClient, pour, sleep, type Call, type Client } from './load.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'
import type { Ground } from './setups.ts'

export const concurrency = 8

/** A running server with one account, one Okta connection and a client for each door. */
export type Place = {
  server: ServerProcess
  accountId: string
  connectionId: string
  scimPath: string
  scim: Client
  admin: Client
  /** The same account on a server that is started anew on the same data. */
  restart(workers: boolean): Promise<Place>
  close(): Promise<void>
}

type Tenancy = { accountId: string; connectionId: string; scimPath: string; token: string }

export async function openPlace(ground: Ground, workers = true, catalog = 'plivo'): Promise<Place> {
  const server = await startServerProcess(ground, workers)
  const { accountId, connectionId, scimUrl, token } = await createTenant(
    createApi(server.url, ground.adminToken),
    'okta',
    catalog,
  )
  return toPlace(ground, server, { accountId, connectionId, token, scimPath: new URL(scimUrl).pathname })
}

function toPlace(ground: Ground, server: ServerProcess, tenancy: Tenancy): Place {
  const { accountId, connectionId, scimPath, token } = tenancy
  const scim = createClient(server.url, token)
  const admin = createClient(server.url, ground.adminToken)
  const close = async (): Promise<void> => {
    scim.close()
    admin.close()
    await server.stop()
  }
  const restart = async (workers: boolean): Promise<Place> => {
    await close()
    return toPlace(ground, await startServerProcess(ground, workers), tenancy)
  }
  return { ...{ server, accountId, connectionId, scimPath, scim, admin, close, restart } }
}

/** Creates of people as Okta sends them, ready to go out. */
export function joiners({ scimPath }: Place, prefix: string, count: number): Call[] {
  return Array.from({ length: count }, (_each, index) => ({
    ...{ method: 'POST', path: `${scimPath}/Users` },
    body: JSON.stringify(okta.createUser(`${prefix}-${index}`)),
  }))
}

export const userNameOf = (prefix: string, index: number): string => `${prefix}-${index}@corp.example`

/** Groups as Okta creates them: empty. Answers their ids. */
export async function createGroups(place: Place, names: readonly string[]): Promise<string[]> {
  const calls = names.map((name) => ({
    ...{ method: 'POST', path: `${place.scimPath}/Groups` },
    body: JSON.stringify(okta.createGroup(name)),
  }))
  return (await pour(place.scim, calls, concurrency)).ids
}

export function addMembers({ scimPath }: Place, groupId: string, userIds: readonly string[]): Call {
  const body = JSON.stringify(okta.addMembers(...userIds))
  return { method: 'PATCH', path: `${scimPath}/Groups/${groupId}`, body }
}

export async function addMapping(place: Place, mapping: object): Promise<void> {
  const { admin, accountId, connectionId } = place
  const body = JSON.stringify({ connection: connectionId, ...mapping })
  await admin.send({ method: 'POST', path: `/api/v1/accounts/${accountId}/mappings`, body })
}

export type Standing = { status: string; roles: string[]; desiredRev: number; appliedRev: number }

/** A member as the admin API tells him now. */
export async function standingOf({ admin, accountId }: Place, userName: string): Promise<Standing> {
  const path = `/api/v1/accounts/${accountId}/members?limit=1&userName=${encodeURIComponent(userName)}`
  const { items } = JSON.parse((await admin.send({ method: 'GET', path })).text) as { items: Standing[] }
  const [standing] = items
  if (standing === undefined) throw new Error(`there is no member ${userName}`)
  return standing
}

/** How many members' changes wait or are under way. */
export async function backlogOf({ admin, accountId }: Place): Promise<number> {
  const { text } = await admin.send({ method: 'GET', path: `/api/v1/accounts/${accountId}/propagation` })
  const status = JSON.parse(text) as { pending: number; running: number; held: number; blocked: number }
  if (status.held + status.blocked > 0) throw new Error(`propagations are held or blocked: ${text}`)
  return status.pending + status.running
}

/** Waits until nobody lags; answers how long that took. */
export async function settle(place: Place, timeoutMs = 300_000): Promise<number> {
  const started = performance.now()
  while ((await backlogOf(place)) > 0) {
    if (performance.now() - started > timeoutMs) throw new Error('members still lag after five minutes')
    await sleep(50)
  }
  return performance.now() - started
}
