import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator } from '../support/joinery.ts'
import { browserOf } from '../support/signed-in.ts'
import {
  clientId,
  clientSecret,
  person,
  push,
  sessionOf,
  setActive,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/**
 * What ended a session is over before anybody looked at its cookie: no worker is at work. The
 * cookie is worth nothing all the same, and a new sign-in is.
 */
describeOnBoth('a session that was ended', (database) => {
  let joinery: SignInJoinery
  let platform: Company
  let company: Company
  let scimId: string
  let memberId: string
  let browser: Browser
  let other: string

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock: createClock(), workers: false })
    platform = await startCompany(joinery, { people: [person('pat')], settings: { platform: true } })
    await push(platform, 'pat')
  })
  beforeEach(async () => {
    company = await startCompany(joinery, { people: [person('ann')], settings: { platform: true } })
    scimId = await push(company, 'ann')
    browser = createBrowser()
    await signIn(company, 'ann', browser)
    memberId = (await sessionOf(joinery, browser)).body.member.id
    other = (await joinery.api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })).id
  })
  afterAll(async () => {
    await platform.idp.close()
    await joinery.close()
  })

  const app = () => joinery.runtime.app
  const active = (value: boolean) => setActive(company, scimId, value)
  const suspend = (suspended: boolean) =>
    app().suspendMember(operator, { accountId: company.accountId, memberId, suspended })
  const stop = (accountId: string, suspended: boolean) => app().suspendAccount(operator, { accountId, suspended })
  const set = (more: object) =>
    joinery.api.ok('PUT', company.oidcPath, {
      ...{ issuer: company.idp.issuer, clientId, clientSecret, platform: true, ...more },
    })
  const otherPair = { attribute: 'userName', claim: 'sub' }
  const rehire = async () => {
    await company.scim('DELETE', `/Users/${scimId}`)
    await company.scim('POST', '/Users', okta.createUser('ann'))
  }

  const ends: [string, () => Promise<unknown>][] = [
    ['his directory suspended and resumed him', async () => [await active(false), await active(true)]],
    ['the operator suspended and resumed him', async () => [await suspend(true), await suspend(false)]],
    ['his directory removed him and brought him back', rehire],
    [
      'his account was suspended and resumed',
      async () => [await stop(company.accountId, true), await stop(company.accountId, false)],
    ],
    ['the sign-in was switched off and on', async () => [await set({ enabled: false }), await set({})]],
    ['the pair was changed and changed back', async () => [await set({ pair: otherPair }), await set({})]],
    ['the client was changed and changed back', async () => [await set({ clientId: 'another' }), await set({})]],
    [
      'the sign-in was removed and set again',
      async () => [await joinery.api.ok('DELETE', company.oidcPath), await set({})],
    ],
  ]

  const staysDead = async (end: () => Promise<unknown>, query = ''): Promise<void> => {
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    await end()
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await browser.post(`${joinery.url}/auth/token`, {})).status).toBe(401)
    expect((await signIn(company, 'ann', browser, query)).status).toBe(200)
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    await company.idp.close()
  }
  it.each(ends)('stays so where %s', (_, end) => staysDead(end))

  const goElsewhere = async (): Promise<void> => {
    const { id } = await app().addMember(operator, {
      ...{ accountId: other, userName: 'ann@corp.example', email: 'ann@corp.example' },
    })
    const identity = { connection: company.connectionId, subject: '00uann' }
    await joinery.api.ok('POST', `/accounts/${other}/members/${id}/identities`, identity)
    await browser.walk(await browser.post(`${joinery.url}/auth/switch`, { account: other }))
    expect((await sessionOf(joinery, browser)).body.account.id).toBe(other)
  }
  const own = async (): Promise<unknown> => {
    const theirs = await startCompany(joinery, { account: other })
    await joinery.api.ok('DELETE', theirs.oidcPath)
    return theirs.idp.close()
  }
  const endsElsewhere: typeof ends = [
    ...ends.filter(([name]) => name.includes('suspended')),
    ['that account was suspended and resumed', async () => [await stop(other, true), await stop(other, false)]],
    ['that account got a sign-in of its own and lost it', own],
  ]
  it.each(endsElsewhere)('stays so in another account where %s', async (_, end) => {
    await goElsewhere()
    await staysDead(end, `?account=${other}`)
  })

  it('stays so where an account above was suspended and resumed', async () => {
    const top = await app().createAccount(operator, { name: 'Top', catalog: 'studio', level: 'service-provider' })
    const place = { name: 'Below', catalog: 'studio', parentId: top.id }
    const { id: accountId } = await app().createAccount(operator, place)
    const name = 'eve@corp.example'
    const eve = await app().addMember(operator, { accountId, userName: name, email: name })
    const hers = await browserOf(joinery, accountId, eve.id)
    expect((await sessionOf(joinery, hers)).status).toBe(200)
    await stop(top.id, true)
    await stop(top.id, false)
    expect((await sessionOf(joinery, hers)).status).toBe(401)
    await company.idp.close()
  })

  it('is none where a role was lost and given again: it has at each instant what he has', async () => {
    const ref = { accountId: company.accountId, memberId, role: 'developer' }
    const roles = async () => (await sessionOf(joinery, browser)).body.roles as string[]
    await app().assignRole(operator, ref)
    await app().unassignRole(operator, ref)
    expect(await roles()).toEqual([])
    expect((await sessionOf(joinery, browser)).status).toBe(200)
    await company.idp.close()
  })

  it('ends nobody else’s', async () => {
    const pat = createBrowser()
    await signIn(platform, 'pat', pat)
    await active(false)
    await stop(company.accountId, true)
    await stop(other, true)
    expect((await sessionOf(joinery, pat)).status).toBe(200)
    await company.idp.close()
  })
})
