import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createApi, type Api } from '../support/api.ts'
import { createKeyBench } from '../support/access-keys.ts'
import { cookieOf, type Browser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../support/signed-in.ts'

/** A console of the platform manages an account with the cookie of whoever is signed in. */
describeOnBoth('the admin API by the session of a browser', (database) => {
  let joinery: Joinery
  const { app, account, join } = createKeyBench(() => joinery)
  let accountId: string
  let memberId: string
  let browser: Browser
  let call: Api['call']
  let names = 0
  const clock = createClock()

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
  })
  beforeEach(async () => {
    accountId = await account('plivo', { entitlements: ['role-management'] })
    memberId = await join(accountId, 'admin')
    browser = await browserOf(joinery, accountId, memberId)
    call = createPersonApi(joinery.url, browser)
  })
  afterAll(() => joinery.close())

  const someone = () => ({ email: `new${(names += 1)}@corp.example`, roles: ['developer'] })
  const invite = (headers: Record<string, string> = {}) =>
    call('POST', `/accounts/${accountId}/invitations`, someone(), headers)
  const invited = async (): Promise<number> =>
    (await joinery.api.ok('GET', `/accounts/${accountId}/invitations`)).items.length

  it('may what its person’s roles may, in his account alone, and is him in the audit log', async () => {
    expect((await call('GET', `/accounts/${accountId}/members`)).body.items).toHaveLength(1)
    expect((await invite()).status).toBe(201)
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/audit?action=invitation.created`)
    expect(items).toMatchObject([{ actor: `member:${memberId}`, door: 'admin' }])
    expect((await call('GET', `/accounts/${await account('plivo')}/members`)).status).toBe(404)
    expect((await call('GET', '/catalogs')).status).toBe(403)
    const developer = createPersonApi(
      joinery.url,
      await browserOf(joinery, accountId, await join(accountId, 'developer')),
    )
    expect((await developer('POST', `/accounts/${accountId}/invitations`, someone())).status).toBe(403)
  })

  const elsewhere: [string, Record<string, string>][] = [
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a neighbour of the same site', { 'Sec-Fetch-Site': 'same-site' }],
    ['no page', { 'Sec-Fetch-Site': 'none' }],
    ['another site, as an old browser says it', { 'Sec-Fetch-Site': '', Origin: 'https://evil.example' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a form of another site', { 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'text/plain' }],
  ]
  it.each(elsewhere)('changes nothing for %s', async (_, headers) => {
    const answer = await invite(headers)
    expect([answer.status, answer.body.rule]).toEqual([403, 'cross_site'])
    expect(await invited()).toBe(0)
  })

  it('changes nothing where the browser says nothing of where it comes from, unless Origin is ours', async () => {
    const bare = { Cookie: cookieOf(browser, joinery.url) }
    const ask = (headers: object) =>
      createApi(joinery.url, null).call('POST', `/accounts/${accountId}/invitations`, someone(), {
        ...bare,
        ...headers,
      })
    expect((await ask({})).status).toBe(403)
    expect((await ask({ Origin: new URL(joinery.url).origin })).status).toBe(201)
  })

  it('is read by no other page and kept by no cache', async () => {
    for (const path of [`/accounts/${accountId}/members`, `/accounts/${accountId}/reports/assignments/csv`]) {
      const { status, headers } = await call('GET', path)
      expect([status, headers.get('Cross-Origin-Resource-Policy')]).toEqual([200, 'same-origin'])
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect([headers.get('Access-Control-Allow-Origin'), headers.getSetCookie()]).toEqual([null, []])
    }
  })

  it('is not looked at beside an Authorization', async () => {
    for (const Authorization of ['Bearer wrong', 'Basic d3Jvbmc6d3Jvbmc=', ''])
      expect((await call('GET', `/accounts/${accountId}/members`, undefined, { Authorization })).status).toBe(401)
    const Authorization = `Bearer ${testSecrets.ADMIN_TOKEN}`
    expect((await call('GET', '/accounts', undefined, { Authorization })).status).toBe(200)
  })

  const losses: [string, number, () => Promise<unknown>][] = [
    ['he is suspended', 401, () => app().suspendMember(operator, { accountId, memberId, suspended: true })],
    ['he is removed', 401, () => app().removeMember(operator, { accountId, memberId })],
    ['his account is suspended', 401, () => app().suspendAccount(operator, { accountId, suspended: true })],
    ['he signs out', 401, () => browser.post(`${joinery.url}/auth/logout`, {})],
    ['his role is gone', 403, () => app().unassignRole(operator, { accountId, memberId, role: 'admin' })],
  ]
  it.each(losses)('is refused on the next request once %s, with no worker at work', async (_, status, lose) => {
    expect((await invite()).status).toBe(201)
    const Cookie = cookieOf(browser, joinery.url)
    await lose()
    expect((await invite({ Cookie })).status).toBe(status)
    expect((await call('GET', `/accounts/${accountId}/members`, undefined, { Cookie })).status).toBe(status)
    expect(await invited()).toBe(1)
    await settle(joinery)
  })

  it('asks no more often than a key may', async () => {
    const ask = () => call('GET', `/accounts/${accountId}/members`)
    const answers = await clock.still(() => Promise.all(Array.from({ length: 130 }, ask)))
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    const other = createPersonApi(joinery.url, await browserOf(joinery, accountId, await join(accountId, 'admin')))
    expect((await other('GET', `/accounts/${accountId}/members`)).status).toBe(200)
  })
})
