import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser, type Page } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { mailedToken } from '../support/invitations.ts'
import {
  auditOf,
  person,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** What signing in to take up an invitation leaves in a browser and in the database. */
describeOnBoth('what a visitor leaves behind', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let platform: Company
  let inviting: string
  let link: string
  let names = 0
  let email: string

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock })
    platform = await startCompany(joinery, { settings: { platform: true } })
    inviting = (await joinery.api.ok('POST', '/accounts', { name: 'Inviting Ltd', catalog: 'plivo' })).id
  })
  beforeEach(async () => {
    const stranger = person(`v${(names += 1)}`)
    email = stranger.email as string
    platform.idp.people.set(stranger.sub, stranger)
    platform.idp.next.sub = stranger.sub
    const invited = { email, roles: ['developer'] }
    const { id } = await joinery.api.ok('POST', `/accounts/${inviting}/invitations`, invited)
    link = `${joinery.url}/auth/invitations/${await mailedToken(joinery.api, inviting, id as string)}`
  })
  afterAll(async () => {
    await platform.idp.close()
    await joinery.close()
  })

  const visit = async (browser: Browser, place = new URL(link).pathname, stop?: (url: string) => boolean) => {
    const url = `${platform.loginUrl}?return_to=${encodeURIComponent(place)}`
    return browser.walk(await browser.get(url), stop)
  }
  const accept = (browser: Browser, page: Page): Promise<Page> =>
    browser.post(link, { visitor: /name="visitor" value="([^"]+)"/.exec(page.text)?.[1] ?? '' })
  const atIdp = (url: string): boolean => url.startsWith(platform.idp.issuer)

  it('ends with signing out: whoever comes to the browser next takes up nothing', async () => {
    const browser = createBrowser()
    const page = await visit(browser)
    expect(page.text).toContain('You have signed in as')
    const before = new Map(browser.cookies.get(joinery.url))
    expect((await browser.walk(await browser.post(`${joinery.url}/auth/logout`, {}))).text).toContain('signed out')
    // The cookie is gone, and one that was copied before is worth nothing.
    expect([...(browser.cookies.get(joinery.url) ?? [])]).toEqual([])
    browser.cookies.set(joinery.url, before)
    expect((await browser.get(link)).text).toContain('Sign in first')
    expect((await accept(browser, page)).status).toBe(303)
    const lines = await auditOf(joinery, inviting, 'invitation.left')
    expect(lines).toMatchObject([{ detail: { connection: platform.connectionId } }])
  })

  it('takes a sign-in under way with it', async () => {
    const browser = createBrowser()
    const toCallback = (url: string): boolean => url.includes('/auth/callback/')
    const { location } = await visit(browser, undefined, toCallback)
    await browser.post(`${joinery.url}/auth/logout`, {})
    const page = await browser.follow(location ?? '')
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('not begun')])
  })

  it('serves no more after a change of the settings, though it comes within one millisecond', async () => {
    const { issuer } = platform.idp
    const put = (scopes: string[]) =>
      joinery.api.ok('PUT', platform.oidcPath, { issuer, clientId: 'joinery', platform: true, scopes })
    const [one, other] = [createBrowser(), createBrowser()]
    await clock.still(async () => {
      await put(['openid', 'email', 'profile'])
      const page = await visit(one)
      await put(['openid', 'email'])
      expect((await accept(one, page)).status).toBe(403)
    })
    const again = await visit(other)
    await joinery.api.ok('DELETE', platform.oidcPath)
    const settings = { issuer, clientId: 'joinery', clientSecret: 'a-secret-of-the-client-0123456789' }
    await joinery.api.ok('PUT', platform.oidcPath, { ...settings, platform: true })
    expect((await accept(other, again)).status).toBe(303)
  })

  it.each(['?from=mail', '#top', '/', '/?a=1', ' upper', ' escaped', ' spoilt', ' both'])(
    'keeps no token in clear, however its page is spelt: %s',
    async (end) => {
      const { pathname } = new URL(link)
      const token = pathname.split('/').pop() ?? ''
      const spelt: Record<string, string> = {
        ' upper': pathname.replace('/auth/invitations', '/Auth/Invitations'),
        ' escaped': pathname.replace('invitations', '%69nvitation%73'),
        ' spoilt': `${pathname}%zz/more`,
        ' both': `${pathname.replace('invitations', '%69nvitations')}%zz`,
      }
      const browser = createBrowser()
      await visit(browser, spelt[end] ?? `${pathname}${end}`, atIdp)
      type Row = { return_to: string; sealed_invitation: string | null }
      const rows = await joinery.breakable.rows<Row>((db) => db('pending_sign_ins').select())
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.stringify(rows)).not.toContain(token)
      await joinery.breakable.run((db) => db('pending_sign_ins').delete())
    },
  )

  it('is still for the invitation where its link came with a query', async () => {
    const page = await visit(createBrowser(), `${new URL(link).pathname}?utm_source=mail`)
    expect([page.url, page.text]).toEqual([link, expect.stringContaining('You have signed in as')])
  })

  it('is shown the way on when the link of an accepted invitation is opened again', async () => {
    const browser = createBrowser()
    await accept(browser, await visit(browser))
    const { items } = await joinery.api.ok('GET', `/accounts/${inviting}/invitations?state=awaiting_confirmation`)
    const { id, claim } = items.find((each: { email: string }) => each.email === email)
    const seen = { issuer: claim.issuer, subject: claim.subject }
    await joinery.api.ok('POST', `/accounts/${inviting}/invitations/${id}/confirm`, seen)
    expect((await browser.get(link)).text).toMatch(/taken up already[^]*href="\/auth\/login">Sign in</)
    await browser.follow(`${platform.loginUrl}?account=${inviting}`)
    expect((await browser.get(link)).text).toMatch(/taken up already[^]*href="\/console">Go to your accounts</)
  })
})

describeOnBoth('what a stranger reaches under /auth', (database) => {
  let joinery: SignInJoinery
  let company: Company
  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
    company = await startCompany(joinery)
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  it.each(['/auth', '/auth/nowhere', '/auth/keys', '/console/nowhere'])(
    'is a plain page where there is none: %s',
    async (path) => {
      const page = await createBrowser().get(`${joinery.url}${path}`)
      expect([page.status, page.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8'])
      expect(page.text).toMatch(/There is no such page[^]*href="\/auth\/login"/)
    },
  )

  it('writes nothing of his own into the audit log by iss', async () => {
    const text = 'https://evil.example/\u0007‮ say this to your administrator'
    const page = await createBrowser().get(`${company.loginUrl}?iss=${encodeURIComponent(text)}`)
    expect(page.status).toBe(400)
    expect(page.text).toMatch(/an issuer \(iss\) that is not the one of this sign-in[^]*leaves iss out of it/)
    expect(page.text).not.toMatch(/evil|answer/)
    const [line] = await auditOf(joinery, company.accountId, 'sign_in.refused')
    expect(line?.detail).toEqual({ refusal: 'other_issuer', parameter: 'iss' })
  })
})
