import { postgresKnex } from '../../src/adapters/db/open-postgres.ts'
import { sqliteKnex } from '../../src/adapters/db/open-sqlite.ts'
import { createAccess, type Access } from './access.ts'
import { createApi, createTenant, type Answer, type Api, type Tenant } from './api.ts'
import { okta } from './idp.ts'
import { operator, type Joinery } from './joinery.ts'
import { as, settle } from './signed-in.ts'

export type MadeKey = { id: string; secret: string; [name: string]: unknown }

/** Accounts, people and keys of them, by the shortest words. */
export function createKeyBench(joinery: () => Joinery) {
  const app = () => joinery().runtime.app
  let names = 0
  const account = async (catalog: string, more: object = {}): Promise<string> => {
    const { id } = await app().createAccount(operator, { name: catalog, catalog, ...more })
    return id
  }
  const join = async (accountId: string, ...roles: string[]): Promise<string> => {
    const name = `p${(names += 1)}@corp.example`
    const { id: memberId } = await app().addMember(operator, { accountId, userName: name, email: name })
    for (const role of roles) await app().assignRole(operator, { accountId, memberId, role })
    await settle(joinery())
    return memberId
  }
  /** A person makes a key: his own where keys are people’s, else the organisation’s. */
  const make = async (accountId: string, memberId: string, more: object = {}): Promise<MadeKey> => {
    const { text, ...key } = await app().createAccessKey(as(memberId, accountId), { accountId, name: 'Key', ...more })
    return { ...key, secret: text }
  }
  const own = (accountId: string, memberId: string, more: object = {}): Promise<MadeKey> =>
    make(accountId, memberId, { memberId, ...more })
  const byOperator = (accountId: string, body: object): Promise<Answer> =>
    joinery().api.call('POST', `/accounts/${accountId}/keys`, { name: 'Key', ...body })
  return { app, account, join, make, own, byOperator }
}

/** What gateways are told of a key. */
export function createKeyCheck(url: string, token: string): (key: { id: string; secret: string }) => Promise<any> {
  const access: Access = createAccess(url, token)
  return async ({ id, secret }) => (await access('/keys/check', { id, secret })).body
}

/** The admin API as a program speaks to it that has a key. */
export function createKeyApi(api: Api, { id, secret }: { id: string; secret: string }): Api['call'] {
  const { call } = createApi(api.url, '')
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  return (method, path, body, headers) => call(method, path, body, { Authorization: basic, ...headers })
}

/** Every row that is stored for access keys, as text. */
export async function everythingStored({ database: { target } }: Joinery): Promise<string> {
  const db = target.kind === 'sqlite' ? sqliteKnex(target.file, 1) : postgresKnex(target.url)
  try {
    const tables = ['access_keys', 'audit_events', 'audit_personal', 'sealed_secrets', 'kept_answers']
    const found = await Promise.all(tables.map(async (table) => (await db(table)) as unknown[]))
    return JSON.stringify(found)
  } finally {
    await db.destroy()
  }
}

/** A person whom a directory has told of. */
export async function hired(
  joinery: Joinery,
  catalog: string,
): Promise<{ tenant: Tenant; memberId: string; userId: string }> {
  const tenant = await createTenant(joinery.api, 'okta', catalog)
  const { body } = await tenant.scim('POST', '/Users', okta.createUser('kim'))
  await settle(joinery)
  const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
  return { tenant, memberId: items[0].id as string, userId: body.id as string }
}
