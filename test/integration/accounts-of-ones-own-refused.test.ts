import { expect, it } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator } from '../support/joinery.ts'
import { hasOpeningForm, openByForm, openByJson } from '../support/openings.ts'
import { useOwnAccounts } from '../support/own-accounts.ts'
import { settle } from '../support/signed-in.ts'
import { auditOf, push, sessionOf } from '../support/sign-in.ts'

const hour = 60 * 60_000

describeOnBoth('accounts of one’s own', (database) => {
  const own = useOwnAccounts(database)
  const { somebody, partnerMember, platformMember, here, accountsOf, accountIn } = own

  it.each([
    ['a role', { role: 'admin' }],
    ['a place in the tree', { parentId: 'p' }],
    ['a level', { level: 'system' }],
    ['a plan', { entitlements: ['role-management'] }],
    ['another owner', { owner: { userName: 'x@corp.example', email: 'x@corp.example' } }],
    ['an id', { id: 'chosen' }],
    ['a state', { stopped: false, suspendedAt: null }],
    ['somebody else’s identity', { connectionId: 'c', subject: 's' }],
  ])('does not let %s be chosen', async (_what, more) => {
    const { browser } = await partnerMember()
    const { status, body } = await openByJson(own.joinery, browser, { name: 'Mine', catalog: 'plivo', ...more })
    expect([status, body.errors.length]).toEqual([400, Object.keys(more).length])
    await openByForm(own.joinery, browser, 'By form', Object.fromEntries(Object.keys(more).map((name) => [name, 'x'])))
    expect(await accountsOf(browser)).toHaveLength(1) // and the form, without a catalog, said which there are
    await openByForm(own.joinery, browser, 'By form', {
      catalog: 'plivo',
      parentId: own.strict.accountId,
      role: 'admin',
    })
    await settle(own.joinery)
    const now = await here(browser)
    expect([now.account.name, now.roles]).toEqual(['By form', ['owner']])
    const account = await own.joinery.api.ok('GET', `/accounts/${now.account.id}`)
    expect(account).toMatchObject({ parent: null, entitlements: [], level: 'account' })
  })

  it.each([
    ['a catalog that is not offered', { name: 'X', catalog: 'studio' }, 'choose one of: plivo, cpaas-iam'],
    ['a catalog that there is not', { name: 'X', catalog: 'nowhere' }, 'choose one of: plivo, cpaas-iam'],
    ['no catalog of two', { name: 'X' }, 'choose one of: plivo, cpaas-iam'],
    ['an empty name', { name: '  ', catalog: 'plivo' }, 'must not be empty'],
    ['a long name', { name: 'x'.repeat(201), catalog: 'plivo' }, 'at most 200 characters'],
    ['a link in a name', { name: 'Win at https://evil.example', catalog: 'plivo' }, 'no address'],
    ['a bare address in a name', { name: 'Locked: verify at evil-login.com', catalog: 'plivo' }, 'no address'],
    ['a path in a name', { name: 'Globex a/b', catalog: 'plivo' }, 'no address'],
    ['a name that turns round', { name: 'a\u202eb', catalog: 'plivo' }, 'no invisible characters'],
    ['a name that is a number', { name: 7, catalog: 'plivo' }, 'must be text'],
    ['a list', [], 'JSON object'],
    ['half an object', '{', 'must be JSON'],
  ])('says what is wrong with %s', async (_what, body, told) => {
    const { browser } = await partnerMember()
    const answer = await openByJson(own.joinery, browser, body)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(told)])
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await accountsOf(browser)).toHaveLength(1)
  })

  it('refuses requests of other pages, and of nobody', async () => {
    const { browser } = await partnerMember()
    const wanted = { name: 'Forged', catalog: 'plivo' }
    const from = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    expect(await openByJson(own.joinery, browser, wanted, from)).toMatchObject({
      status: 403,
      body: { rule: 'cross_site' },
    })
    expect((await browser.post(`${own.joinery.url}/auth/open`, wanted, from)).status).toBe(403)
    expect((await openByJson(own.joinery, createBrowser(), wanted)).status).toBe(401)
    const page = await createBrowser().post(`${own.joinery.url}/auth/open`, wanted)
    expect([page.status, page.location]).toEqual([303, `${own.joinery.url}/console`])
    expect(await accountsOf(browser)).toHaveLength(1)
  })

  it('refuses people for whom a company’s directory answers, whichever way they come, and leaves a line', async () => {
    const at = own.strict
    const who = somebody(at, 'strict.example')
    await push(at, who.login, { externalId: who.sub })
    const directed = createBrowser()
    await directed.follow(at.loginUrl)
    expect((await here(directed)).account.id).toBe(at.accountId)
    expect(hasOpeningForm(await directed.get(`${own.joinery.url}/console`))).toBe(false)
    const refused = { status: 422, body: { rule: 'directory_owns_people' } }
    const wanted = { name: 'Mine', catalog: 'plivo' }
    expect(await openByJson(own.joinery, directed, wanted)).toMatchObject(refused)
    const lines = await auditOf(own.joinery, at.accountId, 'account.opening_refused')
    expect(lines).toMatchObject([{ detail: { connection: at.connectionId, rule: 'directory_owns_people' } }])

    const outside = await platformMember() // by the platform's sign-in, with an address of that company
    await own.joinery.breakable.run((db) =>
      db('members').where({ id: outside.memberId }).update({ email: 'x@mail.strict.example' }),
    )
    expect((await openByJson(own.joinery, outside.browser, wanted)).status).toBe(201) // a sub-domain is not what was proved
    const inside = await platformMember()
    await own.joinery.breakable.run((db) =>
      db('members').where({ id: inside.memberId }).update({ email: 'x@strict.example' }),
    )
    expect(hasOpeningForm(await inside.browser.get(`${own.joinery.url}/console`))).toBe(false)
    expect(await openByJson(own.joinery, inside.browser, wanted)).toMatchObject(refused)
  })

  it('offers nothing to whom a directory tells of, and refuses him, also where his sign-in is one that creates people', async () => {
    const { browser, login, sub } = await partnerMember()
    const { member } = await here(browser)
    const offered = async () =>
      Promise.all(['/console', '/auth/open'].map(async (at) => hasOpeningForm(await browser.get(own.joinery.url + at))))
    expect(await offered()).toEqual([true, true])
    const id = await push(own.partner, `told-${login}`, { externalId: `told-${sub}` })
    await own.joinery.breakable.run((db) => db('directory_users').where({ id }).update({ member_id: member.id }))
    const wanted = { name: 'Mine', catalog: 'plivo' }
    const told = { status: 422, body: { rule: 'directory_owns_people' } }
    expect(await offered()).toEqual([false, false])
    expect(await openByJson(own.joinery, browser, wanted)).toMatchObject(told)
    await own.joinery.breakable.run((db) => db('directory_users').where({ id }).update({ removed_at: 1 }))
    expect(await offered()).toEqual([true, true])
    expect((await openByJson(own.joinery, browser, wanted)).status).toBe(201)
  })

  it('refuses whoever has a personal address, none, or no sign-in behind his session', async () => {
    const wanted = { name: 'Mine', catalog: 'plivo' }
    const set = (id: string, email: string | null) =>
      own.joinery.breakable.run((db) => db('members').where({ id }).update({ email }))
    const { browser, memberId, accountId } = await platformMember()
    await set(memberId, 'somebody@gmail.com')
    expect(await openByJson(own.joinery, browser, wanted)).toMatchObject({
      status: 422,
      body: { rule: 'personal_domain' },
    })
    await set(memberId, null)
    expect(await openByJson(own.joinery, browser, wanted)).toMatchObject({ status: 422, body: { rule: 'no_address' } })
    const { secret } = await own.joinery.runtime.app.createOneTimeLink(operator, { accountId, memberId })
    const first = createBrowser()
    await first.post(`${own.joinery.url}/auth/first`, { link: secret })
    expect(hasOpeningForm(await first.get(`${own.joinery.url}/console`))).toBe(false)
    expect(await openByJson(own.joinery, first, wanted)).toMatchObject({ status: 403, body: { rule: 'no_sign_in' } })
  })

  it('lets one person open five accounts an hour, in whichever account he is', async () => {
    const { browser, sub } = await partnerMember()
    for (let count = 0; count < 5; count += 1)
      await openByForm(own.joinery, browser, `No. ${count}`, { catalog: 'plivo' })
    const full = await openByForm(own.joinery, browser, 'One more', { catalog: 'plivo' })
    expect([full.status, full.text]).toEqual([429, expect.stringContaining('at most 5 accounts an hour')])
    const { status, headers } = await openByJson(own.joinery, browser, { name: 'One more', catalog: 'plivo' })
    expect([status, Number(headers.get('Retry-After')) > 3000]).toEqual([429, true])
    expect(await accountsOf(browser)).toHaveLength(6)
    const other = await partnerMember()
    expect((await openByForm(own.joinery, other.browser, 'Of another', { catalog: 'plivo' })).status).toBe(200)
    own.clock.advance(hour)
    own.partner.idp.next.sub = sub
    const later = createBrowser()
    await later.follow(own.partner.loginUrl)
    expect((await openByForm(own.joinery, later, 'Later', { catalog: 'plivo' })).status).toBe(200)
    expect(await accountsOf(later)).toHaveLength(7)
  })

  it('is closed to whoever is suspended or let go at home, also where he owns it', async () => {
    const { browser, sub } = await partnerMember()
    const home = await here(browser)
    await accountIn(browser, 'Left behind')
    const member = `/accounts/${home.account.id}/members/${home.member.id}`
    await own.joinery.api.ok('PATCH', member, { suspended: true })
    expect((await sessionOf(own.joinery, browser)).status).toBe(401)
    expect((await openByJson(own.joinery, browser, { name: 'Second', catalog: 'plivo' })).status).toBe(401)
    own.partner.idp.next.sub = sub
    const page = await createBrowser().follow(own.partner.loginUrl)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Your access is suspended')])
  })
})
