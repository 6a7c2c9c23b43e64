import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInChromium } from '../support/chromium.ts'
import { person, startCompany, startSignInJoinery, type Company, type SignInJoinery } from '../support/sign-in.ts'

describeInChromium('sign-in in a real browser', (launch) => {
  let joinery: SignInJoinery
  let platform: Company
  let browser: Browser

  beforeAll(async () => {
    joinery = await startSignInJoinery()
    platform = await startCompany(joinery, { people: [person('sam')], settings: { platform: true } })
    platform.idp.next.sub = '00usam'
    for (const name of ['North', 'South']) {
      const owner = { userName: `sam@${name.toLowerCase()}.example`, email: `sam@${name.toLowerCase()}.example` }
      const account = await joinery.api.ok('POST', '/accounts', { name, catalog: 'plivo', owner })
      const path = `/accounts/${account.id}/members/${account.ownerId}/identities`
      await joinery.api.ok('POST', path, { connection: platform.connectionId, subject: '00usam' })
      await joinery.api.ok('PUT', `/accounts/${account.id}/sign-in-name`, { name: name.toLowerCase() })
    }
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await platform.idp.close()
    await joinery.close()
  })

  /** What the browser complains of at our pages: errors on the console, breaches of the policy, answers of 500. */
  function complaintsOf(page: Page): string[] {
    const complaints: string[] = []
    page.on('console', (message) => {
      const ours = message.location().url.startsWith(joinery.url)
      if (ours && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('response', (response) => {
      if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`)
    })
    return complaints
  }

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_name, javaScriptEnabled) => {
    it('signs in by the name of an account, goes over to another one, and signs out at the IdP too', async () => {
      const context = await browser.newContext({ javaScriptEnabled })
      await context.route(
        (url) => url.hostname !== '127.0.0.1',
        (route) => route.abort(),
      )
      const page = await context.newPage()
      const complaints = complaintsOf(page)
      await page.goto(`${joinery.url}/console`)
      expect(new URL(page.url()).pathname).toBe('/auth/login')
      await page.getByLabel('Work e-mail, or the name').fill('north')
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.waitForURL(`${joinery.url}/console`)
      expect(await page.title()).toBe('North · Joinery')
      expect(await page.evaluate('getComputedStyle(document.querySelector(".card")).borderTopStyle')).toBe('solid')

      await page.getByRole('button', { name: 'Go to South' }).click()
      await expect.poll(() => page.title()).toBe('South · Joinery')
      expect((await context.cookies(joinery.url)).filter(({ name }) => name === 'joinery')).toMatchObject([
        { httpOnly: true, sameSite: 'Lax', path: '/' },
      ])

      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL((url) => url.pathname.startsWith('/session/end'))
      await page.getByRole('button').first().click()
      await page.goto(`${joinery.url}/console`)
      expect(new URL(page.url()).pathname).toBe('/auth/login')
      expect(complaints).toEqual([])
      await context.close()
    })
  })
})
