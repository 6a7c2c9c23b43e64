import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn as signingIn } from '../support/invitations.ts'
import { operator } from '../support/joinery.ts'
import { as } from '../support/signed-in.ts'
import {
  clientId,
  person,
  proveDomain,
  push,
  sessionOf,
  setActive,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** Whom his own directory lets go is out of every account that he entered by it, on the next request, with no worker at work. */
describeOnBoth('a leaver who is a member elsewhere too', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let other: string
  let browser: Browser
  let scimId: string
  let names = 0

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database })
  })
  beforeEach(async () => {
    const name = `p${(names += 1)}`
    company = await startCompany(joinery, { people: [person(name)] })
    scimId = await push(company, name)
    other = (await joinery.api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })).id
    browser = createBrowser()
    await signIn(company, name, browser)
    const invited = { email: `${name}@corp.example`, roles: ['developer'], issuer: company.idp.issuer }
    const { id } = await joinery.api.ok('POST', `/accounts/${other}/invitations`, invited)
    const token = await mailedToken(joinery.api, other, id as string)
    await browser.post(`${joinery.url}/auth/invitations/${token}`, {})
    const { claim } = await joinery.api.ok('GET', `/accounts/${other}/invitations/${id}`)
    const seen = { issuer: claim.issuer, subject: claim.subject }
    await joinery.api.ok('POST', `/accounts/${other}/invitations/${id}/confirm`, seen)
    await browser.walk(await browser.post(`${joinery.url}/auth/switch`, { account: other }))
    expect((await sessionOf(joinery, browser)).body.account.id).toBe(other)
  })
  afterAll(() => joinery.close())

  const isOut = async (): Promise<void> => {
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    const again = await createBrowser().follow(`${company.loginUrl}?account=${other}`)
    expect(again.status).toBe(403)
    await company.idp.close()
  }

  it('by active: false', async () => {
    await setActive(company, scimId, false)
    await isOut()
  })

  it('by DELETE', async () => {
    await company.scim('DELETE', `/Users/${scimId}`)
    await isOut()
  })

  it('and hands over no account that he owns', async () => {
    const { app } = joinery.runtime
    const { member } = (await sessionOf(joinery, browser)).body
    const heir = { accountId: other, userName: 'heir@corp.example', email: 'heir@corp.example' }
    const { id: memberId } = await app.addMember(operator, heir)
    await app.handOverAccount(operator, { accountId: other, memberId: member.id })
    const handOver = () => app.handOverAccount(as(member.id, other), { accountId: other, memberId })
    await setActive(company, scimId, false)
    await expect(handOver()).rejects.toMatchObject({ code: 'forbidden', rule: 'not_owner' })
    await setActive(company, scimId, true)
    await handOver()
    await company.idp.close()
  })

  it('by the suspension of the account of his directory', async () => {
    await joinery.api.ok('PATCH', `/accounts/${company.accountId}`, { suspended: true })
    await isOut()
  })
})

