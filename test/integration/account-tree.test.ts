import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { judgeMember } from '../../src/application/access/judge-member.ts'
import { requireMay } from '../../src/application/access/require-may.ts'
import type { Session } from '../../src/adapters/db/session.ts'
import { createViews } from '../../src/adapters/db/views/create-views.ts'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const catalogs = loadShippedCatalogs()

describeOnBoth('accounts as a tree', (database) => {
  let joinery: Joinery
  let views: ReturnType<typeof createViews>
  let look: Awaited<ReturnType<typeof lookInto>>
  const clock = createClock()
  const app = () => joinery.runtime.app
  const ports = () => ({ views, catalogs, clock })
  const judge = (memberId: string) => judgeMember(ports(), memberId)
  const person = (userName: string) => ({ userName: `${userName}@corp.example`, email: `${userName}@corp.example` })
  const open = async (name: string, parentId?: string, level?: string) => {
    const owner = person(name)
    const opened = await app().createAccount(operator, { name, catalog: 'studio', parentId, level, owner })
    await settle(joinery)
    return { id: opened.id, owner: opened.ownerId ?? '', level: opened.level, parentId: opened.parentId }
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
    look = await lookInto(joinery.database)
    views = look.views
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })

  let names = 0
  let system: Awaited<ReturnType<typeof open>>
  let provider: Awaited<ReturnType<typeof open>>
  let leaf: Awaited<ReturnType<typeof open>>
  let beside: Awaited<ReturnType<typeof open>>
  beforeEach(async () => {
    const n = (names += 1)
    system = await open(`system${n}`, undefined, 'system')
    provider = await open(`provider${n}`, system.id)
    leaf = await open(`leaf${n}`, provider.id)
    beside = await open(`beside${n}`, system.id)
  })

  it('studio-1: stand level below level, each with the owner role of its level', async () => {
    expect([system, provider, leaf].map(({ level, parentId }) => [level, parentId])).toEqual([
      ['system', null],
      ['service-provider', system.id],
      ['account', provider.id],
    ])
    const roles = await Promise.all([system, provider, leaf].map(async ({ owner }) => (await judge(owner))?.roles))
    expect(roles).toEqual([['system-user'], ['service-provider'], ['ac_admin']])
  })

  it('refuse a level that cannot stand there, and another catalog below', async () => {
    const below = (parentId: string, more: object) =>
      app().createAccount(operator, { name: 'X', catalog: 'studio', parentId, ...more })
    await expect(below(leaf.id, {})).rejects.toThrow('an account of level "account" has none below it')
    await expect(below(provider.id, { level: 'system' })).rejects.toThrow('choose one of: account')
    await expect(below(provider.id, { level: 'galaxy' })).rejects.toThrow('has no level "galaxy"')
    await expect(below(provider.id, { catalog: 'plivo' })).rejects.toThrow('lives under catalog "studio"')
    await expect(below('nothing', {})).rejects.toThrow('there is no account "nothing"')
  })

  it('cpaas-iam-1: are opened as an Account with Business Customers below, in a catalog that says so', async () => {
    const parts = { name: 'C', catalog: 'cpaas-iam' }
    const top = await app().createAccount(operator, parts)
    const below = await app().createAccount(operator, { ...parts, parentId: top.id })
    expect([top.level, below.level]).toEqual(['account', 'business-customer'])
    const third = await joinery.api.call('POST', '/accounts', { ...parts, parent: below.id })
    expect([third.status, third.body.errors]).toEqual([
      400,
      [
        {
          path: 'parent',
          message: 'an account of level "business-customer" has none below it; choose a parent of level account',
        },
      ],
    ])
  })

  it('let a person act in his own account and in those below it, never beside or above', async () => {
    const sees = async (who: typeof leaf, where: typeof leaf): Promise<boolean> => {
      const verdict = requireMay(ports(), as(who.owner, who.id), 'see-members', where.id)
      return verdict.then(
        () => true,
        (error: { code?: string }) => (error.code === 'not_found' ? false : Promise.reject(error as Error)),
      )
    }
    const all = [system, provider, leaf, beside]
    const table = await Promise.all(all.map((who) => Promise.all(all.map((where) => sees(who, where)))))
    expect(table).toEqual([
      [true, true, true, true],
      [false, true, true, false],
      [false, false, true, false],
      [false, false, false, true],
    ])
  })

  it('stop with an account that is suspended above them, at once, with no worker at work', async () => {
    const standing = async () =>
      Promise.all([system, provider, leaf, beside].map(async ({ owner }) => (await judge(owner))?.barred))
    await app().suspendAccount(operator, { accountId: provider.id, suspended: true })
    expect(await standing()).toEqual([null, 'account_suspended', 'account_suspended', null])
    expect(await judge(leaf.owner)).toMatchObject({ roles: [], grants: [] })
    const born = await open(`born${names}`, provider.id)
    expect((await judge(born.owner))?.barred).toBe('account_suspended')
    await expect(requireMay(ports(), as(leaf.owner, leaf.id), 'see-members', leaf.id)).rejects.toThrow('suspended')

    await app().suspendAccount(operator, { accountId: leaf.id, suspended: true })
    await app().suspendAccount(operator, { accountId: leaf.id, suspended: true })
    await app().suspendAccount(operator, { accountId: provider.id, suspended: false })
    expect(await standing()).toEqual([null, null, 'account_suspended', null])
    await app().suspendAccount(operator, { accountId: leaf.id, suspended: false })
    expect(await standing()).toEqual([null, null, null, null])
    await settle(joinery)
    expect((await judge(leaf.owner))?.roles).toEqual(['ac_admin'])
  })

  it('let what was blocked in them be tried again when they go on', async () => {
    const blocked = (session: Session) =>
      session.run(session.db('propagations').where({ member_id: leaf.owner }).update({ status: 'blocked' }))
    await look.database.transaction(blocked)
    await app().suspendAccount(operator, { accountId: system.id, suspended: true })
    await app().suspendAccount(operator, { accountId: system.id, suspended: false })
    expect((await views.member(leaf.id, leaf.owner))?.propagation.status).toBe('open')
  })

  it('take the grants of a suspended account out of the store, and bring them back', async () => {
    const stored = async () => (await views.memberWithAccount(leaf.owner))?.grants.map(({ role }) => role)
    await app().suspendAccount(operator, { accountId: system.id, suspended: true })
    await settle(joinery)
    expect(await stored()).toEqual([])
    const { losses } = await app().showMember(operator, { accountId: leaf.id, memberId: leaf.owner })
    expect(losses).toMatchObject([{ role: 'ac_admin', reason: 'account_suspended' }])
    await app().suspendAccount(operator, { accountId: system.id, suspended: false })
    expect((await judge(leaf.owner))?.roles).toEqual([]) // a gain waits until it is applied
    await settle(joinery)
    expect(await stored()).toEqual(['ac_admin'])
  })

  describe('plivo-8: role management', () => {
    it('is for accounts whose plan has it', async () => {
      const owner = person(`p${names}`)
      const { id, ownerId } = await app().createAccount(operator, { name: 'P', catalog: 'plivo', owner })
      await settle(joinery)
      const actor = as(ownerId ?? '', id)
      const manage = () => requireMay(ports(), actor, 'manage-members', id)
      await expect(manage()).rejects.toMatchObject({ code: 'forbidden', rule: 'not_entitled' })
      await expect(requireMay(ports(), actor, 'see-members', id)).resolves.toMatchObject({ kind: 'holder' })
      await app().changeAccount(operator, { accountId: id, entitlements: ['role-management'] })
      await expect(manage()).resolves.toMatchObject({ kind: 'holder' })
      await app().changeAccount(operator, { accountId: id, entitlements: [] })
      await expect(manage()).rejects.toMatchObject({ rule: 'not_entitled' })
      const typo = app().changeAccount(operator, { accountId: id, entitlements: ['role-mangement'] })
      await expect(typo).rejects.toThrow('choose among: role-management')
    })
  })
})
