import { mailedToken } from '../support/invitations.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import {
  person,
  push,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

describeOnBoth('the page of an invitation', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let inviting: string

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database })
    company = await startCompany(joinery, { people: [person('ann')] })
    await push(company, 'ann')
    inviting = (await joinery.api.ok('POST', '/accounts', { name: 'Guests', catalog: 'plivo' })).id
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  const invited = async (email: string): Promise<string> => {
    const { id } = await joinery.api.ok('POST', `/accounts/${inviting}/invitations`, { email, roles: ['developer'] })
    return `${joinery.url}/auth/invitations/${await mailedToken(joinery.api, inviting, id as string)}`
  }

  it('sends strangers to the sign-in, and spends nothing by being looked at', async () => {
    const link = await invited('first@corp.example')
    for (let look = 0; look < 3; look += 1) {
      const page = await createBrowser().get(link)
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('Guests invites you')])
      expect(page.text).toMatch(/<form method="post" action="\/auth\/login">[^]*name="return_to"/)
    }
  })

  it('lets somebody who is signed in elsewhere take it up; without a proof it waits for whoever invited', async () => {
    const link = await invited('second@corp.example')
    const browser = createBrowser()
    await signIn(company, 'ann', browser)
    expect((await browser.get(link)).text).toContain('Accept as')
    expect((await browser.post(link, {}, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    const taken = await browser.post(link, {})
    expect([taken.status, taken.text]).toEqual([200, expect.stringContaining('Waiting for confirmation')])
    const { items } = await joinery.api.ok('GET', `/accounts/${inviting}/invitations?state=awaiting_confirmation`)
    expect(items).toHaveLength(1)
  })

  it('says plainly that a link leads nowhere', async () => {
    const page = await createBrowser().get(`${joinery.url}/auth/invitations/nonsense`)
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.status).toBeLessThan(500)
  })
})
