import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser, type Page } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { forgeTokens, type Told } from '../support/forged-tokens.ts'
import { okta } from '../support/idp.ts'
import { signingKey } from '../support/openid-provider.ts'
import {
  auditOf,
  clientSecret,
  person,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

describeOnBoth('a sign-in that is refused', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let company: Company
  let other: Company
  let annId: string
  let browser: Browser
  let before: number

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock })
    company = await startCompany(joinery, {
      people: [
        ...[person('ann'), person('nobody'), person('gmail', { email: 'gmail@gmail.com' })],
        person('upn', { upn: 'somebody_gmail.com#EXT#@corp.onmicrosoft.com' }),
        person('over', { session_expiry: 1000 }),
      ],
    })
    other = await startCompany(joinery, { people: [person('ann')] })
    annId = await push(company, 'ann')
    await push(company, 'gmail')
    await push(company, 'upn')
    await push(company, 'over')
  })
  afterAll(async () => {
    await company.idp.close()
    await other.idp.close()
    await joinery.close()
  })
  beforeEach(async () => {
    browser = createBrowser()
    before = (await auditOf(joinery, company.accountId, 'sign_in.refused')).length
  })
  afterEach(() => {
    company.idp.intercept = null
    company.idp.next.decline = false
  })

  /** The URL that the IdP sends the browser back to. */
  async function callback(of = company, name = 'ann', by = browser): Promise<string> {
    of.idp.next.sub = `00u${name}`
    const page = await by.follow(of.loginUrl, (url) => url.includes('/auth/callback/'))
    if (page.location === null) throw new Error(`no callback: ${page.status} ${page.text}`)
    return page.location
  }

  const changed = (url: string, change: (params: URLSearchParams) => void): string => {
    const next = new URL(url)
    change(next.searchParams)
    return next.href
  }

  /** A plain page, no session, and one audit line that says why. */
  async function refused(page: Page, status: number, refusal: string, by = browser): Promise<void> {
    await refusedAt(company, page, status, [refusal], { by, before })
  }

  /** The same at another company, with what it was refused for so far. */
  async function refusedAt(
    { accountId }: Company,
    page: Page,
    status: number,
    refusals: string[],
    { by = browser, before = 0 } = {},
  ): Promise<void> {
    expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
    expect(page.text).toMatch(/<h1>[^<]+<\/h1>/)
    expect(page.text).not.toMatch(/undefined|\[object|Error:/)
    expect((await sessionOf(joinery, by)).status).toBe(401)
    const lines = await auditOf(joinery, accountId, 'sign_in.refused')
    expect(lines.slice(before).map(({ detail }) => detail.refusal)).toEqual(refusals)
  }

  it('bad state', async () => {
    const url = changed(await callback(), (params) => params.set('state', 'x'.repeat(43)))
    await refused(await browser.follow(url), 400, 'not_begun_here')
  })

  it('no state at all', async () => {
    const url = changed(await callback(), (params) => params.delete('state'))
    await refused(await browser.follow(url), 400, 'not_begun_here')
  })

  it('a state that comes twice', async () => {
    const url = changed(await callback(), (params) => params.append('state', 'x'))
    await refused(await browser.follow(url), 400, 'not_begun_here')
  })

  it('an unsolicited callback, without anything begun', async () => {
    const url = `${joinery.url}/auth/callback/${company.connectionId}?code=abc&state=abc&iss=${company.idp.issuer}`
    await refused(await browser.follow(url), 400, 'not_begun_here')
  })

  it('a callback in another browser than the one that began: somebody else’s sign-in', async () => {
    const url = await callback()
    const stranger = createBrowser()
    await refused(await stranger.follow(url), 400, 'not_begun_here', stranger)
  })

  it('a replayed callback, whose first use was good', async () => {
    const url = await callback()
    expect((await browser.follow(url)).status).toBe(200)
    const { body } = await sessionOf(joinery, browser)
    const page = await browser.get(url)
    expect((await sessionOf(joinery, browser)).body.startedAt).toBe(body.startedAt) // which that one stays
    browser.cookies.clear()
    await refused(page, 400, 'not_begun_here')
  })

  it('the same callback many times at once: one session at most', async () => {
    const url = await callback()
    const pages = await Promise.all(Array.from({ length: 8 }, () => browser.get(url)))
    expect(pages.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 7 }, () => 400)])
  })

  it('later than ten minutes', async () => {
    const url = await callback()
    clock.advance(10 * 60_000 + 1000)
    await refused(await browser.follow(url), 400, 'too_late')
  })

  it('mixed-up connections: the answer of one comes to the callback of another', async () => {
    const url = new URL(await callback(other, 'ann'))
    url.pathname = `/auth/callback/${company.connectionId}`
    await refused(await browser.follow(url.href), 400, 'connection_mixed_up')
  })

  it('a wrong iss in the answer (RFC 9207)', async () => {
    const url = changed(await callback(), (params) => params.set('iss', other.idp.issuer))
    await refused(await browser.follow(url), 400, 'response_invalid')
  })

  it('an answer without the iss that the IdP says it sends', async () => {
    const url = changed(await callback(), (params) => params.delete('iss'))
    await refused(await browser.follow(url), 400, 'response_invalid')
  })

  it('a forged code', async () => {
    const url = changed(await callback(), (params) => params.set('code', 'x'.repeat(43)))
    await refused(await browser.follow(url), 400, 'code_refused')
  })

  it('neither a code nor an error', async () => {
    const url = changed(await callback(), (params) => params.delete('code'))
    const page = await browser.follow(url)
    await refused(page, 400, 'response_invalid')
  })

  it('the person declined at the IdP', async () => {
    company.idp.next.decline = true
    await refused(await browser.follow(company.loginUrl), 403, 'declined_by_idp')
  })

  const forgeries: [string, number, string, (told: Told) => void][] = [
    ['bad nonce', 400, 'token_invalid', ({ claims }) => (claims.nonce = 'another')],
    ['no nonce', 400, 'token_invalid', ({ claims }) => delete claims.nonce],
    ['wrong iss in the token', 400, 'token_invalid', ({ claims }) => (claims.iss = other.idp.issuer)],
    ['wrong aud', 400, 'token_invalid', ({ claims }) => (claims.aud = 'somebody-else')],
    [
      'an aud of several without azp',
      400,
      'token_invalid',
      ({ claims }) => (claims.aud = ['joinery', 'somebody-else']),
    ],
    [
      'an aud of several, ours by azp too',
      400,
      'token_invalid',
      ({ claims }) => Object.assign(claims, { aud: ['joinery', 'somebody-else'], azp: 'joinery' }),
    ],
    ['expired token', 400, 'token_invalid', ({ claims }) => Object.assign(claims, { iat: 1000, exp: 2000 })],
    ['no sub', 400, 'token_invalid', ({ claims }) => delete claims.sub],
    ['a sub of 256 characters', 400, 'token_invalid', ({ claims }) => (claims.sub = 'x'.repeat(256))],
    ['a sub with a NUL', 400, 'token_invalid', ({ claims }) => (claims.sub = '00uann\u0000')],
    ['an unknown kid', 400, 'token_invalid', ({ header }) => (header.kid = 'unknown')],
  ]
  it.each(forgeries)('%s', async (_name, status, refusal, change) => {
    const url = await callback()
    forgeTokens(company.idp, company.key, { change })
    await refused(await browser.follow(url), status, refusal)
  })

  it('alg none', async () => {
    const url = await callback()
    forgeTokens(company.idp, company.key, { unsigned: true })
    await refused(await browser.follow(url), 400, 'token_invalid')
  })

  it('HS256 by the client secret', async () => {
    const url = await callback()
    forgeTokens(company.idp, company.key, { hmac: clientSecret })
    await refused(await browser.follow(url), 400, 'token_invalid')
  })

  it('a signature by another key under the known kid', async () => {
    const url = await callback()
    forgeTokens(company.idp, company.key, { key: await signingKey('first') })
    await refused(await browser.follow(url), 400, 'token_invalid')
  })

  it('somebody whom the directory has not told of: authority scim creates nobody, and says so', async () => {
    const page = await signIn(company, 'nobody', browser)
    await refused(page, 403, 'not_provisioned')
    expect(page.text).toContain('this sign-in creates nobody')
  })

  it('a personal address, although the directory knows the person', async () => {
    await refused(await signIn(company, 'gmail', browser), 403, 'not_a_work_address')
  })

  it('a personal address hidden in a guest’s upn', async () => {
    await refused(await signIn(company, 'upn', browser), 403, 'not_a_work_address')
  })

  it('a session that the IdP has ended already (session_expiry)', async () => {
    await refused(await signIn(company, 'over', browser), 403, 'session_over')
  })

  it('a sign-in at the IdP that is older than the connection takes (max_age), or is not dated at all', async () => {
    const { issuer } = company.idp
    await joinery.api.ok('PUT', company.oidcPath, { issuer, clientId: 'joinery', maxAgeSeconds: 60 })
    const now = Math.floor(Date.now() / 1000)
    for (const auth_time of [now - 3600, undefined, 'now']) {
      forgeTokens(company.idp, company.key, { change: ({ claims }) => Object.assign(claims, { auth_time }) })
      await refused(await signIn(company, 'ann', browser), 400, 'token_invalid')
      before += 1
    }
    forgeTokens(company.idp, company.key, { change: ({ claims }) => Object.assign(claims, { auth_time: now }) })
    expect((await signIn(company, 'ann', createBrowser())).status).toBe(200)
    await joinery.api.ok('PUT', company.oidcPath, { issuer, clientId: 'joinery' })
  })

  it('a sign-in that was switched off between redirect and callback', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    const url = await callback(own)
    const settings = { issuer: own.idp.issuer, clientId: 'joinery' }
    await joinery.api.ok('PUT', own.oidcPath, { ...settings, enabled: false })
    await refusedAt(own, await browser.follow(url), 403, ['not_available'])
    const twice = ['not_available', 'not_available']
    await refusedAt(own, await browser.follow(own.loginUrl), 403, twice)
    await joinery.api.ok('DELETE', own.oidcPath)
    await refusedAt(own, await browser.follow(own.loginUrl), 403, twice) // it is nobody's sign-in then
    await own.idp.close()
  })

  it('a sign-in that was switched off while the IdP was asked for the token', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    const url = await callback(own)
    const settings = { issuer: own.idp.issuer, clientId: 'joinery', enabled: false }
    forgeTokens(own.idp, own.key, { before: () => joinery.api.ok('PUT', own.oidcPath, settings) })
    await refusedAt(own, await browser.follow(url), 403, ['not_available'])
    await own.idp.close()
  })

  it('not by a client secret that is changed meanwhile; by another pair, yes', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    const settings = { issuer: own.idp.issuer, clientId: 'joinery', clientSecret }
    const meanwhile = async (change: object): Promise<number> => {
      const url = await callback(own)
      forgeTokens(own.idp, own.key, { before: () => joinery.api.ok('PUT', own.oidcPath, { ...settings, ...change }) })
      return (await browser.get(url)).status
    }
    clock.advance(1000)
    expect(await meanwhile({})).toBe(303)
    clock.advance(1000)
    expect(await meanwhile({ pair: { attribute: 'externalId', claim: 'employee' } })).toBe(403)
    await own.idp.close()
  })

  it('an IdP that cannot be reached, at either step', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    const url = await callback(own)
    await own.idp.close()
    await refusedAt(own, await browser.follow(url), 503, ['idp_unreachable'])
    clock.advance(6 * 60_000) // what it published of itself is not kept any more
    await refusedAt(own, await browser.follow(own.loginUrl), 503, ['idp_unreachable', 'idp_unreachable'])
  })

  it('a suspended member, at each step (CVE-2025-53942): before, on the way, at the token, and in the session', async () => {
    const active = (wanted: boolean): Promise<unknown> =>
      company.scim('PATCH', `/Users/${annId}`, okta.setActive(wanted))
    await active(false)
    await refused(await signIn(company, 'ann', browser), 403, 'suspended')

    await active(true)
    before += 1
    const onTheWay = await callback()
    await active(false)
    await refused(await browser.follow(onTheWay), 403, 'suspended')

    await active(true)
    before += 1
    const atTheToken = await callback()
    forgeTokens(company.idp, company.key, { before: () => active(false) })
    await refused(await browser.follow(atTheToken), 403, 'suspended')

    company.idp.intercept = null
    await active(true)
    expect((await signIn(company, 'ann', browser)).status).toBe(200)
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    await active(false)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await active(true)
  })
})
