import { beforeEach, expect, it } from 'vitest'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, type Joinery } from '../support/joinery.ts'
import { shop, usual, useShop } from '../support/shop.ts'
import { as, settle } from '../support/signed-in.ts'

describeOnBoth('a changed catalog', (database) => {
  const { started, write, employ, may, plan, apply, carry } = useShop(database)
  let joinery: Joinery
  let accountId: string
  beforeEach(() => {
    ;({ joinery, accountId } = started())
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

  it('is planned and listed beside files that cannot be read, which are named and stop nothing else', async () => {
    await employ('guest')
    write('format: 1\nid: broken\n', 'broken')
    write(shop().replace('id: shop', 'id: kiosk'), 'misnamed')
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

  it('without a level on which accounts stand is not applied', async () => {
    write(shop().replace('accountLevels: [{ id: account,', 'accountLevels: [{ id: tenant,'))
    const planned = await plan()
    expect(planned.levelsInUse).toEqual([{ level: 'account', accounts: 1 }])
    await expect(apply(planned.plan, true)).rejects.toMatchObject({ rule: 'level_in_use' })
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
    const touched = await run('plan-members', 'shop')
    expect(touched.out.split('\n')[1]).toMatch(new RegExp(`^${accountId} +${guest} +\\S+ +guest: \\+till: sell$`))
    expect((await run('plan-members', 'shop', '--account', 'another')).out).toBe('(none)')
    const hash = /--plan (\S+)/.exec(planned.out)?.[1] ?? ''
    const applied = { status: 0, out: 'Revision 2 of "shop" is in force now.', err: '' }
    expect(await run('apply', 'shop', '--plan', hash)).toEqual(applied)
    expect((await run('plan', 'shop')).out).toBe('The file of "shop" is in force already.')
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?limit=5`)
    expect(items[0]).toMatchObject({ action: 'catalog.applied', after: { rev: 2 } })
  })
})
