import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Ports } from '../../src/application/ports.ts'
import { createConnection, eventually } from '../support/api.ts'
import { createBreakable } from '../support/breakable.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

/** A change is judged and written while the account of whoever asks, or one above it, is suspended. */
describeOnBoth('whoever makes what outlives him', (database) => {
  let joinery: Joinery
  let afterJudging: (() => Promise<unknown>) | null = null
  const breakable = createBreakable()
  const app = () => joinery.runtime.app

  const wrapPorts = (ports: Ports): Ports => ({
    ...ports,
    unitOfWork: (work) =>
      ports.unitOfWork((tx) => {
        const insert: typeof tx.tokens.insert = async (token) => {
          const then = afterJudging
          afterJudging = null
          await then?.()
          await tx.tokens.insert(token)
        }
        return work({ ...tx, tokens: { ...tx.tokens, insert } })
      }),
  })
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, wrapPorts, wrapDatabase: breakable.wrapDatabase })
  })
  afterAll(() => joinery.close())

  const waits = async (): Promise<boolean> => {
    const rows = await breakable.rows((db) =>
      db('pg_stat_activity').whereRaw(`datname = current_database() and wait_event_type = 'Lock'`).select('pid'),
    )
    return rows.length > 0
  }

  it('is judged with his account as it stays until it is written', async () => {
    const above = await app().createAccount(operator, { name: 'Group', catalog: 'cpaas-iam', level: 'account' })
    const { id: accountId } = await app().createAccount(operator, {
      name: 'Acme',
      catalog: 'cpaas-iam',
      parentId: above.id,
    })
    const { connectionId } = await createConnection(joinery.api, accountId)
    const person = { accountId, userName: 'ann@corp.example', email: 'ann@corp.example' }
    const { id: memberId } = await app().addMember(operator, person)
    await app().assignRole(operator, { accountId, memberId, role: 'administrator' })
    await settle(joinery)

    const done: string[] = []
    let suspension: Promise<unknown> = Promise.resolve()
    afterJudging = async () => {
      suspension = app()
        .suspendAccount(operator, { accountId: above.id, suspended: true })
        .then(() => done.push('suspended'))
      // One writer at a time: on SQLite the suspension has not begun.
      if (database === 'postgres') await eventually(async () => done.length > 0 || (await waits()), Boolean)
    }
    await app().createToken(as(memberId, accountId), { accountId, connectionId })
    done.push('made')
    await suspension
    expect(done).toEqual(['made', 'suspended'])
    const next = app().createToken(as(memberId, accountId), { accountId, connectionId })
    await expect(next).rejects.toMatchObject({ rule: 'barred' })
  })
})
