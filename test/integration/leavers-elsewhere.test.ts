import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { patch } from '../support/idp.ts'
import { mailedToken } from '../support/invitations.ts'
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
