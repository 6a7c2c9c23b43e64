import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator } from '../support/joinery.ts'
import { hasOpeningForm, openByForm, openByJson, openingFormOf, twinOf } from '../support/openings.ts'
import { as, settle } from '../support/signed-in.ts'
import { auditOf, push, sessionOf, startSignInJoinery, type Company, type SignInJoinery } from '../support/sign-in.ts'
import { createNewcomers, startThreeCompanies } from '../support/three-companies.ts'

const hour = 60 * 60_000

describeOnBoth('accounts of one’s own', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let [platform, partner, strict]: Company[] = []

  const company = (of: Company | undefined): Company => of as Company
  const app = () => joinery.runtime.app
  beforeAll(async () => {
    const env = { OPEN_ACCOUNTS: 'plivo, cpaas-iam' }
    joinery = await startSignInJoinery({ database, clock, workers: false, env })
    ;[platform, partner, strict] = await startThreeCompanies(joinery)
  })
  afterAll(async () => {
    for (const each of [platform, partner, strict]) await company(each).idp.close()
    await joinery.close()
  })

  const somebody = createNewcomers()
  /** A member of the company whose sign-in creates people, in a browser of his. */
  const partnerMember = async () => {
    const who = somebody(company(partner), 'partner.example')
    const browser = createBrowser()
    await browser.follow(company(partner).loginUrl)
    await settle(joinery)
    return { ...who, browser }
  }
  /** A member of an account without an IdP, who comes in by the platform's sign-in. */
  const platformMember = async () => {
    const who = somebody(company(platform), 'small.example')
    const owner = { userName: who.email, email: who.email }
    const account = await joinery.api.ok('POST', '/accounts', { name: 'Small', catalog: 'plivo', owner })
    const identity = { connection: company(platform).connectionId, subject: who.sub }
    await joinery.api.ok('POST', `/accounts/${account.id}/members/${account.ownerId}/identities`, identity)
    const browser = createBrowser()
    await browser.follow(`${company(platform).loginUrl}?account=${account.id}`)
    await settle(joinery)
    return { ...who, browser, accountId: account.id as string, memberId: account.ownerId as string }
  }
  const here = async (browser: Browser) => (await sessionOf(joinery, browser)).body
  const accountsOf = async (browser: Browser): Promise<any[]> =>
    JSON.parse((await browser.get(`${joinery.url}/auth/accounts`)).text).items
  const accountIn = async (browser: Browser, name: string): Promise<string> => {
    await openByForm(joinery, browser, name, { catalog: 'plivo' })
    await settle(joinery)
    return (await here(browser)).account.id
  }

  it('plivo-1: whoever is signed in opens an account and owns it: he has everything, is neither changed nor removed, and hands it over', async () => {
    const { browser, email } = await partnerMember()
    const before = await here(browser)
    const page = await openByForm(joinery, browser, ' Globex Ltd ', { catalog: 'plivo' })
    expect([page.status, page.url]).toEqual([200, `${joinery.url}/console`])
    await settle(joinery)
    const now = await here(browser)
    expect(now).toMatchObject({ account: { name: 'Globex Ltd' }, roles: ['owner'], member: { userName: email } })
    expect(now.account.id).not.toBe(before.account.id)
    const { id: accountId } = now.account
    const { id: memberId } = now.member
    expect(await joinery.api.ok('GET', `/accounts/${accountId}`)).toMatchObject({
      ...{ catalog: 'plivo', parent: null, level: 'account', entitlements: [], stopped: false },
    })
    const all = (await app().getCatalog(operator, 'plivo')).capabilities.map(({ id }) => id)
    expect(Object.keys(now.permissions).sort()).toEqual([...all].sort())
    expect((await accountsOf(browser)).map(({ account, current }) => [account.name, current])).toContainEqual([
      ...['Globex Ltd', true],
    ])

    await joinery.api.ok('PATCH', `/accounts/${accountId}`, { entitlements: ['role-management'] })
    const heir = { userName: 'heir@globex.example', email: 'heir@globex.example' }
    const { id: heirId } = await app().addMember(operator, { accountId, ...heir })
    await app().assignRole(as(memberId, accountId), { accountId, memberId: heirId, role: 'admin' })
    await settle(joinery)
    for (const by of [as(heirId, accountId), as(memberId, accountId)]) {
      const it = { accountId, memberId }
      await expect(app().assignRole(by, { ...it, role: 'developer' })).rejects.toThrow()
      await expect(app().unassignRole(by, { ...it, role: 'owner' })).rejects.toThrow()
      await expect(app().suspendMember(by, { ...it, suspended: true })).rejects.toThrow()
      await expect(app().removeMember(by, it)).rejects.toThrow()
    }
    expect((await here(browser)).roles).toEqual(['owner'])
    await app().handOverAccount(as(memberId, accountId), { accountId, memberId: heirId })
    await settle(joinery)
    expect((await here(browser)).roles).toEqual([])
    expect((await joinery.api.ok('GET', `/accounts/${accountId}/members/${heirId}`)).roles).toContain('owner')
  })

  it('cpaas-iam-1: whoever opens an account becomes its Administrator', async () => {
    const { browser } = await partnerMember()
    await openByForm(joinery, browser, 'Initech', { catalog: 'cpaas-iam' })
    await settle(joinery)
    expect(await here(browser)).toMatchObject({ account: { name: 'Initech' }, roles: ['administrator'] })
  })

  it('writes down who opened it, and by which sign-in', async () => {
    const { browser } = await partnerMember()
    const accountId = await accountIn(browser, 'Written')
    const { member } = await here(browser)
    const detail = { source: 'opening', connection: company(partner).connectionId, issuer: company(partner).idp.issuer }
    expect(await auditOf(joinery, accountId, 'account.created')).toMatchObject([{ member_id: member.id, detail }])
    const made = await auditOf(joinery, accountId, 'member.created')
    expect(made).toMatchObject([{ target: member.id, detail: { role: 'owner', source: 'owner' } }])
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?action=account.created`)
    expect(items).toMatchObject([{ actor: `member:${member.id}`, door: 'sign-in' }])
  })

  it('is entered again by the same sign-in, and left for the former account', async () => {
    const { browser, sub, accountId: former } = await platformMember()
    const accountId = await accountIn(browser, 'Entered')
    await browser.walk(await browser.post(`${joinery.url}/auth/switch`, { account: former }))
    expect((await here(browser)).account.id).toBe(former)
    await browser.post(`${joinery.url}/auth/default`, { account: accountId })
    company(platform).idp.next.sub = sub
    const other = createBrowser()
    await other.follow(company(platform).loginUrl)
    expect((await here(other)).account.id).toBe(accountId)
  })

  it('opens one account for a form that is sent twice, at once or later, and another for another name', async () => {
    const { browser } = await partnerMember()
    const form = openingFormOf(await browser.get(`${joinery.url}/console`))
    const sent = { ...form, name: 'Twice', catalog: 'plivo' }
    const twins = [twinOf(browser), twinOf(browser), twinOf(browser)]
    const pages = await Promise.all(twins.map((each) => each.post(`${joinery.url}/auth/open`, sent)))
    expect(pages.map(({ status }) => status)).toEqual([303, 303, 303])
    const [signedIn] = (await Promise.all(twins.map(async (each) => [each, await sessionOf(joinery, each)] as const)))
      .filter(([, { status }]) => status === 200)
      .map(([each]) => each)
    const back = signedIn as Browser
    const named = async (name: string) => (await accountsOf(back)).filter(({ account }) => account.name === name)
    expect(await named('Twice')).toHaveLength(1)
    await back.post(`${joinery.url}/auth/open`, sent)
    expect(await named('Twice')).toHaveLength(1)
    await back.post(`${joinery.url}/auth/open`, { ...sent, name: 'Thrice' })
    expect([await named('Twice'), await named('Thrice')].map(({ length }) => length)).toEqual([1, 1])
  })

  it('answers a console of the platform in JSON, the same again under the same Idempotency-Key', async () => {
    const { browser, accountId: former } = await platformMember()
    const key = { 'Idempotency-Key': 'a1b2' }
    const wanted = { name: 'Jason', catalog: 'plivo' }
    const first = await openByJson(joinery, browser, wanted, key)
    expect([first.status, first.body.account]).toMatchObject([201, { name: 'Jason', catalog: 'plivo' }])
    const [cookie = ''] = first.headers.getSetCookie()
    const now = await fetch(`${joinery.url}/auth/session`, { headers: { Cookie: cookie.split(';')[0] ?? '' } })
    expect(await now.json()).toMatchObject({
      account: { id: first.body.account.id },
      member: { id: first.body.member },
    })

    expect((await openByJson(joinery, browser, wanted)).status).toBe(401) // the session has gone over
    await browser.follow(`${company(platform).loginUrl}?account=${former}`)
    const again = await openByJson(joinery, browser, wanted, key)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    await browser.follow(`${company(platform).loginUrl}?account=${former}`)
    const other = await openByJson(joinery, browser, { ...wanted, name: 'Another' }, key)
    expect([other.status, other.body.rule]).toEqual([422, 'idempotency_key_reused'])
  })

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
    const { status, body } = await openByJson(joinery, browser, { name: 'Mine', catalog: 'plivo', ...more })
    expect([status, body.errors.length]).toEqual([400, Object.keys(more).length])
    await openByForm(joinery, browser, 'By form', Object.fromEntries(Object.keys(more).map((name) => [name, 'x'])))
    expect(await accountsOf(browser)).toHaveLength(1) // and the form, without a catalog, said which there are
    await openByForm(joinery, browser, 'By form', {
      catalog: 'plivo',
      parentId: company(strict).accountId,
      role: 'admin',
    })
    await settle(joinery)
    const now = await here(browser)
    expect([now.account.name, now.roles]).toEqual(['By form', ['owner']])
    const account = await joinery.api.ok('GET', `/accounts/${now.account.id}`)
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
    const answer = await openByJson(joinery, browser, body)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(told)])
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await accountsOf(browser)).toHaveLength(1)
  })

  it('shows the form again with what is wrong and what was typed', async () => {
    const { browser } = await partnerMember()
    const page = await openByForm(joinery, browser, 'Mail me at a@b.example', { catalog: 'plivo' })
    expect(page.status).toBe(400)
    for (const told of ['no address of a page or a person', 'value="Mail me at a@b.example"'])
      expect(page.text).toContain(told)
  })

  it('refuses requests of other pages, and of nobody', async () => {
    const { browser } = await partnerMember()
    const wanted = { name: 'Forged', catalog: 'plivo' }
    const from = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    expect(await openByJson(joinery, browser, wanted, from)).toMatchObject({
      status: 403,
      body: { rule: 'cross_site' },
    })
    expect((await browser.post(`${joinery.url}/auth/open`, wanted, from)).status).toBe(403)
    expect((await openByJson(joinery, createBrowser(), wanted)).status).toBe(401)
    const page = await createBrowser().post(`${joinery.url}/auth/open`, wanted)
    expect([page.status, page.location]).toEqual([303, `${joinery.url}/console`])
    expect(await accountsOf(browser)).toHaveLength(1)
  })

  it('refuses people for whom a company’s directory answers, whichever way they come, and leaves a line', async () => {
    const at = company(strict)
    const who = somebody(at, 'strict.example')
    await push(at, who.login, { externalId: who.sub })
    const directed = createBrowser()
    await directed.follow(at.loginUrl)
    expect((await here(directed)).account.id).toBe(at.accountId)
    expect(hasOpeningForm(await directed.get(`${joinery.url}/console`))).toBe(false)
    const refused = { status: 422, body: { rule: 'directory_owns_people' } }
    const wanted = { name: 'Mine', catalog: 'plivo' }
    expect(await openByJson(joinery, directed, wanted)).toMatchObject(refused)
    const lines = await auditOf(joinery, at.accountId, 'account.opening_refused')
    expect(lines).toMatchObject([{ detail: { connection: at.connectionId, rule: 'directory_owns_people' } }])

    const outside = await platformMember() // by the platform's sign-in, with an address of that company
    await joinery.breakable.run((db) =>
      db('members').where({ id: outside.memberId }).update({ email: 'x@mail.strict.example' }),
    )
    expect((await openByJson(joinery, outside.browser, wanted)).status).toBe(201) // a sub-domain is not what was proved
    const inside = await platformMember()
    await joinery.breakable.run((db) =>
      db('members').where({ id: inside.memberId }).update({ email: 'x@strict.example' }),
    )
    expect(hasOpeningForm(await inside.browser.get(`${joinery.url}/console`))).toBe(false)
    expect(await openByJson(joinery, inside.browser, wanted)).toMatchObject(refused)
  })

  it('refuses whom a directory tells of also where his sign-in is one that creates people', async () => {
    const { browser, login, sub } = await partnerMember()
    const { member } = await here(browser)
    const id = await push(company(partner), `told-${login}`, { externalId: `told-${sub}` })
    await joinery.breakable.run((db) => db('directory_users').where({ id }).update({ member_id: member.id }))
    const wanted = { name: 'Mine', catalog: 'plivo' }
    const told = { status: 422, body: { rule: 'directory_owns_people' } }
    expect(await openByJson(joinery, browser, wanted)).toMatchObject(told)
    await joinery.breakable.run((db) => db('directory_users').where({ id }).update({ removed_at: 1 }))
    expect((await openByJson(joinery, browser, wanted)).status).toBe(201)
  })

  it('refuses whoever has a personal address, none, or no sign-in behind his session', async () => {
    const wanted = { name: 'Mine', catalog: 'plivo' }
    const set = (id: string, email: string | null) =>
      joinery.breakable.run((db) => db('members').where({ id }).update({ email }))
    const { browser, memberId, accountId } = await platformMember()
    await set(memberId, 'somebody@gmail.com')
    expect(await openByJson(joinery, browser, wanted)).toMatchObject({ status: 422, body: { rule: 'personal_domain' } })
    await set(memberId, null)
    expect(await openByJson(joinery, browser, wanted)).toMatchObject({ status: 422, body: { rule: 'no_address' } })
    const { secret } = await app().createOneTimeLink(operator, { accountId, memberId })
    const first = createBrowser()
    await first.post(`${joinery.url}/auth/first`, { link: secret })
    expect(hasOpeningForm(await first.get(`${joinery.url}/console`))).toBe(false)
    expect(await openByJson(joinery, first, wanted)).toMatchObject({ status: 403, body: { rule: 'no_sign_in' } })
  })

  it('lets one person open five accounts an hour, in whichever account he is', async () => {
    const { browser, sub } = await partnerMember()
    for (let count = 0; count < 5; count += 1) await openByForm(joinery, browser, `No. ${count}`, { catalog: 'plivo' })
    const full = await openByForm(joinery, browser, 'One more', { catalog: 'plivo' })
    expect([full.status, full.text]).toEqual([429, expect.stringContaining('at most 5 accounts an hour')])
    const { status, headers } = await openByJson(joinery, browser, { name: 'One more', catalog: 'plivo' })
    expect([status, Number(headers.get('Retry-After')) > 3000]).toEqual([429, true])
    expect(await accountsOf(browser)).toHaveLength(6)
    const other = await partnerMember()
    expect((await openByForm(joinery, other.browser, 'Of another', { catalog: 'plivo' })).status).toBe(200)
    clock.advance(hour)
    company(partner).idp.next.sub = sub
    const later = createBrowser()
    await later.follow(company(partner).loginUrl)
    expect((await openByForm(joinery, later, 'Later', { catalog: 'plivo' })).status).toBe(200)
    expect(await accountsOf(later)).toHaveLength(7)
  })

  it('is closed to whoever is suspended or let go at home, also where he owns it', async () => {
    const { browser, sub } = await partnerMember()
    const home = await here(browser)
    await accountIn(browser, 'Left behind')
    const member = `/accounts/${home.account.id}/members/${home.member.id}`
    await joinery.api.ok('PATCH', member, { suspended: true })
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await openByJson(joinery, browser, { name: 'Second', catalog: 'plivo' })).status).toBe(401)
    company(partner).idp.next.sub = sub
    const page = await createBrowser().follow(company(partner).loginUrl)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Your access is suspended')])
  })
})
