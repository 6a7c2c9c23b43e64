import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { createKeyCheck } from '../support/access-keys.ts'
import { describeOnBoth } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { operator, testSecrets, type Joinery } from '../support/joinery.ts'
import { shop, usual, useShop } from '../support/shop.ts'
import { settle } from '../support/signed-in.ts'

describeOnBoth('a changed catalog', (database) => {
  const { started, startAgain, write, employ, may, plan, apply, between, afterLock } = useShop(database)
  let joinery: Joinery
  let accountId: string
  beforeEach(() => {
    ;({ joinery, accountId } = started())
  })

  it('takes no effect by a restart, nor before it is applied', async () => {
    const guest = await employ('guest')
    write(shop({ ...usual, guest: '[sell]' }))
    expect(await may(guest, 'sell')).toBe('not_granted')
    const again = await startAgain()
    expect(await may(guest, 'sell', again)).toBe('not_granted')
    expect((await again.api.ok('GET', '/catalogs/shop')).roles[1].grants).toEqual({ till: ['see'] })
    await again.close()
  })

  it('studio-3: holders follow a role’s changes by themselves, once it is applied as planned', async () => {
    const [guest, clerk] = [await employ('guest'), await employ('clerk')]
    await joinery.runtime.app.customiseMember(operator, {
      ...{ accountId, memberId: await employ('guest'), permissions: { till: ['see'] }, whole: false },
    })
    write(shop({ ...usual, guest: '[sell]', clerk: '[see]' }))
    const planned = await plan()
    expect(planned.totals).toMatchObject({ accounts: 1, members: 3, gain: 1, lose: 1 })
    expect(planned.accounts).toMatchObject([{ account: accountId, name: 'Acme', losesManager: false }])
    expect(planned.accounts[0]?.effects).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ roles: ['guest'], gains: { till: ['sell'] }, loses: {}, members: 1 }),
        expect.objectContaining({ roles: ['clerk'], gains: {}, loses: { till: ['sell'] }, members: 1 }),
      ]),
    )
    expect(planned.changes.length).toBeGreaterThan(0)
    expect(await may(guest, 'sell')).toBe('not_granted')

    await expect(apply(planned.plan)).resolves.toMatchObject({ applied: true, rev: 2 })
    expect(await may(clerk, 'sell')).toBe('not_granted')
    await settle(joinery)
    expect(await may(guest, 'sell')).toBe('yes')
    await expect(apply(planned.plan)).resolves.toMatchObject({ applied: false, rev: 2 })
    await expect(apply('another')).rejects.toMatchObject({ rule: 'nothing_to_apply' })
    const again = await startAgain()
    expect(await may(guest, 'sell', again)).toBe('yes')
    await again.close()
  })

  it('is judged by its levels as it comes in force, and accounts by what is in force as they are opened', async () => {
    const two = shop().replace(
      'accountLevels: [{ id: account, label: Account }]',
      'accountLevels: [{ id: group, label: Group }, { id: account, label: Account }]',
    )
    write(two)
    await apply((await plan()).plan)
    write(shop())
    const without = (await plan()).plan
    const open = () => joinery.runtime.app.createAccount(operator, { name: 'G', catalog: 'shop', level: 'group' })
    let opened = ''
    between.once(async () => {
      opened = (await open()).id
    })
    await expect(apply(without)).rejects.toMatchObject({ rule: 'level_in_use' })
    expect(opened).not.toBe('')

    write(
      shop(usual).replace('accountLevels: [{ id: account,', 'accountLevels: [{ id: group, label: G }, { id: account,'),
    )
    await apply((await plan()).plan)
    write(
      two.replace('{ id: account, label: Account }]', '{ id: account, label: Account }, { id: seat, label: Seat }]'),
    )
    await apply((await plan()).plan)
    write(two)
    const { plan: back } = await plan()
    between.once(() => apply(back))
    const seat = joinery.runtime.app.createAccount(operator, { name: 'S', catalog: 'shop', level: 'seat' })
    await expect(seat).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^level: /) })
  })

  // SQLite has one writer at a time.
  if (database === 'postgres')
    it('that comes in force for the first time at two hands at once does so once', async () => {
      const text = shop().replace('id: shop', 'id: stall')
      write(text, 'stall')
      const { app } = joinery.runtime
      const { plan: first } = await app.planCatalog(operator, 'stall')
      const command = { id: 'stall', plan: first }
      afterLock(() => app.applyCatalog(operator, command))
      await expect(app.applyCatalog(operator, command)).rejects.toMatchObject({ rule: 'plan_stale' })
      const { items } = await joinery.api.ok('GET', '/audit?action=catalog.applied')
      expect(items.map(({ after }: { after: unknown }) => after)).toMatchObject([{ rev: 1 }])
    })

  it('that this release does not read stops only whoever lives under it', async () => {
    const look = await lookInto(joinery.database)
    const stale = async (id: string): Promise<void> => {
      const row = { id, rev: 7, hash: 'h', document: '{"format":0}', plan: null, applied_by: 'other', applied_at: 1 }
      const { reads } = look.database
      await reads.run(reads.db('catalogs_in_force').insert(row).onConflict('id').merge())
    }
    await stale('of-another-release')
    await look.close()
    write(shop({ ...usual, guest: '[sell]' }))
    await expect(plan()).resolves.toMatchObject({ catalog: 'shop' })
    const { unreadable } = await joinery.api.ok('GET', '/catalogs')
    expect(unreadable).toMatchObject([{ id: 'of-another-release', reason: expect.stringContaining('this release') }])
    const shown = await joinery.api.call('GET', '/catalogs/of-another-release')
    expect(shown).toMatchObject({ status: 500, body: { detail: expect.stringContaining('this release') } })
    const again = await startAgain()
    await expect(again.runtime.app.planCatalog(operator, 'shop')).resolves.toMatchObject({ catalog: 'shop' })
    await again.close()
  })

  it('ends the keys of people, where keys belong to people no more', async () => {
    const ofPeople = shop(usual, 'accessKeys: { belongTo: person, roles: holder }')
    write(ofPeople)
    await apply((await plan()).plan)
    const memberId = await employ('clerk')
    const { app } = joinery.runtime
    const { id, text } = await app.createAccessKey(operator, { accountId, name: 'Till', memberId })
    const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
    expect(await check({ id, secret: text })).toMatchObject({ active: true, roles: ['clerk'] })
    write(shop(usual, 'accessKeys: { belongTo: organisation, roles: { default: [] } }'))
    await apply((await plan()).plan)
    expect(await check({ id, secret: text })).toEqual({ active: false })
    write(ofPeople)
    await apply((await plan()).plan)
    expect(await check({ id, secret: text })).toMatchObject({ active: true })
  })

  // SQLite is of one process.
  if (database === 'postgres')
    it('counts in every process with the first look after the commit', async () => {
      const [guest, clerk] = [await employ('guest'), await employ('clerk')]
      const other = await startAgain()
      expect(await may(clerk, 'sell', other)).toBe('yes')
      write(shop({ ...usual, clerk: '[see]' }))
      await apply((await plan()).plan)
      expect(await may(clerk, 'sell', other)).toBe('not_granted')
      expect(await may(guest, 'see', other)).toBe('yes')

      write(shop({ ...usual, guest: '[]' }))
      await apply((await plan()).plan)
      await settle(joinery)
      expect([await may(clerk, 'sell', other), await may(guest, 'see', other)]).toEqual(['yes', 'not_granted'])

      write(shop({ ...usual, clerk: '[see]', cook: '[see]' }))
      await apply((await plan()).plan)
      expect((await other.api.ok('GET', '/catalogs/shop')).roles).toHaveLength(4)
      const opened = await other.runtime.app.createAccount(operator, { name: 'B', catalog: 'shop' })
      expect(opened.catalog).toBe('shop')
      await other.close()
    })

  it('keeps in force what its accounts live under, also when the file is gone', async () => {
    const clerk = await employ('clerk')
    write(shop().replace('id: shop', 'id: stall'))
    rmSync(join(started().folder, 'shop.yaml'))
    write(shop().replace('id: shop', 'id: stall'), 'stall')
    const again = await startAgain()
    expect(await may(clerk, 'sell', again)).toBe('yes')
    await expect(again.runtime.app.planCatalog(operator, 'shop')).rejects.toMatchObject({ code: 'not_found' })
    await again.close()
  })
})
