import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { NativeStatement } from '../../src/adapters/db/session.ts'
import { createAccessViews } from '../../src/adapters/db/views/access-views.ts'
import { createAccess, type Access } from '../support/access.ts'
import { createTenant, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { idOf, insertPeople } from '../support/many-people.ts'
import { explainPostgres, explainSqlite, listening, nodesOf, rowsRead } from '../support/query-plans.ts'

const people = 10_000

describeOnBoth('what each decision reads', (kind) => {
  const asked: NativeStatement[] = []
  let own: Database
  let joinery: Joinery
  let tenant: Tenant
  let access: Access
  beforeAll(async () => {
    const listen = listening(asked)
    joinery = await startJoinery({
      ...{ database: kind, workers: false },
      wrapDatabase: (database) => listen((own = database)),
    })
    tenant = await createTenant(joinery.api)
    const { accountId, connectionId } = tenant
    await insertPeople(own, { accountId, connectionId, count: people })
    await own.transaction(({ run }) => run({ sql: 'analyze', bindings: [] }))
    const { token } = await joinery.api.ok('POST', `/accounts/${accountId}/gateways`, { name: 'API' })
    access = createAccess(joinery.url, token)
  })
  afterAll(() => joinery.close())

  const ask = (type: string, id: string) =>
    access('/evaluation', {
      subject: { type, id },
      action: { name: 'view' },
      resource: { type: 'capability', id: 'account-settings.team' },
    })
  const nameOf = (index: number): string => `person-0-${index}@corp.example`

  it.each([
    ['by user name', 'user', nameOf],
    ['by id', 'member', (index: number) => idOf('member', index)],
  ])('is one statement for a subject %s, through indexes alone', async (_, type, idNamed) => {
    asked.length = 0
    expect((await ask(type, idNamed(777))).body.context.reason).toBe('not_granted')
    expect(asked).toHaveLength(2)
    for (const statement of asked) await expectKeysAlone(statement)
  })

  it('is shared by those who ask at the same time, and gives each his own', async () => {
    const views = createAccessViews(listening(asked)(own).reads)
    const names = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? nameOf(index) : `nobody-${index}`))
    asked.length = 0
    const found = await Promise.all(names.map((name) => views.membersNamed(tenant.accountId, name)))
    expect(found.map(([first]) => first?.member.userName)).toEqual(
      names.map((name) => (name.startsWith('nobody') ? undefined : name)),
    )
    const ids = names.map((_, index) => idOf('member', index))
    const members = await Promise.all(ids.map((id) => views.memberWithAccount(id)))
    expect(members.map((each) => each?.id)).toEqual(ids)
    expect(asked).toHaveLength(6)
    for (const statement of asked) await expectKeysAlone(statement)
  })

  if (kind === 'postgres')
    it('is compiled by nobody: that takes seconds where its cost is guessed high', async () => {
      const { db, rows } = own.reads
      expect(await rows(db.raw('show jit'))).toEqual([{ jit: 'off' }])
    })

  async function expectKeysAlone(statement: NativeStatement): Promise<void> {
    if (kind === 'sqlite') {
      const lines = await explainSqlite(own, statement)
      expect(lines.filter((line) => /^SCAN [mpgc]\b/.test(line))).toEqual([])
      return
    }
    const plan = await explainPostgres(own, statement)
    expect(nodesOf(plan).filter((node) => /^Seq Scan members/.test(node))).toEqual([])
    expect(rowsRead(plan)).toBeLessThan(1000)
  }
})
