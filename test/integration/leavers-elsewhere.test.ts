import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { patch } from '../support/idp.ts'
import { anIdentity, mailedToken, signIn as signingIn } from '../support/invitations.ts'
import {
  person,
  push,
  sessionOf,
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
    await company.scim('PATCH', `/Users/${scimId}`, patch({ op: 'replace', path: 'active', value: false }))
    await isOut()
  })

  it('by DELETE', async () => {
    await company.scim('DELETE', `/Users/${scimId}`)
    await isOut()
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
  const suspend = (scimId: string) =>
    company.scim('PATCH', `/Users/${scimId}`, patch({ op: 'replace', path: 'active', value: false }))
  const entered = async (query = ''): Promise<Browser> => {
    const browser = createBrowser()
    await signIn(company, name, browser, query)
    return browser
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

  it('is refused where he was let go before he ever signed in at home', async () => {
    const scimId = await push(company, name)
    await suspend(scimId)
    await isRefusedEverywhere()
    await company.scim('DELETE', `/Users/${scimId}`)
    await isRefusedEverywhere()
  })
})
