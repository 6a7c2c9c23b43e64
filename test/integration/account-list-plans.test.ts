import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { NativeStatement } from '../../src/adapters/db/session.ts'
import type { Operation } from '../../src/application/operation.ts'
import type { AccountQuery } from '../../src/application/views.ts'
import { createAccess } from '../support/access.ts'
import { createKeyBench } from '../support/access-keys.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { insertTree, leavesEach, providers, treeIds } from '../support/many-accounts.ts'
import { explainPostgres, explainSqlite, listening, nodesOf, rowsRead } from '../support/query-plans.ts'
import { as } from '../support/signed-in.ts'

describeOnBoth('a list of accounts in a tree of 10,000', (kind) => {
  const asked: NativeStatement[] = []
  const ids = { system: treeIds.system, provider: treeIds.provider(7) }
  let own: Database
  let joinery: Joinery
  let system: Operation
  let systemUser: string
  let provider: Operation
  const { app, join } = createKeyBench(() => joinery)
  beforeAll(async () => {
    const listen = listening(asked)
    joinery = await startJoinery({
      ...{ database: kind, workers: false },
      wrapDatabase: (database) => listen((own = database)),
    })
    await insertTree(own)
    await own.transaction(({ run }) => run({ sql: 'analyze', bindings: [] }))
    provider = as(await join(ids.provider, 'service-provider'), ids.provider)
    systemUser = await join(ids.system, 'system-user')
    system = as(systemUser, ids.system)
  })
  afterAll(() => joinery.close())

  type Query = Omit<AccountQuery, 'limit' | 'after' | 'within'>

  /** How many a page has, and how many rows of accounts PostgreSQL reads for it; each statement goes by indexes. */
  async function page(op: Operation, query: Query): Promise<{ found: number; read: number }> {
    asked.length = 0
    const { items } = await app().listAccounts(op, { limit: 100, after: undefined, ...query })
    return { found: items.length, read: await rowsByIndexes() }
  }

  async function rowsByIndexes(): Promise<number> {
    let read = 0
    for (const statement of asked.filter(({ sql }) => sql.includes('accounts'))) {
      if (kind === 'sqlite') {
        const lines = await explainSqlite(own, statement)
        expect(lines.filter((line) => /^SCAN (a|c|up|accounts)\b/.test(line))).toEqual([])
      } else {
        const plan = await explainPostgres(own, statement)
        expect(nodesOf(plan).filter((node) => node.startsWith('Seq Scan accounts'))).toEqual([])
        read += rowsRead(plan)
      }
    }
    return read
  }

  it.each<[string, Query]>([
    ['as it is', {}],
    ['by name', { sort: '-name' }],
    ['that goes well', { stopped: false }],
    ['of one level', { level: 'account' }],
  ])('reads what lies below a provider and nothing else: %s', async (_, query) => {
    const { found, read } = await page(provider, query)
    expect(found).toBe(query.level === undefined ? 100 : leavesEach)
    expect(read).toBeLessThan(3 * leavesEach)
  })

  it('reads one level alone where it is asked for what lies directly below an account', async () => {
    for (const [op, parentId, children] of [
      [provider, ids.provider, leavesEach],
      [system, ids.provider, leavesEach],
      [system, ids.system, providers],
    ] as const) {
      const { found, read } = await page(op, { parentId })
      expect(found).toBe(children)
      expect(read).toBeLessThan(2 * children)
    }
  })

  it('goes by indexes for whoever stands at the top of it all, too', async () => {
    expect((await page(system, {})).found).toBe(100)
    expect((await page(system, { name: 'leaf 7 ' })).found).toBe(providers)
  })

  it.each(['member', 'user'])('so does a decision on an account far below about a %s', async (type) => {
    const { userName } = await app().showMember(operator, { accountId: ids.system, memberId: systemUser })
    asked.length = 0
    const { body } = await createAccess(joinery.url, testSecrets.ADMIN_TOKEN)('/evaluation', {
      ...{ subject: { type, id: type === 'user' ? userName : systemUser }, action: { name: 'full' } },
      resource: { type: 'capability', id: 'call-flows', properties: { account: treeIds.leaf(7, 7) } },
    })
    expect(body).toEqual({ decision: true })
    expect(await rowsByIndexes()).toBeLessThan(50)
  })

  it('has all of it, page by page', async () => {
    const seen = new Set<string>()
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { items, next }: Awaited<ReturnType<Joinery['runtime']['app']['listAccounts']>> = await app().listAccounts(
        system,
        { limit: 500, after, sort: 'name' },
      )
      for (const { id } of items) seen.add(id)
      after = next ?? undefined
    }
    expect(seen.size).toBe(1 + providers + providers * leavesEach)
  })
})
