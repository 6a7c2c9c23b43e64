import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser, type Page } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { as, mailedToken } from '../support/invitations.ts'
import { operator } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'
import { logoutToken, revocationToken, revocationUrl, sendLogout, sendRevocation } from '../support/signals.ts'
import {
  auditOf,
  clientId,
  proveDomain,
  push,
  sessionOf,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'
import { createNewcomers, startThreeCompanies } from '../support/three-companies.ts'

const minute = 60_000

describeOnBoth('somebody invited who is a member of nothing', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  /** The platform's own sign-in, a company that lets its sign-in create people, and one whose directory does. */
  let [platform, partner, strict]: Company[] = []
  let inviting: string
  let inviter: { accountId: string; memberId: string }

  const company = (of: Company | undefined): Company => of as Company
  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock, workers: false })
    ;[platform, partner, strict] = await startThreeCompanies(joinery)
  })
  beforeEach(async () => {
    const owner = { userName: 'olga@inviting.example', email: 'olga@inviting.example' }
    const account = await joinery.api.ok('POST', '/accounts', {
      ...{ name: 'Inviting Ltd', catalog: 'plivo', owner, entitlements: ['role-management'] },
    })
    inviting = account.id
    inviter = { accountId: inviting, memberId: account.ownerId }
    await settle(joinery)
  })
  afterAll(async () => {
    for (const each of [platform, partner, strict]) await company(each).idp.close()
    await joinery.close()
  })

  const prove = (of: Company, domain: string): Promise<void> => proveDomain(joinery, of.accountId, domain)
  const aStranger = createNewcomers()
  const invited = async (email: string, issuer?: string): Promise<{ id: string; link: string }> => {
    const command = { accountId: inviting, email, roles: ['developer'], publicUrl: joinery.url, issuer }
    const { id } = await joinery.runtime.app.invite(as(inviter), command)
    await joinery.runtime.app.sendMail(
      { actor: { kind: 'system', part: 'mail' }, id: 'test' },
      { limit: 10, leaseMs: 10_000, random: Math.random },
    )
    return { id, link: `${joinery.url}/auth/invitations/${await mailedToken(joinery.api, inviting, id)}` }
  }
  /** The form of an invitation's page, filled in, up to the page that it ends at. */
  const signInFor = async (link: string, hint: string, browser: Browser, stop?: (url: string) => boolean) => {
    const form = { hint, return_to: new URL(link).pathname }
    return browser.walk(await browser.post(`${joinery.url}/auth/login`, form), stop)
  }
  const visitorOf = ({ text }: Page): string => /name="visitor" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const accept = (link: string, page: Page, browser: Browser) => browser.post(link, { visitor: visitorOf(page) })
  const stateOf = async (id: string) => joinery.api.ok('GET', `/accounts/${inviting}/invitations/${id}`)
  const isStranger = async (browser: Browser): Promise<void> =>
    expect((await sessionOf(joinery, browser)).status).toBe(401)

  it('plivo-3: signs in at the platform, sees who invites him to what, and comes in once the inviter has confirmed', async () => {
    const { sub, email } = aStranger(company(platform), 'guest.example', { name: 'Gustav <b>Guest</b>' })
    const { id, link } = await invited(email)
    const browser = createBrowser()
    const before = await browser.get(link)
    for (const told of ['Inviting Ltd invites you', 'olga@inviting.example', 'Developer', email, 'Sign in'])
      expect(before.text).toContain(told)

    const page = await signInFor(link, email, browser)
    expect([page.status, page.url]).toEqual([200, link])
    expect(page.text).toContain('Accept as Gustav &lt;b&gt;Guest&lt;/b&gt;')
    expect(page.text).toContain(company(platform).idp.issuer)
    await isStranger(browser)
    expect(await stateOf(id)).toMatchObject({ state: 'pending' })

    const taken = await accept(link, page, browser)
    expect([taken.status, taken.text]).toEqual([200, expect.stringContaining('Waiting for confirmation')])
    await isStranger(browser)
    const { claim } = await stateOf(id)
    expect(claim).toMatchObject({ issuer: company(platform).idp.issuer, subject: sub, claimedEmail: email })
    expect(claim).toMatchObject({ provenEmail: null, doubts: ['address_not_proven', 'issuer_not_named'] })
    const seen = { accountId: inviting, invitationId: id, issuer: claim.issuer, subject: claim.subject }
    await joinery.runtime.app.confirmInvitation(as(inviter), seen)
    await settle(joinery)
    await browser.follow(`${company(platform).loginUrl}?account=${inviting}`)
    expect((await sessionOf(joinery, browser)).body).toMatchObject({ account: { id: inviting }, roles: ['developer'] })
    const lines = await auditOf(joinery, inviting, 'invitation.visited')
    expect(lines).toMatchObject([{ target: id, detail: { connection: company(platform).connectionId } }])
  })

  it('plivo-3: whose invitation is revoked before its mail went out gets none', async () => {
    const mails = async (id: string) =>
      ((await joinery.api.ok('GET', `/mail?account=${inviting}`)).items as { about: string; state: string }[])
        .filter(({ about }) => about === id)
        .map(({ state }) => state)
    const command = { accountId: inviting, roles: ['developer'], publicUrl: joinery.url }
    const [kept, dropped] = [
      await joinery.runtime.app.invite(as(inviter), { ...command, email: 'kept@guest.example' }),
      await joinery.runtime.app.invite(as(inviter), { ...command, email: 'dropped@guest.example' }),
    ]
    await joinery.runtime.app.revokeInvitation(as(inviter), { accountId: inviting, invitationId: dropped.id })
    await joinery.runtime.app.sendMail(
      { actor: { kind: 'system', part: 'mail' }, id: 'test' },
      { limit: 10, leaseMs: 10_000, random: Math.random },
    )
    expect([await mails(kept.id), await mails(dropped.id)]).toEqual([['sent'], ['dropped']])
  })

  it('finds the sign-in of his company by his domain, makes nobody there, and lets him in where the issuer was named', async () => {
    const at = company(partner)
    const { email } = aStranger(at, 'partner.example')
    const { id, link } = await invited(email, at.idp.issuer)
    const browser = createBrowser()
    const page = await signInFor(link, email, browser)
    const taken = await accept(link, page, browser)
    expect([taken.status, taken.text]).toEqual([200, expect.stringContaining('You are in')])
    expect(await stateOf(id)).toMatchObject({ state: 'accepted' })
    expect((await joinery.api.ok('GET', `/accounts/${at.accountId}/members`)).items).toEqual([])

    await isStranger(browser) // what was proven for the invitation serves for nothing else
    const start = /href="([^"]*\/auth\/start\/[^"]*)"/.exec(taken.text)?.[1] ?? ''
    await settle(joinery)
    expect((await browser.follow(`${new URL(link).origin}${start}`)).status).toBe(200)
    expect((await sessionOf(joinery, browser)).body).toMatchObject({ account: { id: inviting }, roles: ['developer'] })
  })

  it('signs in by the sign-in of the account that invites, where it has one, and is let in at once where that proves him', async () => {
    const own = await startCompany(joinery, {
      settings: { authority: 'jit', defaultRole: 'support' },
      account: inviting,
    })
    await prove(own, 'inviting.example')
    const proven = aStranger(own, 'inviting.example')
    const { id, link } = await invited(proven.email)
    const browser = createBrowser()
    const page = await signInFor(link, 'somebody@partner.example', browser) // his domain is another company's
    expect(page.text).toContain(own.idp.issuer)
    expect((await accept(link, page, browser)).text).toContain('You are in')
    const { member } = await stateOf(id)
    const joined = await joinery.api.ok('GET', `/accounts/${inviting}/members/${member}`)
    await settle(joinery)
    expect(joined).toMatchObject({ email: proven.email, status: 'active' })
    await browser.follow(own.loginUrl)
    expect((await sessionOf(joinery, browser)).body).toMatchObject({ member: { id: member }, roles: ['developer'] })
    await own.idp.close()
  })

  it('is nobody where a directory says who is there: unknown to it, removed from it or suspended by it', async () => {
    const at = company(strict)
    const stranger = aStranger(at, 'strict.example')
    const { link } = await invited(stranger.email)
    expect((await signInFor(link, stranger.email, createBrowser())).text).toContain('You have no access here')

    for (const [more, told] of [
      [{ active: false }, 'Your access is suspended'],
      [{}, 'You have no access here any more'],
    ] as const) {
      const { sub, email } = aStranger(at, 'strict.example')
      const id = await push(at, sub.slice(3), { externalId: sub, userName: email, ...more })
      if (!('active' in more)) await at.scim('DELETE', `/Users/${id}`)
      const browser = createBrowser()
      const page = await signInFor((await invited(email)).link, email, browser)
      expect([page.status, page.text]).toEqual([403, expect.stringContaining(told)])
      await isStranger(browser)
    }
  })

  it('is bound to his browser: another one that holds the same link has no visitor, and cannot accept as him', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(email)
    const page = await signInFor(link, email, createBrowser())
    const other = createBrowser()
    expect(visitorOf(await other.get(link))).toBe('')
    expect(await accept(link, page, other)).toMatchObject({ status: 303, location: link })
    await other.get(company(platform).loginUrl) // with a cookie of its own
    expect(await accept(link, page, other)).toMatchObject({ status: 303, location: link })
    expect(await stateOf(id)).toMatchObject({ state: 'pending', claim: null })
  })

  it('accepts once, however many tabs ask', async () => {
    const { sub, email } = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(email)
    const browser = createBrowser()
    const page = await signInFor(link, email, browser)
    const answers = await Promise.all(Array.from({ length: 4 }, () => accept(link, page, browser)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 303, 303, 303])
    expect(await stateOf(id)).toMatchObject({ claim: { subject: sub } })
    expect(await auditOf(joinery, inviting, 'invitation.waits')).toHaveLength(1)
    const again = await browser.get(link)
    expect(again.text).toContain('waits for whoever invited')
  })

  it('has two tabs at once with two invitations, and takes each up', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const [one, two] = [await invited(email), await invited(`other-${email}`)]
    const browser = createBrowser()
    const atIdp = (url: string): boolean => url.includes('/auth/callback/')
    const halves = [await signInFor(one.link, email, browser, atIdp), await signInFor(two.link, email, browser, atIdp)]
    for (const [half, { id, link }] of [
      [halves[1], two],
      [halves[0], one],
    ] as const) {
      const page = await browser.walk(half as Page)
      expect(page.url).toBe(link)
      expect((await accept(link, page, browser)).status).toBe(200)
      expect(await stateOf(id)).toMatchObject({ state: 'awaiting_confirmation' })
    }
  })

  it('shows the page again where somebody else has signed in meanwhile in another tab', async () => {
    const first = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(first.email)
    const browser = createBrowser()
    const page = await signInFor(link, first.email, browser)
    aStranger(company(platform), 'guest.example')
    browser.cookies.delete(company(platform).idp.issuer)
    const later = await signInFor(link, first.email, browser)
    expect(visitorOf(later)).not.toBe(visitorOf(page))
    expect(await accept(link, page, browser)).toMatchObject({ status: 303, location: link })
    expect(await stateOf(id)).toMatchObject({ state: 'pending', claim: null })
    expect((await accept(link, later, browser)).status).toBe(200)
  })

  it('signs in again after a quarter of an hour, and what is over is cleared away', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const { link } = await invited(email)
    const browser = createBrowser()
    const page = await signInFor(link, email, browser)
    clock.advance(15 * minute)
    expect(visitorOf(await browser.get(link))).toBe('')
    expect(await accept(link, page, browser)).toMatchObject({ status: 303 })
    await joinery.runtime.app.purgeSignIns({ actor: { kind: 'system', part: 'housekeeping' }, id: 'x' }, { limit: 100 })
    expect(await joinery.breakable.rows((db) => db('visitors'))).toEqual([])
  })

  it('is told that the invitation is over, whenever it was taken back or sent again', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(email)
    const browser = createBrowser()
    const half = await signInFor(link, email, browser, (url) => url.includes('/auth/callback/'))
    const resent = { accountId: inviting, invitationId: id, publicUrl: joinery.url }
    await joinery.runtime.app.resendInvitation(as(inviter), resent)
    const page = await browser.walk(half)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('This invitation does not open')])
    await isStranger(browser)
    const refused = await auditOf(joinery, company(platform).accountId, 'sign_in.refused')
    expect(refused.at(-1)).toMatchObject({ detail: { refusal: 'invitation_over' } })
    for (const dead of [await browser.get(link), await signInFor(link, email, browser)])
      expect([dead.status, dead.text]).toEqual([403, expect.stringContaining('This invitation does not open')])
    const start = `${company(platform).loginUrl}?return_to=${new URL(link).pathname}`
    expect((await browser.follow(start)).text).toContain('This invitation does not open')
  })

  it('is refused when his sign-in was changed or switched off before he accepts, with a line', async () => {
    const at = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support' } })
    await prove(at, 'fickle.example')
    const put = (more: object) =>
      joinery.api.ok('PUT', at.oidcPath, {
        ...{ issuer: at.idp.issuer, clientId, authority: 'jit', defaultRole: 'support' },
        ...more,
      })
    for (const [change, told] of [
      [() => put({ scopes: ['openid', 'email'] }), 'This sign-in was changed meanwhile'],
      [() => put({ enabled: false }), 'This sign-in is not available'],
    ] as const) {
      const { email } = aStranger(at, 'fickle.example')
      const { id, link } = await invited(email)
      const browser = createBrowser()
      const page = await signInFor(link, email, browser)
      clock.advance(minute)
      await change()
      const taken = await accept(link, page, browser)
      expect([taken.status, taken.text]).toEqual([403, expect.stringContaining(told)])
      expect(await stateOf(id)).toMatchObject({ state: 'pending', claim: null })
    }
    const lines = await auditOf(joinery, inviting, 'sign_in.refused')
    expect(lines.map(({ detail }) => detail.refusal)).toEqual(['settings_changed', 'not_available'])
    await at.idp.close()
  })

  it('is refused by a personal address, and while the account that invites is suspended, with a line', async () => {
    const personal = aStranger(company(platform), 'gmail.com')
    const first = await invited('meant@guest.example')
    const page = await signInFor(first.link, personal.email, createBrowser())
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('A work address is needed')])

    const { email } = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(email)
    const browser = createBrowser()
    const shown = await signInFor(link, email, browser)
    await joinery.runtime.app.suspendAccount(operator, { accountId: inviting, suspended: true })
    const taken = await accept(link, shown, browser)
    expect([taken.status, taken.text]).toEqual([403, expect.stringContaining('the account is suspended')])
    expect(await auditOf(joinery, inviting, 'invitation.refused')).toMatchObject([
      { target: id, detail: { rule: 'account_suspended' } },
    ])
  })

  it('is a visitor no more once his IdP has signed him out', async () => {
    const at = company(platform)
    const { sub, email } = aStranger(at, 'guest.example')
    const { link } = await invited(email)
    const browser = createBrowser()
    const page = await signInFor(link, email, browser)
    expect(await sendLogout(joinery.url, at, await logoutToken(at, clock.now(), sub))).toBe(200)
    expect(await accept(link, page, browser)).toMatchObject({ status: 303, location: link })
  })

  it('is a visitor no more by Universal Logout either, though he is a member of nothing', async () => {
    const at = company(platform)
    const { sub, email } = aStranger(at, 'guest.example')
    const { link } = await invited(email)
    const browser = createBrowser()
    const page = await signInFor(link, email, browser)
    const revoke = async (subject: string): Promise<number> => {
      const token = await revocationToken(at, clock.now(), revocationUrl(joinery.url, at))
      return sendRevocation(joinery.url, at, token, subject)
    }
    expect(await revoke('00unobody')).toBe(404)
    expect(await revoke(sub)).toBe(204)
    expect(await accept(link, page, browser)).toMatchObject({ status: 303, location: link })
    expect(await revoke(sub)).toBe(404)
  })

  it('lies hashed and sealed: neither the link nor what the IdP said of him is to be read in the database', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const { link } = await invited(email)
    const secret = link.slice(-43)
    await signInFor(link, email, createBrowser(), (url) => url.includes('/auth/callback/'))
    await signInFor(link, email, createBrowser())
    const read = async (table: string) => JSON.stringify(await joinery.breakable.rows((db) => db(table)))
    for (const table of ['pending_sign_ins', 'visitors']) {
      const text = await read(table)
      expect(text).not.toBe('[]')
      for (const hidden of [secret, email]) expect(text).not.toContain(hidden)
    }
  })

  it('is one of ten at most for one invitation; the oldest goes', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const { id, link } = await invited(email)
    const browsers = Array.from({ length: 12 }, () => createBrowser())
    for (const browser of browsers) {
      await signInFor(link, email, browser)
      clock.advance(1000)
    }
    const shown = await Promise.all(browsers.map(async (browser) => visitorOf(await browser.get(link)) !== ''))
    expect(shown).toEqual([false, false, ...Array.from({ length: 10 }, () => true)])
    expect(await joinery.breakable.rows((db) => db('visitors').where({ invitation_id: id }))).toHaveLength(10)
  })

  it('who is a member elsewhere gets his session there by the same way, and accepts by it', async () => {
    const { email } = aStranger(company(platform), 'guest.example')
    const owner = { userName: 'x@elsewhere.example', email: 'x@elsewhere.example' }
    const home = await joinery.api.ok('POST', '/accounts', { name: 'Elsewhere', catalog: 'plivo', owner })
    const identities = `/accounts/${home.id}/members/${home.ownerId}/identities`
    const subject = company(platform).idp.next.sub
    await joinery.api.ok('POST', identities, { connection: company(platform).connectionId, subject })
    const browser = createBrowser()
    const { link } = await invited(email)
    const stranger = aStranger(company(platform), 'guest.example')
    expect(visitorOf(await signInFor(link, stranger.email, browser))).not.toBe('')
    browser.cookies.delete(company(platform).idp.issuer)
    company(platform).idp.next.sub = subject
    const page = await signInFor(link, email, browser)
    expect(page.text).toContain('You are signed in as <strong>x@elsewhere.example</strong> of Elsewhere')
    const suspended = { accountId: home.id, memberId: home.ownerId, suspended: true }
    await joinery.runtime.app.suspendMember(operator, suspended)
    const shut = await signInFor(link, email, browser)
    expect(visitorOf(shut)).not.toBe('') // barred there, which says nothing of here; but the operator's word holds everywhere
    const taken = await accept(link, shut, browser)
    expect([taken.status, taken.text]).toEqual([403, expect.stringContaining('you are suspended')])
    expect(await auditOf(joinery, inviting, 'invitation.refused')).toMatchObject([{ detail: { rule: 'suspended' } }])
  })
})
