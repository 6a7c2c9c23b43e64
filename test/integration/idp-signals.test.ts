import { importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import {
  auditOf,
  clientId,
  person,
  proveDomain,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }

describeOnBoth('an IdP that signs people out', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let company: Company
  let other: Company
  let ann: Browser
  let bob: Browser
  let counter = 0
  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock, workers: false })
    company = await startCompany(joinery)
    other = await startCompany(joinery, { people: [person('ann')] })
    for (const [of, name] of [[company, 'ann'], [company, 'bob'], [other, 'ann']] as const) await push(of, name) // prettier-ignore
  })
  beforeEach(async () => {
    ;[ann, bob] = [createBrowser(), createBrowser()]
    await signIn(company, 'ann', ann)
    await signIn(company, 'bob', bob)
  })
  afterAll(async () => {
    await company.idp.close()
    await other.idp.close()
    await joinery.close()
  })
  type Claims = Record<string, unknown>
  type Header = { alg?: string; typ?: string | undefined; kid?: string }
  const sign = async (claims: Claims, header: Header = {}, of = company): Promise<string> => {
    const now = Math.floor(clock.now() / 1000)
    const usual = { iss: of.idp.issuer, iat: now, exp: now + 120, jti: `jti-${(counter += 1)}` }
    const told = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined))
    const { kid = 'first', typ } = header
    return new SignJWT(told)
      .setProtectedHeader({ alg: 'RS256', kid, ...(typ === undefined ? {} : { typ }) })
      .sign(await importJWK(of.key, 'RS256'))
  }
  const logoutToken = (claims: Claims = {}, header: Header = { typ: 'logout+jwt' }, of = company): Promise<string> =>
    sign({ aud: clientId, sub: '00uann', events: event, ...claims }, header, of)
  const backChannel = (token: string, of = company): Promise<Response> =>
    fetch(`${joinery.url}/auth/backchannel-logout/${of.connectionId}`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    })
  const endpointOf = (of: Company): string => `${joinery.url}/auth/revoke/${of.connectionId}`
  const revocation = (claims: Claims = {}, header: Header = { typ: 'global-token-revocation+jwt' }, of = company) =>
    sign({ aud: endpointOf(of), sub: clientId, ...claims }, header, of)
  const revoke = (token: string, sub_id: object, of = company): Promise<Response> =>
    fetch(endpointOf(of), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ sub_id }),
    })
  const status = async (browser: Browser): Promise<number> => (await sessionOf(joinery, browser)).status
  const tokenStatus = async (browser: Browser): Promise<number> =>
    (await browser.post(`${joinery.url}/auth/token`, {})).status
  const annAt = (of: Company): object => ({ format: 'iss_sub', iss: of.idp.issuer, sub: '00uann' })

  it('by back-channel logout ends the sessions of that person and of nobody else, on the next request', async () => {
    const elsewhere = createBrowser()
    await signIn(other, 'ann', elsewhere)
    const answer = await backChannel(await logoutToken())
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([await status(ann), await tokenStatus(ann)]).toEqual([401, 401])
    expect([await status(bob), await tokenStatus(bob), await status(elsewhere)]).toEqual([200, 200, 200])
    const line = (await auditOf(joinery, company.accountId, 'session.ended')).at(-1)
    expect(line?.detail).toEqual({ reason: 'back_channel_logout', connection: company.connectionId })
  })

  it('by a replayed token ends nothing', async () => {
    const token = await logoutToken()
    expect((await backChannel(token)).status).toBe(200)
    await signIn(company, 'ann', ann)
    expect((await backChannel(token)).status).toBe(400)
    expect(await status(ann)).toBe(200)
  })

  it('ends the one session that it names by sid', async () => {
    const [row] = await joinery.breakable.rows<{ idp_session: string | null }>((db) =>
      db('sessions').where({ connection_id: company.connectionId, subject: '00uann' }).orderBy('started_at', 'desc'),
    )
    await joinery.breakable.run((db) =>
      db('sessions').where({ connection_id: company.connectionId, subject: '00uann' }).update({ idp_session: 's1' }),
    )
    const second = createBrowser()
    await signIn(company, 'ann', second)
    expect(row).toBeDefined()
    expect((await backChannel(await logoutToken({ sub: undefined, sid: 's1' }))).status).toBe(200)
    expect([await status(ann), await status(second)]).toEqual([401, 200])
  })

  it.each<[string, () => Promise<string>]>([
    ['another audience', () => logoutToken({ aud: 'other' })],
    ['another issuer', () => logoutToken({ iss: 'https://idp.example' })],
    ['the key of another IdP', () => logoutToken({ iss: company.idp.issuer }, { typ: 'logout+jwt' }, other)],
    ['a nonce', () => logoutToken({ nonce: 'n' })],
    ['no events', () => logoutToken({ events: undefined })],
    ['another event', () => logoutToken({ events: { 'urn:x': {} } })],
    ['neither sub nor sid', () => logoutToken({ sub: undefined })],
    ['no jti', () => logoutToken({ jti: undefined })],
    ['no iat', () => logoutToken({ iat: undefined })],
    ['an iat of an hour ago', () => logoutToken({ iat: Math.floor(clock.now() / 1000) - 3600 })],
    ['an end that is past', () => logoutToken({ exp: Math.floor(clock.now() / 1000) - 120 })],
    ['another type', () => logoutToken({}, { typ: 'at+jwt' })],
    [
      'no signature',
      async () => `${btoa('{"alg":"none","typ":"logout+jwt"}')}.${(await logoutToken()).split('.')[1]}.`,
    ],
    ['no token at all', () => Promise.resolve('x')],
  ])('is refused with %s, and nobody is signed out', async (_, make) => {
    const answer = await backChannel(await make())
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: string }).error).toBe('invalid_request')
    expect([await status(ann), await status(bob)]).toEqual([200, 200])
  })

  it('by Universal Logout ends that person’s sessions, once, and nobody else’s', async () => {
    const token = await revocation()
    expect((await revoke(token, annAt(company))).status).toBe(204)
    expect([await status(ann), await tokenStatus(ann), await status(bob)]).toEqual([401, 401, 200])
    await signIn(company, 'ann', ann)
    expect((await revoke(token, annAt(company))).status).toBe(401)
    expect(await status(ann)).toBe(200)
    expect((await revoke(await revocation(), { format: 'iss_sub', iss: company.idp.issuer, sub: 'nobody' })).status).toBe(404) // prettier-ignore
  })

  it('reaches nobody of another account: neither by its own tokens nor by an address', async () => {
    const elsewhere = createBrowser()
    await signIn(other, 'ann', elsewhere)
    expect((await revoke(await revocation(), annAt(other))).status).toBe(404)
    expect((await revoke(await revocation(), annAt(other), other)).status).toBe(401)
    const address = { format: 'email', email: 'ann@corp.example' }
    expect((await revoke(await revocation(), address)).status).toBe(404)
    expect([await status(ann), await status(elsewhere)]).toEqual([200, 200])
    const row = { id: 'd1', account_id: company.accountId, domain: 'corp.example', state: 'verified', challenge: 'x' }
    const times = { failures: 0, created_at: 0, expires_at: 0, next_check_at: 0 }
    await joinery.breakable.run((db) => db('account_domains').insert({ ...row, ...times }))
    const theirs = await revocation({}, { typ: 'global-token-revocation+jwt' }, other)
    expect((await revoke(theirs, address, other)).status).toBe(404)
    expect((await revoke(await revocation(), { ...address, email: 'ANN@corp.example' })).status).toBe(204)
    expect([await status(ann), await status(bob), await status(elsewhere)]).toEqual([401, 200, 200])
  })

  it('by an address ends what that person has in other accounts by the same sign-in, whatever he is called there', async () => {
    const email = 'sam@staff.example'
    const staff = await startCompany(joinery, {
      ...{ people: [person('sam', { email }), person('tom', { email: 'tom@staff.example' })] },
      settings: { platform: true },
    })
    await push(staff, 'sam', { userName: email, emails: [{ primary: true, type: 'work', value: email }] })
    await proveDomain(joinery, staff.accountId, 'staff.example')
    const owner = { userName: 'boss@north.example', email: 'boss@north.example' }
    const north = await joinery.api.ok('POST', '/accounts', { ...{ name: 'North', catalog: 'plivo' }, owner })
    for (const subject of ['00usam', '00utom'])
      await joinery.api.ok('POST', `/accounts/${north.id}/members/${north.ownerId}/identities`, {
        ...{ connection: staff.connectionId, subject },
      })
    const [home, away, tom] = [createBrowser(), createBrowser(), createBrowser()]
    await signIn(staff, 'sam', home)
    await signIn(staff, 'sam', away, `?account=${north.id}`)
    await signIn(staff, 'tom', tom, `?account=${north.id}`)
    expect([await status(home), await status(away), await status(tom)]).toEqual([200, 200, 200])
    const token = await revocation({}, { typ: 'global-token-revocation+jwt' }, staff)
    expect((await revoke(token, { format: 'email', email }, staff)).status).toBe(204)
    expect([await status(home), await status(away), await status(tom)]).toEqual([401, 401, 200])
    await staff.idp.close()
  })

  it.each<[string, () => Promise<string>, number]>([
    ['another type', () => revocation({}, { typ: 'JWT' }), 401],
    ['another client', () => revocation({ sub: 'other' }), 401],
    ['another endpoint', () => revocation({ aud: endpointOf(other) }), 401],
    ['no end', () => revocation({ exp: undefined }), 401],
    ['the form of a logout token', () => logoutToken(), 401],
  ])('is refused by Universal Logout with %s', async (_, make, expected) => {
    expect((await revoke(await make(), annAt(company))).status).toBe(expected)
    expect(await status(ann)).toBe(200)
  })
})
