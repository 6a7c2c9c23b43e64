import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cookieOf, createBrowser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator } from '../support/joinery.ts'
import { probesOf, stillLet, type Probe } from '../support/kill-switch.ts'
import { settle } from '../support/signed-in.ts'
import { logoutToken, revocationToken, revocationUrl, sendLogout, sendRevocation } from '../support/signals.ts'
import { rememberingSessions } from '../support/weakened.ts'
import {
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

const everything = ['cookie session', 'token refresh', 'access decision']
const signedIn = ['cookie session', 'token refresh']

describeOnBoth('whoever leaves is out with the next request, with no worker running', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let company: Company
  let annId: string
  let gatewayToken: string
  let ann: Probe[]
  let bob: Probe[]

  /** Signs somebody in, gives him a role that is applied, and answers what he holds. */
  async function holds(name: string): Promise<Probe[]> {
    const browser = createBrowser()
    await signIn(company, name, browser)
    const { member } = (await sessionOf(joinery, browser)).body
    const { accountId } = company
    await joinery.runtime.app.assignRole(operator, { accountId, memberId: member.id as string, role: 'admin' })
    await settle(joinery)
    const { url } = joinery
    return probesOf({ url, cookie: cookieOf(browser, url), memberId: member.id as string, gatewayToken })
  }
  const active = (wanted: boolean) => company.scim('PATCH', `/Users/${annId}`, okta.setActive(wanted))

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock, workers: false })
    company = await startCompany(joinery)
    annId = await push(company, 'ann')
    await push(company, 'bob')
    gatewayToken = (await joinery.api.ok('POST', `/accounts/${company.accountId}/gateways`, { name: 'API' })).token
  })
  beforeEach(async () => {
    ;[ann, bob] = [await holds('ann'), await holds('bob')]
    expect([await stillLet(ann), await stillLet(bob)]).toEqual([everything, everything])
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  it('by active: false in SCIM: everything at once, and nobody else’s', async () => {
    expect((await active(false)).status).toBe(200)
    expect(await stillLet(ann)).toEqual([])
    expect(await stillLet(bob)).toEqual(everything)
    expect((await active(false)).status).toBe(200)
    expect(await stillLet(bob)).toEqual(everything)
    await active(true)
    await settle(joinery)
  })

  it('by back-channel logout: sessions, and what sessions give; sent again, it ends nothing', async () => {
    const token = await logoutToken(company, clock.now(), '00uann')
    expect(await sendLogout(joinery.url, company, token)).toBe(200)
    expect([await stillLet(ann), await stillLet(bob)]).toEqual([['access decision'], everything])
    const again = await holds('ann')
    expect(await sendLogout(joinery.url, company, token)).toBe(400)
    expect(await stillLet(again)).toEqual(everything)
    expect(await stillLet(ann)).toEqual(['access decision'])
  })

  it('by Universal Logout: sessions, and what sessions give; sent again, it ends nothing', async () => {
    const token = await revocationToken(company, clock.now(), revocationUrl(joinery.url, company))
    expect(await sendRevocation(joinery.url, company, token, '00uann')).toBe(204)
    expect([await stillLet(ann), await stillLet(bob)]).toEqual([['access decision'], everything])
    const again = await holds('ann')
    expect(await sendRevocation(joinery.url, company, token, '00uann')).toBe(401)
    expect(await stillLet(again)).toEqual(everything)
  })

  if (database === 'sqlite')
    it('would be noticed: a build that remembers whom it let in goes on to let him', async () => {
      const remembering = await startSignInJoinery({
        database,
        clock,
        workers: false,
        wrapPorts: rememberingSessions(),
      })
      const own = await startCompany(remembering)
      const id = await push(own, 'ann')
      const browser = createBrowser()
      await signIn(own, 'ann', browser)
      const { member } = (await sessionOf(remembering, browser)).body
      const { url } = remembering
      const held = probesOf({ url, cookie: cookieOf(browser, url), memberId: member.id as string, gatewayToken: '' })
      const sessions = held.filter(({ name }) => signedIn.includes(name))
      await own.scim('PATCH', `/Users/${id}`, okta.setActive(false))
      expect(await stillLet(sessions)).toEqual(signedIn)
      await own.idp.close()
      await remembering.close()
    })
})
