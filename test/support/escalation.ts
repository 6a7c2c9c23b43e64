import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Application } from '../../src/application/create-application.ts'
import type { Operation } from '../../src/application/operation.ts'
import { AppError } from '../../src/domain/errors.ts'
import { createConnection, type Tenant } from './api.ts'
import { lookInto } from './drift.ts'
import { operator, startJoinery, type Joinery } from './joinery.ts'
import { as, settle } from './signed-in.ts'

type App = Application
export type Person = { op: Operation; accountId: string; memberId: string }
/** `code`: where it is no refusal of rights but of what is asked for, which nobody can have. */
export type Attempt = readonly [string, (app: App) => Promise<unknown>, code?: string]
type Somebody = { userName: string; email: string }

/** A service for one suite of attempts to get more than one has. Starts before its first test, ends after its last. */
export type EscalationBench = {
  readonly joinery: Joinery
  app(): App
  somebody(): Somebody
  /** A new account, by whoever owns it. */
  open(catalog: string, more?: object): Promise<Person>
  /** A new member of an account, with a role if one is named. */
  join(accountId: string, role?: string, span?: object): Promise<Person>
  /** All that gives power, or leads to it, as it stands. */
  power(): Promise<Record<string, string[]>>
  /** Each attempt is refused, and leaves nothing behind. */
  mustFail(attempts: readonly Attempt[]): Promise<void>
}

const tables = [
  ...['accounts', 'members', 'assignments', 'mappings', 'permission_groups', 'customisations', 'access_keys'],
  ...['connections', 'scim_tokens', 'oauth_clients', 'oauth_client_secrets', 'oidc_settings', 'gateways'],
  ...['invitations', 'role_requests', 'identity_links', 'one_time_links', 'account_domains', 'extension_schemas'],
]
const ownCatalogs = fileURLToPath(new URL('../fixtures/catalogs/own', import.meta.url))
const refusals = ['forbidden', 'not_found', 'policy_violation']

export const entitlements = ['role-management']
export const client = { issuer: 'https://idp.example', clientId: 'joinery', clientSecret: 'x'.repeat(30) }
export const badge = { id: 'urn:acme:badge', name: 'Badge', attributes: [{ name: 'badge' }] }
export const refOf = ({ accountId, connectionId }: Tenant) => ({ accountId, connectionId })

export function useEscalationBench(database: 'sqlite' | 'postgres'): EscalationBench {
  let joinery: Joinery
  let look: Awaited<ReturnType<typeof lookInto>>
  let serial = 0
  const app = (): App => joinery.runtime.app
  const somebody = (): Somebody => {
    const name = `p${(serial += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const person = (accountId: string, memberId: string): Person => ({ op: as(memberId, accountId), accountId, memberId })

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, env: { CATALOG_DIR: ownCatalogs } })
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })

  const power: EscalationBench['power'] = async () => {
    const { reads } = look.database
    const rows: Record<string, string[]> = {}
    for (const table of tables)
      rows[table] = (await reads.rows<object>(reads.db(table))).map((row) => JSON.stringify(row)).sort()
    return rows
  }
  return {
    get joinery() {
      return joinery
    },
    app,
    somebody,
    async open(catalog, more = {}) {
      const account = await app().createAccount(operator, { name: 'A', catalog, owner: somebody(), ...more })
      return person(account.id, account.ownerId ?? '')
    },
    async join(accountId, role, span = {}) {
      const { id: memberId } = await app().addMember(operator, { accountId, ...somebody() })
      if (role !== undefined) await app().assignRole(operator, { accountId, memberId, role, ...span })
      return person(accountId, memberId)
    },
    power,
    async mustFail(attempts) {
      await settle(joinery)
      const before = await power()
      const ways: string[] = []
      for (const [name, attempt, code] of attempts) {
        const found = await attempt(app()).then(wayThrough, (error: unknown) => wayOfError(error, code))
        if (found !== null) ways.push(`${name}: ${found}`)
      }
      expect(ways).toEqual([])
      expect(await power()).toEqual(before)
    },
  }
}

/** What an import or the like answers may be a refusal, too. */
function wayThrough(answer: unknown): string | null {
  const { rows = [] } = (answer ?? {}) as { rows?: { kind: string }[] }
  return rows.length > 0 && rows.every(({ kind }) => kind === 'refused') ? null : 'it was done'
}

function wayOfError(error: unknown, code?: string): string | null {
  const wanted = code === undefined ? refusals : [code]
  return error instanceof AppError && wanted.includes(error.code) ? null : `fell over: ${String(error)}`
}

/** The people of an account with an owner, somebody of elsewhere, another account with a directory, and what they try. */
export type Cast = Awaited<ReturnType<typeof createCast>>

export async function createCast({ joinery, somebody, open, join }: EscalationBench) {
  const owner = await open('plivo', { entitlements })
  const { accountId } = owner
  const admin = await join(accountId, 'admin')
  const developer = await join(accountId, 'developer')
  const support = await join(accountId, 'support')
  const friend = await join(accountId)
  const stranger = await open('plivo', { entitlements })
  const directed = await open('plivo', { entitlements })
  const tenant = await createConnection(joinery.api, directed.accountId)
  const itsAdmin = await join(directed.accountId, 'admin')
  const itsDeveloper = await join(directed.accountId, 'developer')
  let groups = 0
  return {
    ...{ accountId, owner, admin, developer, support, friend, stranger, tenant, itsAdmin, itsDeveloper },
    give: (by: Person, to: Person, role: string) => (a: App) =>
      a.assignRole(by.op, { accountId: to.accountId, memberId: to.memberId, role }),
    bring: (by: Person, roles: string[]) => (a: App) =>
      a.importMembers(by.op, {
        accountId,
        dryRun: false,
        rows: [{ line: 1, ...somebody(), displayName: null, roles }],
      }),
    invite: (by: Person, roles: string[]) => (a: App) =>
      a.invite(by.op, { accountId, email: somebody().email, roles, publicUrl: 'https://joinery.example' }),
    map: (by: Person, role: string) => (a: App) =>
      a.addMapping(by.op, { ...tenant, group: { name: `G${(groups += 1)}` }, role }),
    key: (by: Person, roles: string[]) => (a: App) => a.createAccessKey(by.op, { accountId, name: 'K', roles }),
  }
}
