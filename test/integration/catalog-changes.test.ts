import { createKeyCheck } from '../support/access-keys.ts'
import type { Ports, Tx } from '../../src/application/ports.ts'
import { lookInto } from '../support/drift.ts'
import { runCli } from '../support/cli.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth, type TestDatabase } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

type Grants = Record<string, string>
const usual: Grants = { clerk: '[sell]', guest: '[see]', boss: '[sell, staff]' }

/** A shop whose roles and cells of the till a test chooses. */
function shop(till: Grants = usual, more = ''): string {
  const roles = Object.keys(till).map((id) => `{ id: ${id}, label: ${id} }`)
  const cells = Object.entries(till).map(([id, cell]) => `${id}: ${cell}`)
  return `format: 1
id: shop
label: A shop
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: sell, label: Sell, implies: [see] }, { id: staff, label: Staff }]
accountLevels: [{ id: account, label: Account }]
holding: several
customisation: within-role
roles: [${roles.join(', ')}]
capabilities:
  - { id: till, label: Till, grants: { ${cells.join(', ')} } }
controls: { manage-members: { needs: { till: staff } } }
${more}`
}

describeOnBoth('a changed catalog', (database) => {
  let folder: string
  let joinery: Joinery
  let accountId: string
  let names = 0
  const between = createComingBetween()
  /** What happens once, after a catalog was locked in a transaction. */
  let afterLock: (() => Promise<unknown>) | null = null
  const afterItsLock = (ports: Ports): Ports => ({
    ...ports,
    unitOfWork: (work) =>
      ports.unitOfWork((tx) => {
        const lock: Tx['catalogs']['lock'] = async (id) => {
          const found = await tx.catalogs.lock(id)
          const then = afterLock
          afterLock = null
          await then?.()
          return found
        }
        return work({ ...tx, catalogs: { ...tx.catalogs, lock } })
      }),
  })
  const write = (text: string) => writeFileSync(join(folder, 'shop.yaml'), text)
  const start = (on?: TestDatabase) =>
    startJoinery({
      database,
      workers: false,
      env: { CATALOG_DIR: folder },
      wrapPorts: (ports) => between.wrapPorts(afterItsLock(ports)),
      ...(on && { on }),
    })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    write(shop())
    joinery = await start()
    accountId = (await joinery.runtime.app.createAccount(operator, { name: 'Acme', catalog: 'shop' })).id
  })
  afterEach(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  const employ = async (...roles: string[]): Promise<string> => {
    const { app } = joinery.runtime
    const name = `p${(names += 1)}@corp.example`
    const { id: memberId } = await app.addMember(operator, { accountId, userName: name, email: name })
    for (const role of roles) await app.assignRole(operator, { accountId, memberId, role })
    await settle(joinery)
    return memberId
  }
  const may = async (memberId: string, name: string, from = joinery) => {
    const nothing = { properties: {} }
    const answer = await from.runtime.app.evaluate(operator, {
      subject: { type: 'member', id: memberId, ...nothing },
      action: { name, ...nothing },
      resource: { type: 'capability', id: 'till', properties: { account: accountId } },
    })
    return answer.decision ? 'yes' : answer.reason
  }
  const plan = () => joinery.runtime.app.planCatalog(operator, 'shop')
  const apply = (hash: string, accept?: boolean) =>
    joinery.runtime.app.applyCatalog(operator, { id: 'shop', plan: hash, accept })

  /** A key of the organisation and an invitation that carry a role. */
  const carry = async (role: string): Promise<void> => {
    const { app } = joinery.runtime
    await app.createAccessKey(operator, { accountId, name: 'Till', roles: [role] })
    const email = `i${(names += 1)}@corp.example`
    await app.invite(operator, { accountId, email, roles: [role], publicUrl: joinery.url })
  }

  it('takes no effect by a restart, nor before it is applied', async () => {
    const guest = await employ('guest')
    write(shop({ ...usual, guest: '[sell]' }))
    expect(await may(guest, 'sell')).toBe('not_granted')
    const again = await start(joinery.database)
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
    const again = await start(joinery.database)
    expect(await may(guest, 'sell', again)).toBe('yes')
    await again.close()
  })

  it('is refused under a plan that is not what would happen now', async () => {
    await employ('guest')
    write(shop({ ...usual, guest: '[sell]', clerk: '[see]' }))
    const first = await plan()
    await employ('guest') // who comes under an effect that was told changes no plan
    expect((await plan()).plan).toBe(first.plan)
    await employ('clerk') // a new effect does
    await expect(apply(first.plan)).rejects.toMatchObject({ code: 'conflict', rule: 'plan_stale' })
    const second = await plan()
    write(shop({ ...usual, guest: '[sell]', clerk: '[]' }))
    await expect(apply(second.plan)).rejects.toMatchObject({ rule: 'plan_stale' })
    await expect(apply((await plan()).plan)).resolves.toMatchObject({ applied: true })
  })

  it('tells roles that vanish with what names them, and holders lose them at once', async () => {
    const guest = await employ('guest', 'clerk')
    await carry('guest')
    const { guest: _, ...rest } = usual
    write(shop(rest))
    const planned = await plan()
    expect(planned.vanishing).toEqual([
      { role: 'guest', members: 1, assignments: 1, owners: 0, mappings: 0, requests: 0, keys: 1, invitations: 1 },
    ])
    expect(planned.accounts[0]?.effects).toMatchObject([{ roles: ['clerk', 'guest'], becomes: ['clerk'] }])
    await apply(planned.plan)
    const { app } = joinery.runtime
    const held = async () => (await app.showMember(operator, { accountId, memberId: guest })).roles
    expect(await held()).toEqual(['clerk'])
    await settle(joinery)
    expect(await held()).toEqual(['clerk'])
    const { losses, events } = await app.showMember(operator, { accountId, memberId: guest })
    expect(losses).toMatchObject([{ role: 'guest', reason: 'unknown_role' }])
    expect(events.map(({ action }) => action)).toContain('grants.changed')
  })

  it('that leaves an account without a manager is flagged, and applied only where that is accepted', async () => {
    const boss = await employ('boss')
    write(shop({ ...usual, boss: '[sell]' }))
    const planned = await plan()
    expect(planned.accounts).toMatchObject([{ losesManager: true }])
    expect(planned.accounts[0]?.effects).toMatchObject([{ controlsLost: ['manage-members'] }])
    expect(planned.toAccept).toEqual([`account "${accountId}" (Acme) is left without anybody who manages its members`])
    await expect(apply(planned.plan)).rejects.toMatchObject({ code: 'conflict', rule: 'needs_acceptance' })
    expect(await may(boss, 'staff')).toBe('yes')
    await expect(apply(planned.plan, true)).resolves.toMatchObject({ applied: true })
    expect(await may(boss, 'staff')).toBe('not_granted')
  })

  it('tells the keys and pending invitations that carry a role which gives otherwise', async () => {
    await carry('guest')
    await carry('clerk')
    const { app } = joinery.runtime
    const brief = { accountId, name: 'Brief', roles: ['guest'], expiresInDays: 1 }
    await app.createAccessKey(operator, brief)
    const { items } = await app.listInvitations(operator, { accountId, limit: 10, after: undefined })
    const [ofClerk] = items.filter(({ roles }) => roles.includes('clerk'))
    await app.revokeInvitation(operator, { accountId, invitationId: ofClerk?.id ?? '' })
    write(shop({ ...usual, guest: '[sell]' }))
    expect((await plan()).carried).toEqual([{ role: 'guest', keys: 2, invitations: 1 }])
    write(shop({ ...usual, guest: '[sell]', clerk: '[see]' }))
    expect((await plan()).carried).toEqual([
      { role: 'clerk', keys: 1, invitations: 0 },
      { role: 'guest', keys: 2, invitations: 1 },
    ])
    const { out } = await runCli(joinery.url, ['catalog', 'plan', 'shop'])
    expect(out).toMatch(
      /Keys and pending invitations with a changed role\nROLE +KEYS +INVITATIONS\nclerk +1 +0\nguest +2 +1/,
    )
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
      writeFileSync(join(folder, 'stall.yaml'), text)
      const { app } = joinery.runtime
      const { plan: first } = await app.planCatalog(operator, 'stall')
      const command = { id: 'stall', plan: first }
      afterLock = () => app.applyCatalog(operator, command)
      await expect(app.applyCatalog(operator, command)).rejects.toMatchObject({ rule: 'plan_stale' })
      const { items } = await joinery.api.ok('GET', '/audit?action=catalog.applied')
      expect(items.map(({ after }: { after: unknown }) => after)).toMatchObject([{ rev: 1 }])
    })

  it('is planned and listed beside files that cannot be read, which are named and stop nothing else', async () => {
    await employ('guest')
    writeFileSync(join(folder, 'broken.yaml'), 'format: 1\nid: broken\n')
    writeFileSync(join(folder, 'misnamed.yaml'), shop().replace('id: shop', 'id: kiosk'))
    write(shop({ ...usual, guest: '[sell]' }))
    const planned = await plan()
    expect(planned.totals).toMatchObject({ gain: 1 })
    for (const id of ['broken', 'kiosk'])
      await expect(joinery.runtime.app.planCatalog(operator, id)).rejects.toMatchObject({ code: 'upstream_rejected' })
    const { items, unreadable } = await joinery.api.ok('GET', '/catalogs')
    expect(items.map(({ id }: { id: string }) => id)).toContain('shop')
    expect(unreadable).toMatchObject([
      { id: 'broken', reason: expect.stringMatching(/broken\.yaml:1: /) },
      { id: 'kiosk', reason: expect.stringMatching(/misnamed\.yaml:1: file-name: .*name the file kiosk\.yaml/) },
    ])
    const listed = await runCli(joinery.url, ['catalog', 'list', '--server'])
    expect(listed).toMatchObject({ status: 0, err: expect.stringMatching(/^unreadable: "broken": /) })
    await expect(apply(planned.plan)).resolves.toMatchObject({ applied: true })
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
    const again = await start(joinery.database)
    await expect(again.runtime.app.planCatalog(operator, 'shop')).resolves.toMatchObject({ catalog: 'shop' })
    await again.close()
  })

  it('without a level on which accounts stand is not applied', async () => {
    write(shop().replace('accountLevels: [{ id: account,', 'accountLevels: [{ id: tenant,'))
    const planned = await plan()
    expect(planned.levelsInUse).toEqual([{ level: 'account', accounts: 1 }])
    await expect(apply(planned.plan, true)).rejects.toMatchObject({ rule: 'level_in_use' })
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

  it('is the operator’s alone, and a file that is not sound says why', async () => {
    const boss = as(await employ('boss'), accountId)
    await expect(joinery.runtime.app.planCatalog(boss, 'shop')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(joinery.runtime.app.applyCatalog(boss, { id: 'shop', plan: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    write(shop({ ...usual, guest: '[fly]' }))
    await expect(plan()).rejects.toMatchObject({ code: 'upstream_rejected', message: expect.stringMatching(/:\d+: /) })
  })

  // SQLite is of one process.
  if (database === 'postgres')
    it('counts in every process with the first look after the commit', async () => {
      const [guest, clerk] = [await employ('guest'), await employ('clerk')]
      const other = await start(joinery.database)
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
    rmSync(join(folder, 'shop.yaml'))
    writeFileSync(join(folder, 'stall.yaml'), shop().replace('id: shop', 'id: stall'))
    const again = await start(joinery.database)
    expect(await may(clerk, 'sell', again)).toBe('yes')
    await expect(again.runtime.app.planCatalog(operator, 'shop')).rejects.toMatchObject({ code: 'not_found' })
    await again.close()
  })

  it('is planned and applied over HTTP and from the command line, and audited', async () => {
    const guest = await employ('guest')
    write(shop({ ...usual, guest: '[sell]' }))
    const members = await joinery.api.ok('GET', '/catalogs/shop/plan/members?limit=1')
    expect(members.items).toMatchObject([{ member: guest, account: accountId, gains: { till: ['sell'] } }])
    const run = (...args: string[]) => runCli(joinery.url, ['catalog', ...args])
    const planned = await run('plan', 'shop')
    expect(planned).toMatchObject({ status: 0, err: '' })
    expect(planned.out).toMatch(
      /Of 1 person 1 gain and 0 lose, in 1 account\.\n\nAccount \S+ "Acme"\n {2}1 × guest: \+till: sell/,
    )
    const hash = /--plan (\S+)/.exec(planned.out)?.[1] ?? ''
    const applied = { status: 0, out: 'Revision 2 of "shop" is in force now.', err: '' }
    expect(await run('apply', 'shop', '--plan', hash)).toEqual(applied)
    expect((await run('plan', 'shop')).out).toBe('The file of "shop" is in force already.')
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?limit=5`)
    expect(items[0]).toMatchObject({ action: 'catalog.applied', after: { rev: 2 } })
  })
})
