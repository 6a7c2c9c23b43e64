import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser, type Browser, type Page } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { hasOpeningForm, openingFormOf, twinOf } from '../support/openings.ts'
import { settle } from '../support/signed-in.ts'
import {
  auditOf,
  clientId,
  clientSecret,
  sessionOf,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'
import { createNewcomers, startThreeCompanies } from '../support/three-companies.ts'

const minute = 60_000

describeOnBoth('somebody who opens his first account', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let [platform, partner, strict]: Company[] = []

  const company = (of: Company | undefined): Company => of as Company
  beforeAll(async () => {
    const env = { OPEN_ACCOUNTS: 'plivo' }
    joinery = await startSignInJoinery({ database, clock, workers: false, env })
    ;[platform, partner, strict] = await startThreeCompanies(joinery)
  })
  afterAll(async () => {
    for (const each of [platform, partner, strict]) await company(each).idp.close()
    await joinery.close()
  })

  const newcomer = createNewcomers()
  const aStranger = (of: Company | undefined, domain: string, more: object = {}) => newcomer(company(of), domain, more)
  const place = () => `${joinery.url}/auth/open`
  const link = ({ text }: Page, start: string): string =>
    new RegExp(`href="(${start}[^"]*)"`).exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  /** From the sign-in page to the form. */
  const come = async (browser: Browser): Promise<Page> => {
    const login = await browser.get(`${joinery.url}/auth/login`)
    const first = await browser.get(`${joinery.url}${link(login, '/auth/open')}`)
    return browser.follow(`${joinery.url}${link(first, '/auth/start/')}`)
  }
  const open = (browser: Browser, page: Page, more: Record<string, string> = {}): Promise<Page> =>
    browser.post(place(), { ...openingFormOf(page), name: 'Newcomer Ltd', ...more })
  const accounts = async (name: string): Promise<any[]> =>
    (await joinery.api.ok('GET', '/accounts?limit=200')).items.filter((each: any) => each.name === name)
  const isStranger = async (browser: Browser): Promise<void> =>
    expect((await sessionOf(joinery, browser)).status).toBe(401)

  it('plivo-1: a stranger signs in at the platform, opens an account, signs in once more, and owns it', async () => {
    const { email, sub } = aStranger(platform, 'newcomer.example', { name: 'Nora <b>New</b>' })
    const browser = createBrowser()
    const page = await come(browser)
    expect([page.status, page.url]).toEqual([200, place()])
    for (const told of ['Nora &lt;b&gt;New&lt;/b&gt;', email, company(platform).idp.issuer])
      expect(page.text).toContain(told)
    await isStranger(browser)

    const opened = await open(browser, page)
    expect([opened.status, opened.text]).toEqual([200, expect.stringContaining('Newcomer Ltd is open')])
    await isStranger(browser) // what was proven of him opened the account, and serves for nothing else
    await settle(joinery)
    await browser.follow(`${joinery.url}${link(opened, '/auth/start/')}`)
    const { body } = await sessionOf(joinery, browser)
    expect(body).toMatchObject({
      account: { name: 'Newcomer Ltd' },
      roles: ['owner'],
      member: { userName: email, email },
    })
    const links = `/accounts/${body.account.id}/members/${body.member.id}/identities`
    expect((await joinery.api.ok('GET', links)).items).toMatchObject([
      { connection: company(platform).connectionId, subject: sub },
    ])
    const visited = await auditOf(joinery, company(platform).accountId, 'account.opening_visited')
    expect(visited).toMatchObject([{ detail: { connection: company(platform).connectionId } }])
  })

  it('keeps the sign-in over a slip of typing, and spends it once', async () => {
    aStranger(platform, 'slip.example')
    const browser = createBrowser()
    const page = await come(browser)
    const again = await open(browser, page, { name: 'https://slip.example' })
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('no address of a page or a person')])
    const twins = [twinOf(browser), twinOf(browser)]
    const pages = await Promise.all(twins.map((each) => open(each, again, { name: 'Slip Ltd' })))
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 303])
    expect(await accounts('Slip Ltd')).toHaveLength(1)
    const late = await open(browser, again, { name: 'Slip Ltd' })
    expect([late.status, late.location]).toEqual([303, `${place()}?sent`])
    expect((await browser.walk(late)).text).toContain('your account may be open')
    expect(openingFormOf(page)).not.toHaveProperty('request')
    expect(await accounts('Slip Ltd')).toHaveLength(1)
  })

  it.each([
    ['an address that the sign-in has not verified', { email_verified: false }, 'Verify it where you sign in'],
    ['no address', { email: undefined }, 'Verify it where you sign in'],
    ['a personal address', { email: 'somebody@gmail.com' }, 'A work address is needed'],
  ])('refuses whoever has %s', async (_what, claims, told) => {
    aStranger(platform, 'claims.example', claims)
    const page = await come(createBrowser())
    expect([page.status, page.text]).toEqual([403, expect.stringContaining(told)])
  })

  it.each(['PUT', 'DELETE'])('tells a program that %s is not for the accounts, and what is', async (method) => {
    const headers = { 'Sec-Fetch-Site': 'same-origin' }
    const answer = await fetch(`${joinery.url}/auth/accounts`, { method, headers })
    expect([answer.status, answer.headers.get('allow'), answer.headers.get('content-type')]).toEqual([
      ...[405, 'GET, POST', 'application/problem+json'],
    ])
  })

  it('offers nothing to people of a company whose directory says who is there, and refuses them', async () => {
    aStranger(platform, 'strict.example')
    const browser = createBrowser()
    const page = await come(browser)
    expect(hasOpeningForm(page)).toBe(false)
    expect(page.text).toContain('You cannot open one by this sign-in')
    const id = await joinery.breakable.rows<{ id: string }>((db) =>
      db('visitors').orderBy('created_at', 'desc').limit(1),
    )
    const refused = await open(browser, page, { visitor: id[0]?.id ?? '', name: 'Strict too' })
    expect(refused.status).toBe(403)
    expect(await accounts('Strict too')).toEqual([])
    const lines = await auditOf(joinery, company(platform).accountId, 'account.opening_refused')
    expect(lines.at(-1)).toMatchObject({ detail: { rule: 'directory_owns_people' } })
  })

  it('is over after a quarter of an hour, by a sign-out, by a change of the settings, and in another browser', async () => {
    const over = async (browser: Browser, page: Page): Promise<void> => {
      const { status, text } = await browser.walk(await open(browser, page, { name: 'Over Ltd' }))
      expect([status < 404, text.includes('Over Ltd is open')]).toEqual([true, false])
    }
    const visit = async () => {
      aStranger(platform, 'over.example')
      const browser = createBrowser()
      return { browser, page: await come(browser) }
    }
    const late = await visit()
    clock.advance(16 * minute)
    await over(late.browser, late.page)
    const out = await visit()
    await out.browser.post(`${joinery.url}/auth/logout`, {})
    await over(out.browser, out.page)
    const other = await visit()
    await over(createBrowser(), other.page)
    const changed = await visit()
    clock.advance(1)
    const { issuer } = company(platform).idp
    await joinery.api.ok('PUT', company(platform).oidcPath, { issuer, clientId, clientSecret, platform: true })
    await over(changed.browser, changed.page)
    expect(await accounts('Over Ltd')).toEqual([])
  })

  it('opens nothing for somebody else who has signed in meanwhile in another tab', async () => {
    aStranger(platform, 'tabs.example')
    const browser = createBrowser()
    const page = await come(browser)
    aStranger(platform, 'tabs.example')
    browser.cookies.delete(new URL(company(platform).idp.issuer).origin)
    const other = await browser.follow(`${joinery.url}${link(page, '/auth/start/')}`)
    expect(openingFormOf(other).visitor).not.toBe(openingFormOf(page).visitor)
    const answer = await open(browser, page, { name: 'Of the first' })
    expect([answer.status, answer.location]).toEqual([303, `${place()}?sent`])
    expect(await accounts('Of the first')).toEqual([])
  })

  it('refuses whom the operator has suspended in the one account that knows him', async () => {
    const { sub, email } = aStranger(platform, 'known.example')
    const account = await joinery.api.ok('POST', '/accounts', {
      ...{ name: 'Known', catalog: 'plivo', owner: { userName: email, email } },
    })
    const member = `/accounts/${account.id}/members/${account.ownerId}`
    await joinery.api.ok('POST', `${member}/identities`, { connection: company(platform).connectionId, subject: sub })
    await joinery.api.ok('PATCH', member, { suspended: true })
    const browser = createBrowser()
    const answer = await open(browser, await come(browser), { name: 'Round about' })
    expect(answer.status).toBe(403)
    expect(await accounts('Round about')).toEqual([])
  })

  it('is a member at once where he comes by the sign-in of a company that makes people, and finds the form there', async () => {
    aStranger(partner, 'partner.example')
    const browser = createBrowser()
    const page = await browser.follow(`${company(partner).loginUrl}?return_to=/auth/open`)
    expect([page.url, hasOpeningForm(page)]).toEqual([place(), true])
    expect((await sessionOf(joinery, browser)).body.account.id).toBe(company(partner).accountId)
    aStranger(strict, 'strict.example')
    const unknown = await createBrowser().follow(`${company(strict).loginUrl}?return_to=/auth/open`)
    expect([unknown.status, unknown.text]).toEqual([403, expect.stringContaining('You have no access here')])
  })
})
