import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { describeInChromium } from '../support/chromium.ts'
import { startProcess, type Child } from '../support/processes.ts'

describeInChromium('joinery demo, in a real browser', (launch) => {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-demo-sign-in-'))
  let demo: Child
  let browser: Browser
  let loginUrl: string

  beforeAll(async () => {
    const env = { HOME: folder, DATA_DIR: folder }
    demo = await startProcess('src/cli/main.ts', ['demo'], env, /propagation status --account/)
    loginUrl = /(http:\S+\/auth\/login) {2}and type brightquay or alderway/.exec(demo.printed())?.[1] ?? ''
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await demo.stop('SIGINT')
    rmSync(folder, { recursive: true, force: true })
  })

  test('prints where to sign in and as whom, and that works: one person after another, a leaver is refused', async () => {
    expect(demo.printed()).toMatch(/ {4}Jonas Lindqvist +support\n/)
    expect(demo.printed()).toMatch(/ {4}Thabo Nkosi +suspended: is refused\n/)
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const signIn = async (company: string, name: string): Promise<void> => {
      await page.goto(loginUrl)
      await page.getByLabel('name of your company').fill(company)
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('button', { name }).click()
    }
    for (const [company, name, account, role] of [
      ['brightquay', 'Jonas Lindqvist', 'Brightquay Logistics', 'Support'],
      ['alderway', 'Dagný Einarsdóttir', 'Alderway Health', 'Admin'],
    ] as const) {
      await signIn(company, name)
      await page.waitForURL(/\/console$/)
      expect(await page.getByRole('heading').textContent()).toBe(name)
      expect(await page.locator('dd').allTextContents()).toEqual(expect.arrayContaining([account, role]))
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(/signed-out$/)
    }
    await signIn('brightquay', 'Thabo Nkosi')
    await expect.poll(() => page.getByRole('heading').textContent()).toBe('Your access is suspended')
    await page.goto(new URL('/console', loginUrl).href)
    expect(new URL(page.url()).pathname).toBe('/auth/login')
    await context.close()
  })
})
