import { expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator } from '../support/joinery.ts'
import { openByForm, openByJson, openingFormOf, twinOf } from '../support/openings.ts'
import { useOwnAccounts } from '../support/own-accounts.ts'
import { as, settle } from '../support/signed-in.ts'
import { auditOf, sessionOf } from '../support/sign-in.ts'

describeOnBoth('accounts of one’s own', (database) => {
  const own = useOwnAccounts(database)
  const { partnerMember, platformMember, here, accountsOf, accountIn } = own

  it('plivo-1: whoever is signed in opens an account and owns it: he has everything, is neither changed nor removed, and hands it over', async () => {
    const { browser, email } = await partnerMember()
    const before = await here(browser)
    const page = await openByForm(own.joinery, browser, ' Globex Ltd ', { catalog: 'plivo' })
    expect([page.status, page.url]).toEqual([200, `${own.joinery.url}/console`])
    await settle(own.joinery)
    const now = await here(browser)
    expect(now).toMatchObject({ account: { name: 'Globex Ltd' }, roles: ['owner'], member: { userName: email } })
    expect(now.account.id).not.toBe(before.account.id)
    const { id: accountId } = now.account
    const { id: memberId } = now.member
    expect(await own.joinery.api.ok('GET', `/accounts/${accountId}`)).toMatchObject({
      ...{ catalog: 'plivo', parent: null, level: 'account', entitlements: [], stopped: false },
    })
    const all = (await own.joinery.runtime.app.getCatalog(operator, 'plivo')).capabilities.map(({ id }) => id)
    expect(Object.keys(now.permissions).sort()).toEqual([...all].sort())
    expect((await accountsOf(browser)).map(({ account, current }) => [account.name, current])).toContainEqual([
      ...['Globex Ltd', true],
    ])

    await own.joinery.api.ok('PATCH', `/accounts/${accountId}`, { entitlements: ['role-management'] })
    const heir = { userName: 'heir@globex.example', email: 'heir@globex.example' }
    const { id: heirId } = await own.joinery.runtime.app.addMember(operator, { accountId, ...heir })
    await own.joinery.runtime.app.assignRole(as(memberId, accountId), { accountId, memberId: heirId, role: 'admin' })
    await settle(own.joinery)
    const it = { accountId, memberId }
    const { app } = own.joinery.runtime
    const stands = { rule: 'owner_stands' }
    for (const by of [as(heirId, accountId), operator]) {
      await expect(app.assignRole(by, { ...it, role: 'developer' })).rejects.toMatchObject(stands)
      await expect(app.unassignRole(by, { ...it, role: 'owner' })).rejects.toMatchObject(stands)
      await expect(app.removeMember(by, it)).rejects.toMatchObject(stands)
      const second = app.assignRole(by, { accountId, memberId: heirId, role: 'owner' })
      await expect(second).rejects.toMatchObject({ rule: 'role_not_assignable' })
    }
    await expect(app.suspendMember(as(heirId, accountId), { ...it, suspended: true })).rejects.toMatchObject(stands)
    const himself = as(memberId, accountId)
    await expect(app.assignRole(himself, { ...it, role: 'developer' })).rejects.toMatchObject(stands)
    await expect(app.unassignRole(himself, { ...it, role: 'owner' })).rejects.toMatchObject(stands)
    await expect(app.suspendMember(himself, { ...it, suspended: true })).rejects.toMatchObject({ rule: 'own_standing' })
    await expect(app.removeMember(himself, it)).rejects.toMatchObject({ rule: 'own_standing' })
    expect((await here(browser)).roles).toEqual(['owner'])
    await own.joinery.runtime.app.handOverAccount(as(memberId, accountId), { accountId, memberId: heirId })
    await settle(own.joinery)
    expect((await here(browser)).roles).toEqual([])
    expect((await own.joinery.api.ok('GET', `/accounts/${accountId}/members/${heirId}`)).roles).toContain('owner')
  })

  it('cpaas-iam-1: whoever opens an account becomes its Administrator', async () => {
    const { browser } = await partnerMember()
    await openByForm(own.joinery, browser, 'Initech', { catalog: 'cpaas-iam' })
    await settle(own.joinery)
    const { account, roles } = await here(browser)
    expect([account.name, roles]).toEqual(['Initech', ['administrator']])
    expect(await own.joinery.api.ok('GET', `/accounts/${account.id}`)).toMatchObject({ level: 'account' })
  })

  it('writes down who opened it, and by which sign-in', async () => {
    const { browser } = await partnerMember()
    const accountId = await accountIn(browser, 'Written')
    const { member } = await here(browser)
    const detail = { source: 'opening', connection: own.partner.connectionId, issuer: own.partner.idp.issuer }
    expect(await auditOf(own.joinery, accountId, 'account.created')).toMatchObject([{ member_id: member.id, detail }])
    const made = await auditOf(own.joinery, accountId, 'member.created')
    expect(made).toMatchObject([{ target: member.id, detail: { role: 'owner', source: 'owner' } }])
    const { items } = await own.joinery.api.ok('GET', `/accounts/${accountId}/audit?action=account.created`)
    expect(items).toMatchObject([{ actor: `member:${member.id}`, door: 'sign-in' }])
  })

  it('is entered again by the same sign-in, and left for the former account', async () => {
    const { browser, sub, accountId: former } = await platformMember()
    const accountId = await accountIn(browser, 'Entered')
    await browser.walk(await browser.post(`${own.joinery.url}/auth/switch`, { account: former }))
    expect((await here(browser)).account.id).toBe(former)
    await browser.post(`${own.joinery.url}/auth/default`, { account: accountId })
    own.platform.idp.next.sub = sub
    const other = createBrowser()
    await other.follow(own.platform.loginUrl)
    expect((await here(other)).account.id).toBe(accountId)
  })

  it('opens one account for a form that is sent twice, at once or later, and another for another name', async () => {
    const { browser } = await partnerMember()
    const form = openingFormOf(await browser.get(`${own.joinery.url}/console`))
    const sent = { ...form, name: 'Twice', catalog: 'plivo' }
    const twins = [twinOf(browser), twinOf(browser), twinOf(browser)]
    const pages = await Promise.all(twins.map((each) => each.post(`${own.joinery.url}/auth/open`, sent)))
    expect(pages.map(({ status }) => status)).toEqual([303, 303, 303])
    const [signedIn] = (
      await Promise.all(twins.map(async (each) => [each, await sessionOf(own.joinery, each)] as const))
    )
      .filter(([, { status }]) => status === 200)
      .map(([each]) => each)
    const back = signedIn as Browser
    const named = async (name: string) => (await accountsOf(back)).filter(({ account }) => account.name === name)
    expect(await named('Twice')).toHaveLength(1)
    await back.post(`${own.joinery.url}/auth/open`, sent)
    expect(await named('Twice')).toHaveLength(1)
    await back.post(`${own.joinery.url}/auth/open`, { ...sent, name: 'Thrice' })
    expect([await named('Twice'), await named('Thrice')].map(({ length }) => length)).toEqual([1, 1])
  })

  it('answers a console of the platform in JSON, the same again under the same Idempotency-Key', async () => {
    const { browser, accountId: former } = await platformMember()
    const key = { 'Idempotency-Key': 'a1b2' }
    const wanted = { name: 'Jason', catalog: 'plivo' }
    const first = await openByJson(own.joinery, browser, wanted, key)
    expect([first.status, first.body.account]).toMatchObject([201, { name: 'Jason', catalog: 'plivo' }])
    const [cookie = ''] = first.headers.getSetCookie()
    const now = await fetch(`${own.joinery.url}/auth/session`, { headers: { Cookie: cookie.split(';')[0] ?? '' } })
    expect(await now.json()).toMatchObject({
      account: { id: first.body.account.id },
      member: { id: first.body.member },
    })

    expect((await openByJson(own.joinery, browser, wanted)).status).toBe(401) // the session has gone over
    await browser.follow(`${own.platform.loginUrl}?account=${former}`)
    const again = await openByJson(own.joinery, browser, wanted, key)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    await browser.follow(`${own.platform.loginUrl}?account=${former}`)
    const other = await openByJson(own.joinery, browser, { ...wanted, name: 'Another' }, key)
    expect([other.status, other.body.rule]).toEqual([422, 'idempotency_key_reused'])
  })

  it('shows the form again with what is wrong and what was typed', async () => {
    const { browser } = await partnerMember()
    const page = await openByForm(own.joinery, browser, 'Mail me at a@b.example', { catalog: 'plivo' })
    expect(page.status).toBe(400)
    for (const told of ['no address of a page or a person', 'value="Mail me at a@b.example"'])
      expect(page.text).toContain(told)
  })
})
