import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { forgeTokens } from '../support/forged-tokens.ts'
import { okta } from '../support/idp.ts'
import { signingKey } from '../support/openid-provider.ts'
import {
  auditOf,
  clientId,
  person,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

describeOnBoth('sign-in at a real OpenID provider', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let company: Company

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock })
    const people = [...['ann', 'bob', 'cyd', 'dee'].map((name) => person(name)), person('short', { session_expiry: 0 })]
    company = await startCompany(joinery, { people })
    for (const name of ['ann', 'bob', 'dee', 'short']) await push(company, name)
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  it('lets a provisioned person in: a session with member, account and what the IdP said of the sign-in', async () => {
    const browser = createBrowser()
    const page = await signIn(company, 'ann', browser)
    expect([page.status, page.url]).toEqual([200, `${joinery.url}/console`])
    expect(page.text).toContain('ann@corp.example')
    const { status, body } = await sessionOf(joinery, browser)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      member: { userName: 'ann@corp.example', email: 'ann@corp.example' },
      account: { id: company.accountId },
      signIn: { connection: company.connectionId, acr: 'loa2', amr: ['pwd', 'otp'] },
    })
    expect((await auditOf(joinery, company.accountId, 'sign_in.completed')).at(-1)?.member_id).toBe(body.member.id)
  })

  it('asks with PKCE, state and nonce, at a callback of the connection’s own', async () => {
    const page = await createBrowser().get(company.loginUrl)
    const asked = new URL(page.location ?? '').searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ response_type: 'code', client_id: clientId, code_challenge_method: 'S256' },
      redirect_uri: `${joinery.url}/auth/callback/${company.connectionId}`,
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/)
  })

  it('finishes two sign-ins that were begun in two tabs of one browser, in either order', async () => {
    const browser = createBrowser()
    const toCallback = async (name: string): Promise<string> => {
      company.idp.next.sub = `00u${name}`
      browser.cookies.delete(company.idp.issuer)
      const page = await browser.follow(company.loginUrl, (url) => url.includes('/auth/callback/'))
      return page.location ?? ''
    }
    const [first, second] = [await toCallback('ann'), await toCallback('bob')]
    expect((await browser.follow(second)).text).toContain('bob@corp.example')
    expect((await browser.follow(first)).text).toContain('ann@corp.example')
    expect((await sessionOf(joinery, browser)).body.member.userName).toBe('ann@corp.example')
  })

  it('begins where a third party starts one: by the issuer at /auth/login, or at the connection’s own URL', async () => {
    company.idp.next.sub = '00uann'
    for (const start of [`${joinery.url}/auth/login`, company.loginUrl]) {
      const query = new URLSearchParams({ iss: company.idp.issuer, target_link_uri: `${joinery.url}/console?tab=1` })
      const page = await createBrowser().follow(`${start}?${query.toString()}`)
      expect([page.status, page.url]).toEqual([200, `${joinery.url}/console?tab=1`])
    }
    const foreign = await createBrowser().follow(`${company.loginUrl}?iss=https%3A%2F%2Fother.example`)
    expect(foreign.status).toBe(400)
  })

  it('begins where a third party posts a form too (OpenID Connect Core 1.0, 4), and ends nothing that is under way', async () => {
    company.idp.next.sub = '00uann'
    const browser = createBrowser()
    const another = await browser.follow(company.loginUrl, (url) => url.includes('/auth/callback/'))
    const form = { iss: company.idp.issuer, login_hint: 'ann', target_link_uri: `${joinery.url}/console?tab=2` }
    const fromElsewhere = { 'Sec-Fetch-Site': 'cross-site', Origin: company.idp.issuer, Cookie: '' }
    for (const start of [`${joinery.url}/auth/login`, company.loginUrl]) {
      const page = await browser.walk(await browser.post(start, form, fromElsewhere))
      expect([page.status, page.url]).toEqual([200, `${joinery.url}/console?tab=2`])
    }
    expect((await browser.follow(another.location ?? '')).url).toBe(`${joinery.url}/console`)
    const foreign = await browser.post(company.loginUrl, { iss: 'https://other.example' }, fromElsewhere)
    expect((await browser.walk(foreign)).status).toBe(400)
  })

  it('is where the bare address of the service leads strangers', async () => {
    const page = await createBrowser().follow(`${joinery.url}/`)
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/auth/login'])
  })

  it('goes nowhere but to its own pages afterwards', async () => {
    company.idp.next.sub = '00uann'
    for (const away of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
      '/..//evil.example',
    ]) {
      const page = await createBrowser().follow(`${company.loginUrl}?return_to=${encodeURIComponent(away)}`)
      expect(page.url).toBe(`${joinery.url}/console`)
    }
  })

  it('gives the session a new secret at each sign-in, and the former one is dead', async () => {
    const browser = createBrowser()
    await signIn(company, 'ann', browser)
    const former = browser.cookies.get(joinery.url)?.get('joinery') ?? ''
    await signIn(company, 'ann', browser)
    const present = browser.cookies.get(joinery.url)?.get('joinery') ?? ''
    expect(present).not.toBe(former)
    const status = async (cookie: string): Promise<number> =>
      (await fetch(`${joinery.url}/auth/session`, { headers: { Cookie: `joinery=${cookie}` } })).status
    expect([await status(former), await status(present)]).toEqual([401, 200])
  })

  it('keeps no secret of a session and no verifier in the clear', async () => {
    const browser = createBrowser()
    await signIn(company, 'ann', browser)
    const cookie = decodeURIComponent(browser.cookies.get(joinery.url)?.get('joinery') ?? '')
    const [, secret = 'x'] = /^s:([^.]+)\./.exec(cookie) ?? []
    await browser.get(company.loginUrl)
    const rows = [
      ...(await joinery.breakable.rows((db) => db('sessions'))),
      ...(await joinery.breakable.rows((db) => db('pending_sign_ins'))),
      ...(await joinery.breakable.rows((db) => db('oidc_settings'))),
      ...(await joinery.breakable.rows((db) => db('sealed_secrets'))),
    ]
    expect(secret).toHaveLength(43)
    const text = JSON.stringify(rows)
    for (const open of [secret, 'code_verifier', 'a-secret-of-the-client', 'eyJhbGci', 'eyJrdHki'])
      expect(text).not.toContain(open)
  })

  it('ends a session that nobody uses for an hour, and any after twelve', async () => {
    const [idle, busy] = [createBrowser(), createBrowser()]
    await signIn(company, 'ann', idle)
    await signIn(company, 'bob', busy)
    for (let minutes = 0; minutes < 12 * 60 - 30; minutes += 30) {
      clock.advance(30 * 60_000)
      expect((await sessionOf(joinery, busy)).status).toBe(200)
    }
    expect((await sessionOf(joinery, idle)).status).toBe(401)
    clock.advance(31 * 60_000)
    expect((await sessionOf(joinery, busy)).status).toBe(401)
  })

  it('honours the session_expiry of the IdP', async () => {
    const browser = createBrowser()
    const seconds = Math.floor(clock.now() / 1000) + 600
    company.idp.people.set('00ushort', person('short', { session_expiry: seconds }))
    await signIn(company, 'short', browser)
    expect((await sessionOf(joinery, browser)).body.endsAt).toBe(new Date(seconds * 1000).toISOString())
    clock.advance(601_000)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
  })

  it('accepts a key that the IdP has changed to, at once', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    expect((await signIn(own, 'ann')).status).toBe(200)
    const next = await signingKey('second')
    forgeTokens(own.idp, own.key, { key: next, change: ({ header }) => (header.kid = 'second') })
    const forge = own.idp.intercept
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...published } = next
    own.idp.intercept = (request, response) => {
      if (request.url !== '/jwks') return forge?.(request, response) ?? false
      response.setHeader('Content-Type', 'application/jwk-set+json').end(JSON.stringify({ keys: [published] }))
      return true
    }
    expect((await signIn(own, 'ann')).status).toBe(200)
    await own.idp.close()
  })

  it('takes an aud in brackets that names the client alone', async () => {
    forgeTokens(company.idp, company.key, { change: ({ claims }) => (claims.aud = ['joinery']) })
    expect((await signIn(company, 'ann')).status).toBe(200)
    company.idp.intercept = null
  })

  it('proves itself by private_key_jwt, with a key that it publishes', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    const settings = { issuer: own.idp.issuer, clientId: 'by-key', authMethod: 'private_key_jwt' }
    const { publicKey, jwksUrl } = await joinery.api.ok('PUT', own.oidcPath, settings)
    expect(await (await fetch(jwksUrl)).json()).toEqual({ keys: [publicKey] })
    expect(Object.keys(publicKey).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    await own.idp.close()
    const keyed = await startCompany(joinery, {
      account: own.accountId,
      people: [person('ann')],
      client: { client_id: 'unused' },
    })
    const path = keyed.oidcPath
    const made = await joinery.api.ok('PUT', path, { ...settings, issuer: keyed.idp.issuer })
    await keyed.idp.close()
    const redirect = `${joinery.url}/auth/callback/${keyed.connectionId}`
    const again = await startCompany(joinery, {
      people: [person('ann')],
      port: Number(new URL(keyed.idp.issuer).port),
      client: {
        ...{
          client_id: 'by-key',
          redirect_uris: [redirect],
          jwks: { keys: [made.publicKey] },
        },
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'RS256',
      },
    })
    await push(keyed, 'ann')
    again.idp.next.sub = '00uann'
    expect((await createBrowser().follow(keyed.loginUrl)).status).toBe(200)
    const checks = await joinery.api.ok('POST', `${path}/test`, {})
    expect(checks.items.find(({ check }: { check: string }) => check === 'client').state).toBe('ok')
    await again.idp.close()
  })

  it('leaves no credential behind where a sign-in is taken away or proves itself otherwise', async () => {
    const own = await startCompany(joinery, {})
    const kept = async (): Promise<string[]> => {
      const rows = await joinery.breakable.rows<{ place: string }>((db) => db('sealed_secrets').orderBy('place'))
      return rows.flatMap(({ place }) => (place.includes(own.connectionId) ? [place.split('/').at(-1) ?? ''] : []))
    }
    expect(await kept()).toEqual(['client-secret'])
    const byKey = { issuer: own.idp.issuer, clientId, authMethod: 'private_key_jwt' }
    await joinery.api.ok('PUT', own.oidcPath, byKey)
    expect(await kept()).toEqual(['client-key'])
    await joinery.api.ok('DELETE', own.oidcPath)
    expect(await kept()).toEqual([])
    await own.idp.close()
  })

  it('signs out here and at the IdP, by a form of ours alone', async () => {
    const browser = createBrowser()
    await signIn(company, 'ann', browser)
    for (const from of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      expect((await browser.post(`${joinery.url}/auth/logout`, {}, from)).status).toBe(403)
    }
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    const page = await browser.post(`${joinery.url}/auth/logout`, {})
    expect(page.text).toContain(`${company.idp.issuer}/session/end?id_token_hint=`)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await browser.get(`${joinery.url}/console`)).location).toContain('/auth/login')
    expect(await auditOf(joinery, company.accountId, 'session.ended')).toHaveLength(1)
  })

  it('kills every session of a life that ended: a rehired person starts anew', async () => {
    const id = await push(company, 'cyd')
    const browser = createBrowser()
    await signIn(company, 'cyd', browser)
    const member = (await sessionOf(joinery, browser)).body.member.id
    await company.scim('DELETE', `/Users/${id}`)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await company.scim('POST', '/Users', okta.createUser('cyd'))).status).toBe(201)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await signIn(company, 'cyd', browser)
    expect((await sessionOf(joinery, browser)).body.member.id).toBe(member)
    const { items } = await joinery.api.ok('GET', `/accounts/${company.accountId}/members/${member}/identities`)
    expect(items).toHaveLength(1)
  })

  it('ends the identities of a connection that gets another issuer, and wants the secret again', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await push(own, 'ann')
    const browser = createBrowser()
    await signIn(own, 'ann', browser)
    const elsewhere = { issuer: company.idp.issuer, clientId }
    const refused = await joinery.api.call('PUT', own.oidcPath, elsewhere)
    expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, 'clientSecret'])
    expect(company.idp.seen.filter((each) => each.startsWith('POST /token')).length).toBeGreaterThan(0)
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    await joinery.api.ok('PUT', own.oidcPath, { ...elsewhere, clientSecret: 'another-secret-0123456789' })
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await own.idp.close()
  })
})
