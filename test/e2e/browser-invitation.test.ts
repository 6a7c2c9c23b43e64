import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInChromium } from '../support/chromium.ts'
import { mailedToken } from '../support/invitations.ts'
import { person, startCompany, startSignInJoinery, type Company, type SignInJoinery } from '../support/sign-in.ts'

describeInChromium('an invited stranger in a real browser, without JavaScript', (launch) => {
  let joinery: SignInJoinery
  let platform: Company
  let browser: Browser
  let accountId: string

  beforeAll(async () => {
    joinery = await startSignInJoinery()
    platform = await startCompany(joinery, { people: [person('gus')], settings: { platform: true } })
    platform.idp.next.sub = '00ugus'
    accountId = (await joinery.api.ok('POST', '/accounts', { name: 'Hosts', catalog: 'plivo' })).id
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await platform.idp.close()
    await joinery.close()
  })

  it('signs in, accepts, and is in once he is confirmed', async () => {
    const invitations = `/accounts/${accountId}/invitations`
    const { id } = await joinery.api.ok('POST', invitations, { email: 'gus@corp.example', roles: ['developer'] })
    const link = `${joinery.url}/auth/invitations/${await mailedToken(joinery.api, accountId, id as string)}`
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && message.location().url.startsWith(joinery.url)) complaints.push(message.text())
    })
    await page.goto(link)
    expect(await page.getByLabel('Your work e-mail').inputValue()).toBe('gus@corp.example')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Accept as gus Doe' }).click()
    await page.getByText('Waiting for confirmation').waitFor()
    await page.goto(`${joinery.url}/console`)
    expect(new URL(page.url()).pathname).toBe('/auth/login')

    const { claim } = await joinery.api.ok('GET', `${invitations}/${id}`)
    await joinery.api.ok('POST', `${invitations}/${id}/confirm`, { issuer: claim.issuer, subject: claim.subject })
    await page.goto(`${platform.loginUrl}?account=${accountId}`)
    await page.waitForURL(`${joinery.url}/console`)
    expect(await page.title()).toBe('Hosts · Joinery')
    expect(complaints).toEqual([])
    await context.close()
  })
})
