import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import { toNative, type NativeStatement } from '../../src/adapters/db/session.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { idOf, insertPeople } from '../support/many-people.ts'
import { explainPostgres, explainSqlite, rowsRead } from '../support/query-plans.ts'
import { settle } from '../support/signed-in.ts'

const count = 3000

/** Who else manages an account is looked for by an index, with the account held: others wait for that. */
describeOnBoth('another manager of an account of thousands', (kind) => {
  const asked: NativeStatement[] = []
  let own: Database
  let joinery: Joinery
  let accountId: string
  beforeAll(async () => {
    joinery = await startJoinery({ database: kind, workers: false, wrapDatabase: (database) => hearing(database) })
    const { app } = joinery.runtime
    accountId = (await app.createAccount(operator, { name: 'Acme', catalog: 'cpaas-iam' })).id
    const { connectionId } = await createConnection(joinery.api, accountId)
    await insertPeople(own, { accountId, connectionId, count })
    await own.transaction(async ({ run }) => {
      const sql = `insert into assignments (id, account_id, member_id, role, source, incarnation, created_at)
        select id, account_id, id, 'developer', 'manual', 1, 1 from members`
      await run({ sql, bindings: [] })
    })
    for (const last of [1, 2])
      await app.assignRole(operator, { accountId, memberId: idOf('member', count - last), role: 'administrator' })
    await settle(joinery)
    await own.transaction(({ run }) => run({ sql: 'analyze', bindings: [] }))
  })
  afterAll(() => joinery.close())

  const hearing = (database: Database): Database => {
    own = database
    const transaction: Database['transaction'] = (work) =>
      database.transaction((session) => {
        const rows: typeof session.rows = (statement) => {
          asked.push(toNative(statement))
          return session.rows(statement)
        }
        return work({ ...session, rows })
      })
    return { ...database, transaction }
  }

  it.each([
    ['is found', 1, 1],
    ['is looked for, by what is stored and by what was given by hand,', 2, 2],
  ])('%s without a look at those who do not manage it', async (_, last, times) => {
    asked.length = 0
    await joinery.runtime.app.unassignRole(operator, {
      ...{ accountId, memberId: idOf('member', count - last), role: 'administrator' },
    })
    const looks = asked.filter(({ sql }) => sql.includes('status') && sql.includes(' limit '))
    expect(looks).toHaveLength(times)
    for (const statement of looks)
      if (kind === 'postgres') expect(rowsRead(await explainPostgres(own, statement))).toBeLessThan(20)
      else
        expect((await explainSqlite(own, statement)).join()).not.toMatch(
          /account_id=\? AND id>\?|SCAN (m|assignments|grants)\b/,
        )
  })

  it('is looked for in slices where thousands have just lost their role', async () => {
    const { app } = joinery.runtime
    const memberId = idOf('member', 0)
    await app.assignRole(operator, { accountId, memberId, role: 'administrator' })
    await own.transaction(async ({ run }) => {
      const sql = `insert into grants (member_id, account_id, role, source, paths, incarnation, granted_at)
        select id, account_id, 'administrator', 'scim', '[]', 1, 1 from members where id <> '${memberId}'
        on conflict do nothing`
      await run({ sql, bindings: [] })
    })
    asked.length = 0
    await app.unassignRole(operator, { accountId, memberId, role: 'administrator' })
    expect(asked.length).toBeGreaterThan(count / 200)
    expect(asked.length).toBeLessThan(count / 10)
  })
})
