import { afterAll, beforeAll } from 'vitest'
import { createBrowser, type Browser } from './browser.ts'
import { createClock } from './clock.ts'
import { openByForm } from './openings.ts'
import { sessionOf, startSignInJoinery, type Company, type SignInJoinery } from './sign-in.ts'
import { settle } from './signed-in.ts'
import { createNewcomers, startThreeCompanies, type Newcomer } from './three-companies.ts'

type SignedIn = Newcomer & { browser: Browser }

/** A service whose people open accounts of their own, for one suite. Starts before its first test, ends after its last. */
export type OwnAccounts = {
  readonly joinery: SignInJoinery
  readonly clock: ReturnType<typeof createClock>
  readonly platform: Company
  readonly partner: Company
  readonly strict: Company
  somebody: ReturnType<typeof createNewcomers>
  /** A member of the company whose sign-in creates people, in a browser of his. */
  partnerMember(): Promise<SignedIn>
  /** A member of an account without an IdP, who comes in by the platform's sign-in. */
  platformMember(): Promise<SignedIn & { accountId: string; memberId: string }>
  /** The session in a browser. */
  here(browser: Browser): Promise<any>
  accountsOf(browser: Browser): Promise<any[]>
  /** The id of an account that is opened in a browser. */
  accountIn(browser: Browser, name: string): Promise<string>
}

export function useOwnAccounts(database: 'sqlite' | 'postgres'): OwnAccounts {
  const clock = createClock()
  const somebody = createNewcomers()
  let joinery: SignInJoinery
  let companies: [Company, Company, Company]
  beforeAll(async () => {
    const env = { OPEN_ACCOUNTS: 'plivo, cpaas-iam' }
    joinery = await startSignInJoinery({ database, clock, workers: false, env })
    companies = await startThreeCompanies(joinery)
  })
  afterAll(async () => {
    for (const { idp } of companies) await idp.close()
    await joinery.close()
  })

  const here = async (browser: Browser) => (await sessionOf(joinery, browser)).body
  return {
    ...{ clock, somebody, here },
    get joinery() {
      return joinery
    },
    get platform() {
      return companies[0]
    },
    get partner() {
      return companies[1]
    },
    get strict() {
      return companies[2]
    },
    async partnerMember() {
      const [, partner] = companies
      const who = somebody(partner, 'partner.example')
      const browser = createBrowser()
      await browser.follow(partner.loginUrl)
      await settle(joinery)
      return { ...who, browser }
    },
    platformMember: () => enterByPlatform(joinery, companies[0], somebody),
    accountsOf: async (browser) => JSON.parse((await browser.get(`${joinery.url}/auth/accounts`)).text).items,
    async accountIn(browser, name) {
      await openByForm(joinery, browser, name, { catalog: 'plivo' })
      await settle(joinery)
      return (await here(browser)).account.id
    },
  }
}

async function enterByPlatform(joinery: SignInJoinery, platform: Company, somebody: OwnAccounts['somebody']) {
  const who = somebody(platform, 'small.example')
  const owner = { userName: who.email, email: who.email }
  const account = await joinery.api.ok('POST', '/accounts', { name: 'Small', catalog: 'plivo', owner })
  const identity = { connection: platform.connectionId, subject: who.sub }
  await joinery.api.ok('POST', `/accounts/${account.id}/members/${account.ownerId}/identities`, identity)
  const browser = createBrowser()
  await browser.follow(`${platform.loginUrl}?account=${account.id}`)
  await settle(joinery)
  return { ...who, browser, accountId: account.id as string, memberId: account.ownerId as string }
}