/** He took up an invitation by his company's sign-in before its directory told of him. */
describeOnBoth('a leaver who joined elsewhere before his directory knew him', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let other: string
  let name: string
  let names = 0

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database })
  })
  beforeEach(async () => {
    name = `e${(names += 1)}`
    const pair = { attribute: 'externalId', claim: 'sub' }
    const settings = { authority: 'jit', defaultRole: 'support', pair }
    company = await startCompany(joinery, { people: [person(name)], settings })
    other = (await joinery.api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })).id
    const email = `${name}@corp.example`
    const { issuer } = company.idp
    const invited = { email, roles: ['developer'], issuer }
    const { id } = await joinery.api.ok('POST', `/accounts/${other}/invitations`, invited)
    const token = await mailedToken(joinery.api, other, id as string)
    const identity = anIdentity(company.connectionId, email, { issuer, subject: `00u${name}` })
    expect(await joinery.runtime.app.acceptInvitation(signingIn, { token, identity })).toMatchObject({ kind: 'joined' })
  })
  afterEach(() => company.idp.close())
  afterAll(() => joinery.close())

  const accountOf = async (browser: Browser) => (await sessionOf(joinery, browser)).body.account?.id
  const suspend = (scimId: string) => setActive(company, scimId, false)
  const entered = async (query = ''): Promise<Browser> => {
    const browser = createBrowser()
    await signIn(company, name, browser, query)
    return browser
  }
  /** Whom a sign-in may make. */
  const fromProvenDomain = (who: string): Promise<void> => {
    const domain = `${who}.${company.accountId}.example`
    company.idp.people.set(`00u${who}`, person(who, { email: `${who}@${domain}` }))
    return proveDomain(joinery, company.accountId, domain)
  }
  const isRefusedEverywhere = async (): Promise<void> => {
    for (const query of ['', `?account=${other}`])
      expect((await signIn(company, name, createBrowser(), query)).status).toBe(403)
  }

  it('lands elsewhere as long as nobody knows him at home, and at home from then on', async () => {
    expect(await accountOf(await entered())).toBe(other)
    await push(company, name)
    expect(await accountOf(await entered())).toBe(company.accountId)
    expect(await accountOf(await entered(`?account=${other}`))).toBe(other)
  })

  it.each(['at home', 'elsewhere'])('is out everywhere by active: false once he has signed in %s', async (where) => {
    const scimId = await push(company, name)
    const browser = await entered(where === 'at home' ? '' : `?account=${other}`)
    expect(await accountOf(browser)).toBe(where === 'at home' ? company.accountId : other)
    await suspend(scimId)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await isRefusedEverywhere()
  })

  const leaving: [string, (scimId: string) => Promise<unknown>][] = [
    ['active: false', (scimId) => suspend(scimId)],
    ['DELETE', (scimId) => company.scim('DELETE', `/Users/${scimId}`)],
  ]
  it.each(leaving)('is out by %s with the session that he had before his directory told of him', async (_, leave) => {
    const browser = await entered(`?account=${other}`)
    const scimId = await push(company, name)
    expect(await accountOf(browser)).toBe(other) // to be told of is no reason to go
    await leave(scimId)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await isRefusedEverywhere()
  })

  it.each(leaving)(
    'is out by %s as whom his sign-in made at home before his directory told of him',
    async (_, leave) => {
      await fromProvenDomain(name)
      const [here, there] = [await entered(), await entered(`?account=${other}`)]
      expect([await accountOf(here), await accountOf(there)]).toEqual([company.accountId, other])
      await leave(await push(company, name))
      for (const browser of [here, there]) expect((await sessionOf(joinery, browser)).status).toBe(401)
      await isRefusedEverywhere()
    },
  )

  it('is out where his directory names him by the user name', async () => {
    const { issuer } = company.idp
    const pair = { attribute: 'userName', claim: 'sub' }
    const settings = { issuer, clientId, authority: 'jit', defaultRole: 'support', pair }
    await joinery.api.ok('PUT', company.oidcPath, settings)
    const browser = await entered(`?account=${other}`)
    const scimId = await push(company, name, { userName: `00u${name}`, externalId: 'another' })
    expect(await accountOf(browser)).toBe(other)
    await suspend(scimId)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await isRefusedEverywhere()
  })

  it('does not come back by a sign-in that makes people once he was removed', async () => {
    await fromProvenDomain('gone')
    await company.scim('DELETE', `/Users/${await push(company, 'gone')}`)
    expect((await signIn(company, 'gone')).status).toBe(403)
    await fromProvenDomain('comes')
    expect((await signIn(company, 'comes')).status).toBe(200)
  })

  it('is refused where he was let go before he ever signed in at home', async () => {
    const scimId = await push(company, name)
    await suspend(scimId)
    await isRefusedEverywhere()
    await company.scim('DELETE', `/Users/${scimId}`)
    await isRefusedEverywhere()
  })
})
