import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInChromium } from '../support/chromium.ts'
import { person, startCompany, startSignInJoinery, type Company, type SignInJoinery } from '../support/sign-in.ts'

describeInChromium('accounts of one’s own in a real browser, without JavaScript', (launch) => {
  let joinery: SignInJoinery
  let platform: Company
  let browser: Browser

  beforeAll(async () => {
    joinery = await startSignInJoinery({ env: { OPEN_ACCOUNTS: 'plivo, cpaas-iam' } })
    platform = await startCompany(joinery, { people: [person('nora')], settings: { platform: true } })
    platform.idp.next.sub = '00unora'
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await platform.idp.close()
    await joinery.close()
  })

  const open = async (page: Page, name: string, platformName: string): Promise<void> => {
    await page.getByLabel('Name of the account').fill(name)
    await page.getByLabel('Platform').selectOption({ label: platformName })
    await page.getByRole('button', { name: 'Open the account' }).click()
  }
  /** The propagation gives the owner his role within moments. */
  const becomes = async (page: Page, role: string): Promise<void> =>
    expect
      .poll(async () => {
        await page.reload()
        return page.locator('dd').allInnerTexts()
      })
      .toContain(role)

  it('a stranger opens his first account, then a second one in the console, and goes back and forth', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && message.location().url.startsWith(joinery.url)) complaints.push(message.text())
    })
    await page.goto(`${joinery.url}/console`)
    await page.getByRole('link', { name: 'Open an account of your own' }).click()
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await page.getByText('You have signed in as nora Doe').waitFor()
    await open(page, 'Nora & Sons', 'Plivo')
    await page.getByRole('heading', { name: 'Nora & Sons is open' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.waitForURL(`${joinery.url}/console`)
    expect(await page.title()).toBe('Nora & Sons · Joinery')
    await becomes(page, 'Owner')

    await page.getByRole('button', { name: 'Open the account' }).click()
    expect(new URL(page.url()).pathname).toBe('/console') // the browser asks for a name
    await open(page, 'Nora Abroad', 'CPaaS Identity Access Management')
    await page.waitForURL(`${joinery.url}/console`)
    expect(await page.title()).toBe('Nora Abroad · Joinery')
    await becomes(page, 'Administrator')
    await page.getByRole('button', { name: 'Land in this account at sign-in' }).click()
    await page.getByText('You land in this account when you sign in').waitFor()
    await page.getByRole('button', { name: 'Go to Nora & Sons' }).click()
    await page.waitForURL(`${joinery.url}/console`)
    expect(await page.title()).toBe('Nora & Sons · Joinery')
    expect(complaints).toEqual([])
    await context.close()
  })
})
