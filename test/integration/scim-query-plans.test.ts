import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { NativeStatement } from '../../src/adapters/db/session.ts'
import { createConnection, createTenant, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { idOf, insertGroups, insertPeople } from '../support/many-people.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { putSchema } from '../support/schemas.ts'
import { explainPostgres, explainSqlite, listening, nodesOf, rowsRead, type Plan } from '../support/query-plans.ts'

const people = 10_000
const urn = 'urn:acme:scim:schemas:2.0:User'
const badge = { name: 'badge', uniqueness: 'server' }
const patchOf = (path: string, value: unknown): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'add', path, value }],
})

describeOnBoth('what an IdP asks for again and again', (kind) => {
  const asked: NativeStatement[] = []
  let own: Database
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    const listen = listening(asked)
    joinery = await startJoinery({
      database: kind,
      workers: false,
      wrapDatabase: (database) => listen((own = database)),
    })
    tenant = await createTenant(joinery.api)
    const neighbour = await createConnection(joinery.api, tenant.accountId)
    for (const [prefix, { accountId, connectionId }] of Object.entries({ a: tenant, b: neighbour })) {
      await insertPeople(own, { accountId, connectionId, count: people, prefix })
      await insertGroups(own, { accountId, connectionId, count: people / 5, prefix })
    }
    await putSchema(joinery.api, tenant.accountId, { id: urn, name: 'Acme', attributes: [badge] })
    await tenant.scim('PATCH', `/Users/${idOf('user', 5, 'a')}`, patchOf(`${urn}:badge`, 'B-5'))
    await own.transaction(({ run }) => run({ sql: 'analyze', bindings: [] }))
  })
  afterAll(() => joinery.close())

  const name = `person-a-${people - 3}@corp.example`
  const filter = (text: string): string => `filter=${encodeURIComponent(text)}`
  const queries: [string, string, number][] = [
    ['userName eq', `/Users?${filter(`userName eq "${name}"`)}`, 1],
    ['userName eq, in Okta’s way', `/Users?${filter(`userName eq "${name.toUpperCase()}"`)}&startIndex=1&count=100`, 1],
    ['externalId eq', `/Users?${filter('externalId eq "ext-77"')}`, 1],
    ['emails.value eq', `/Users?${filter(`emails.value eq "${name}"`)}`, 1],
    ['emails[type eq "work"].value eq', `/Users?${filter(`emails[type eq "work"].value eq "${name}"`)}`, 1],
    ['id eq', `/Users?${filter(`id eq "${idOf('user', 77, 'a')}"`)}`, 1],
    ['a user by id', `/Users/${idOf('user', 77, 'a')}`, 1],
    ['a unique attribute of the account eq', `/Users?${filter(`${urn}:badge eq "b-5"`)}`, 1],
    ['nobody', `/Users?${filter('userName eq "nobody"')}`, 0],
    ['groups: displayName eq', `/Groups?${filter('displayName eq "Group 77"')}`, 1],
    [
      'groups: displayName eq, in Entra’s way',
      `/Groups?excludedAttributes=members&${filter('displayName eq "GROUP 77"')}`,
      1,
    ],
    ['groups: externalId eq', `/Groups?${filter('externalId eq "ext-77"')}`, 1],
    ['groups: id and members eq', `/Groups?${filter(`id eq "${idOf('group', 77, 'a')}" and members eq "x"`)}`, 0],
    ['the first page of people', '/Users?count=100', 100],
    ['the first page of groups', '/Groups?count=100', 100],
  ]

  /** The statements of one request that read the directory. */
  async function statementsOf(path: string, found: number): Promise<NativeStatement[]> {
    asked.length = 0
    const { status, body } = await tenant.scim('GET', path)
    expect([path, status, body.Resources?.length ?? 1]).toEqual([path, 200, found])
    const statements = asked.filter(({ sql }) => /directory_users|directory_groups/.test(sql))
    expect(statements.length).toBeGreaterThan(0)
    return statements
  }

  describe.each(queries)('%s', (_, path, found) => {
    it('reads through an index, and no more than it shows', async () => {
      const keys = path.includes('filter=')
      for (const statement of await statementsOf(path, found)) await expectGoodPlan(statement, keys)
    })
  })

  describe('memberships', () => {
    beforeAll(async () => {
      for (const group of [6, 7, 8]) {
        const members = Array.from({ length: 60 }, (_, index) => ({ value: idOf('user', group * 1000 + index, 'a') }))
        const { status, body } = await tenant.scim(
          'PATCH',
          `/Groups/${idOf('group', group, 'a')}`,
          patchOf('members', members),
        )
        expect([status, body]).toEqual([204, undefined])
      }
      await own.transaction(({ run }) => run({ sql: 'analyze', bindings: [] }))
    })

    it.each<[string, string, number]>([
      ['people: groups.value eq', `/Users?${filter(`groups.value eq "${idOf('group', 6, 'a')}"`)}&count=60`, 60],
      [
        'groups: members.value eq',
        `/Groups?${filter(`members.value eq "${idOf('user', 6005, 'a')}"`)}&excludedAttributes=members`,
        1,
      ],
    ])('%s', async (_, path, found) => {
      for (const statement of await statementsOf(path, found)) await expectGoodPlan(statement, true)
    })
  })

  it('the next page by cursor begins where the last one ended', async () => {
    const first = await tenant.scim('GET', '/Users?count=100&cursor=')
    const path = `/Users?count=100&cursor=${encodeURIComponent(first.body.nextCursor as string)}`
    for (const statement of await statementsOf(path, 100)) await expectGoodPlan(statement)
  })

  async function expectGoodPlan(statement: NativeStatement, byKey = false): Promise<void> {
    if (kind === 'sqlite') expectSqlitePlan(statement.sql, await explainSqlite(own, statement), byKey)
    else expectPostgresPlan(statement.sql, await explainPostgres(own, statement))
  }
})

/**
 * SQLite tells how each table is reached: SCAN reads all of it, TEMP B-TREE sorts. What one request has made itself may be
 * scanned, and what an index gives by its value may be sorted: it is a few rows.
 */
function expectSqlitePlan(sql: string, lines: readonly string[], byKey: boolean): void {
  const isFew = lines.some((line) => /^SEARCH t .*\(connection_id=\? AND \w+=\?\)|^SCAN nearest/.test(line))
  const bad = lines.filter(
    (line) =>
      /^SCAN (?!CONSTANT|told|json_each|around|nearest)/.test(line) ||
      (byKey && /^SEARCH t .*\(connection_id=\?\)$/.test(line)) ||
      (line.includes('TEMP B-TREE FOR ORDER BY') && !isFew),
  )
  expect({ sql, bad, lines }).toEqual({ sql, bad: [], lines })
}

const mostRead = 450

function expectPostgresPlan(sql: string, plan: Plan): void {
  const nodes = nodesOf(plan)
  const scans = nodes.filter((node) => /^Seq Scan (directory_users|directory_user_emails|directory_groups)$/.test(node))
  expect({ sql, scans, nodes }).toEqual({ sql, scans: [], nodes })
  expect({ sql, read: rowsRead(plan) }).toEqual({ sql, read: expect.toSatisfy((read: number) => read <= mostRead) })
}
