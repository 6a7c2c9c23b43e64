import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../../support/browser.ts'
import { createApi } from '../../support/api.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { forgeTokens } from '../../support/forged-tokens.ts'
import {
  person,
  proveDomain,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../../support/sign-in.ts'

/** Incidents whose rule lies in no port: each test goes the good way too, which differs in the one thing that matters. */
describeOnBoth('incidents at the doors', (database) => {
  let joinery: SignInJoinery
  let company: Company
  const settings = { authority: 'jit', defaultRole: 'developer' }
  const members = async (): Promise<{ email: string }[]> =>
    (await joinery.api.ok('GET', `/accounts/${company.accountId}/members`)).items
  const prove = (): Promise<void> => proveDomain(joinery, company.accountId, 'corp.example')

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
    company = await startCompany(joinery, { people: [person('ann')], settings })
    await prove()
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  it('CVE-2026-9092: an address that is not said to be verified, by a boolean, creates nobody', async () => {
    const unverified = [undefined, null, false, 'true', 'True', 1, '1', {}, [true], { value: true }]
    for (const [index, email_verified] of unverified.entries()) {
      company.idp.people.set(`00uv${index}`, person(`v${index}`, { email_verified }))
      expect((await signIn(company, `v${index}`)).status, JSON.stringify(email_verified)).toBe(403)
    }
    expect(await members()).toEqual([])
    company.idp.people.set('00uyes', person('yes', { email_verified: true }))
    expect((await signIn(company, 'yes')).status).toBe(200)
    expect((await members()).map(({ email }) => email)).toEqual(['yes@corp.example'])
  })

  it('CVE-2026-14781: that one token calls an address verified says nothing of another place’s address', async () => {
    const before = (await members()).length
    company.idp.people.set('00uinfo', person('info'))
    // The token calls something verified and names no address; the userinfo endpoint would name one.
    forgeTokens(company.idp, company.key, { change: ({ claims }) => delete claims.email })
    expect((await signIn(company, 'info')).status).toBe(403)
    expect(company.idp.seen.filter((line) => line.endsWith(' /me'))).toEqual([])
    expect(await members()).toHaveLength(before)
    company.idp.intercept = null
    expect((await signIn(company, 'info')).status).toBe(200)
    expect(await members()).toHaveLength(before + 1)
  })

  it('Passbolt, Cure53 2026: one person who signs in for the first time in many browsers at once is one member', async () => {
    const before = (await members()).length
    company.idp.people.set('00umany', person('many'))
    company.idp.next.sub = '00umany'
    const browsers = Array.from({ length: 12 }, createBrowser)
    const callbacks = await Promise.all(
      browsers.map((browser) => browser.follow(company.loginUrl, (url) => url.includes('/auth/callback/'))),
    )
    const pages = await Promise.all(
      callbacks.map(({ location }, index) => (browsers[index] ?? createBrowser()).follow(location ?? '')),
    )
    expect(pages.map(({ status }) => status)).toEqual(browsers.map(() => 200))
    expect(await members()).toHaveLength(before + 1)
  })

  it('CVE-2026-30823: nobody but the operator sets a sign-in, not by what opens another door', async () => {
    const body = { issuer: company.idp.issuer, clientId: 'joinery', clientSecret: 'evil', ...settings }
    const ann = createBrowser()
    await signIn(company, 'yes', ann)
    const cookie = [...(ann.cookies.get(joinery.url) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const token of ['', company.token, 'null', 'undefined'])
      expect((await createApi(joinery.url, token).call('PUT', company.oidcPath, body)).status).toBe(401)
    const url = `${joinery.url}/api/v1${company.oidcPath}`
    const headers = { 'Content-Type': 'application/json', Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' }
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
    expect([401, 403]).toContain(answer.status)
    expect((await joinery.api.ok('GET', company.oidcPath)).authority).toBe('jit')
    expect((await signIn(company, 'yes')).status).toBe(200)
  })

  it('CVE-2026-30820: no header says who somebody is', async () => {
    const [member] = (await joinery.api.ok('GET', `/accounts/${company.accountId}/members`)).items
    const names = ['X-Joinery-Token', 'X-Joinery-Member', 'X-Forwarded-User', 'X-Auth-Request-User', 'Remote-User']
    const internal = ['X-Internal', 'X-Request-From', 'X-Original-Url', 'X-Forwarded-For', 'X-Real-Ip']
    const headers = Object.fromEntries([
      ...names.map((name) => [name, member.id as string]),
      ...internal.map((name) => [name, '127.0.0.1']),
    ])
    const stranger = createBrowser()
    expect((await stranger.get(`${joinery.url}/auth/session`, headers)).status).toBe(401)
    expect((await stranger.post(`${joinery.url}/auth/token`, {}, headers)).status).toBe(401)
    expect((await stranger.get(`${joinery.url}/api/v1/accounts`, headers)).status).toBe(401)
    await signIn(company, 'yes', stranger)
    expect((await stranger.get(`${joinery.url}/auth/session`, headers)).status).toBe(200)
  })

  it('CVE-2026-49443: whose an identity is cannot be changed, by any way to write', async () => {
    const own = await startCompany(joinery, { people: [person('ann'), person('bob')] })
    for (const name of ['ann', 'bob']) await push(own, name)
    const ann = createBrowser()
    await signIn(own, 'ann', ann)
    const { member } = (await sessionOf(joinery, ann)).body
    const base = `/accounts/${own.accountId}/members`
    const bob = (await joinery.api.ok('GET', base)).items.find(({ id }: { id: string }) => id !== member.id)
    const [link] = (await joinery.api.ok('GET', `${base}/${member.id}/identities`)).items
    const told = { member: bob.id, memberId: bob.id, user: bob.id, subject: '00ubob', connection: own.connectionId }
    for (const method of ['PATCH', 'PUT', 'POST'])
      for (const path of [`${base}/${member.id}/identities/${link.id}`, `${base}/${bob.id}/identities/${link.id}`])
        expect([404, 405]).toContain((await joinery.api.call(method, path, told)).status)
    // Listing it once more is no way either: this connection is not the platform's.
    expect((await joinery.api.call('POST', `${base}/${bob.id}/identities`, told)).status).toBe(400)
    const [still] = (await joinery.api.ok('GET', `${base}/${member.id}/identities`)).items
    expect(still).toEqual(link)
    expect((await joinery.api.call('DELETE', `${base}/${bob.id}/identities/${link.id}`)).status).toBe(404)
    expect((await joinery.api.call('DELETE', `${base}/${member.id}/identities/${link.id}`)).status).toBe(204)
    await own.idp.close()
  })
})
