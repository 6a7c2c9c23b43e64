import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator } from '../support/joinery.ts'
import {
  auditOf,
  clientId,
  clientSecret,
  person,
  sessionOf,
  startCompany,
  startSignInJoinery,
} from '../support/sign-in.ts'
import type { Company, SignInJoinery } from '../support/sign-in.ts'
import { createPersonApi, settle } from '../support/signed-in.ts'

type Place = { id: string; ownerId: string }

describeOnBoth('plivo-7: one person in several accounts', (database) => {
  let joinery: SignInJoinery
  let platform: Company
  let [north, south, east]: Place[] = []
  let browser: Browser
  let people = 0

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
    platform = await startCompany(joinery, { settings: { platform: true } })
  })
  afterAll(async () => {
    await platform.idp.close()
    await joinery.close()
  })
  beforeEach(async () => {
    const { sub } = person(`p${(people += 1)}`)
    platform.idp.people.set(sub, person(`p${people}`))
    platform.idp.next.sub = sub
    ;[north, south, east] = [await open('North', sub), await open('South', sub), await open('East', null)]
    browser = createBrowser()
    await browser.follow(platform.loginUrl)
  })

  const open = async (name: string, subject: string | null, more: object = { catalog: 'plivo' }): Promise<Place> => {
    const mail = `p${people}@${name.toLowerCase()}.example`
    const owner = { userName: mail, email: mail }
    const account = await joinery.api.ok('POST', '/accounts', { name, owner, ...more })
    const path = `/accounts/${account.id}/members/${account.ownerId}/identities`
    if (subject !== null) await joinery.api.ok('POST', path, { connection: platform.connectionId, subject })
    return account
  }
  const id = (place: Place | undefined): string => place?.id ?? ''
  const post = (path: string, account: string, headers = {}) =>
    browser.post(`${joinery.url}/auth/${path}`, { account }, headers)
  const where = async (): Promise<string> => (await sessionOf(joinery, browser)).body.account?.name
  const accounts = async () => {
    const { items } = JSON.parse((await browser.get(`${joinery.url}/auth/accounts`)).text)
    return (items as any[]).map((each) => [each.account.name, each.current, each.default])
  }
  const signInAnew = async (query = ''): Promise<string> => {
    browser = createBrowser()
    await browser.follow(`${platform.loginUrl}${query}`)
    return where()
  }

  it('tells them all, to consoles as JSON, and goes from one to the other and back', async () => {
    expect(await accounts()).toEqual([
      ['North', true, false],
      ['South', false, false],
    ])
    for (const [place, name] of [
      [south, 'South'],
      [north, 'North'],
    ] as const) {
      expect((await browser.get(`${joinery.url}/console`)).text).toContain(`Go to ${name}`)
      await post('switch', id(place))
      expect(await where()).toBe(name)
    }
  })

  it('leads from the console to the start of an account’s own sign-in, the oldest that can be used', async () => {
    const own = await startCompany(joinery, { account: id(south) })
    const later = await startCompany(joinery, { account: id(south) })
    const start = (connectionId: string) => `href="/auth/start/${connectionId}?return_to=%2Fconsole"`
    expect((await browser.get(`${joinery.url}/console`)).text).toContain(start(own.connectionId))
    await joinery.api.ok('PUT', own.oidcPath, { issuer: own.idp.issuer, clientId, clientSecret, enabled: false })
    expect((await browser.get(`${joinery.url}/console`)).text).toContain(start(later.connectionId))
    for (const { idp } of [own, later]) await idp.close()
  })

  it('lists in each of them what its role reaches there, and nothing of the others', async () => {
    const subject = platform.idp.next.sub
    const studio = async (name: string): Promise<[string, string]> => {
      const provider = await open(name, subject, { catalog: 'studio', level: 'service-provider' })
      const more = { name: `Below ${name}`, catalog: 'studio', parent: provider.id }
      return [provider.id, (await joinery.api.ok<{ id: string }>('POST', '/accounts', more)).id]
    }
    const [own, other] = [await studio('One'), await studio('Two')]
    await settle(joinery)
    const call = createPersonApi(joinery.url, browser)
    const listed = async (): Promise<string[]> =>
      (await call('GET', '/accounts')).body.items.map((each: { id: string }) => each.id)
    for (const [place, ids] of [
      [own[0], own],
      [other[0], other],
      [id(south), [id(south)]],
    ] as const) {
      await post('switch', place)
      expect(await listed()).toEqual(ids)
    }
  })

  it('has a default account, chosen by the person, in which each sign-in lands that asks for none', async () => {
    expect(await signInAnew()).toBe('North')
    expect((await post('default', id(south))).status).toBe(303)
    expect(await where()).toBe('North') // a choice for the next sign-in
    expect(await accounts()).toEqual([
      ['North', true, false],
      ['South', false, true],
    ])
    expect(await signInAnew()).toBe('South')
    expect((await browser.get(`${joinery.url}/console`)).text).toContain('You land in this account')
    expect(await signInAnew(`?account=${id(north)}`)).toBe('North')
    await post('default', id(north))
    expect(await signInAnew()).toBe('North')
    const lines = await auditOf(joinery, id(south), 'identity.default_set')
    expect(lines).toMatchObject([{ member_id: south?.ownerId, detail: { connection: platform.connectionId } }])
  })

  it('lands where it may when the default account lets nobody in, and there again afterwards', async () => {
    await post('default', id(south))
    await joinery.runtime.app.suspendAccount(operator, { accountId: id(south), suspended: true })
    expect(await signInAnew()).toBe('North')
    await joinery.runtime.app.suspendAccount(operator, { accountId: id(north), suspended: true })
    const page = await createBrowser().follow(platform.loginUrl)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('This account is suspended')])
    await joinery.runtime.app.suspendAccount(operator, { accountId: id(south), suspended: false })
    expect(await signInAnew()).toBe('South')
  })

  it('takes no account that is not his, nothing from another site, and nothing of a stranger', async () => {
    expect((await post('default', id(east))).status).toBe(403)
    expect((await post('switch', id(east))).status).toBe(403)
    expect((await post('switch', id(south), { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await post('default', id(south), { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect(await accounts()).toEqual([
      ['North', true, false],
      ['South', false, false],
    ])
    browser = createBrowser()
    expect((await browser.get(`${joinery.url}/auth/accounts`)).status).toBe(401)
    await post('default', id(south))
    expect(await signInAnew()).toBe('North')
  })
})
