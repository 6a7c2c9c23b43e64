import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { createBrowser, type Browser } from './browser.ts'
import type { TestClock } from './clock.ts'
import type { Company } from './sign-in.ts'

export type Failure = { readonly what: string; readonly told: string }
export type SignInLoad = {
  readonly failures: Failure[]
  /** How many requests have been answered as they should. */
  good(): number
  /** Waits until each lane has gone round once more. */
  round(): Promise<void>
  stop(): Promise<void>
}

export type LoadOptions = {
  url: string
  company: Company
  audience: string
  clock: TestClock
  names: readonly string[]
}

const keySetLifeMs = 5 * 60_000

/**
 * What people and gateways ask all the time: sign-ins from end to end; somebody who stays signed in, and has his token
 * renewed; and a gateway that checks each token by keys that it asks for every five minutes.
 */
export function startSignInLoad({ url, company, audience, clock, names }: LoadOptions): SignInLoad {
  const failures: Failure[] = []
  let [good, over] = [0, false]
  let keys: { set: JSONWebKeySet; until: number } | null = null

  const check = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
      good += 1
    } catch (error) {
      failures.push({ what, told: String(error).slice(0, 300) })
    }
  }
  const wanted = (status: number, { status: got, text }: { status: number; text: string }): string => {
    if (got !== status) throw new Error(`${got} instead of ${status}: ${/<h1>[^<]*/.exec(text)?.[0] ?? text}`)
    return text
  }
  async function keySet(): Promise<JSONWebKeySet> {
    if (keys !== null && keys.until > clock.now()) return keys.set
    const answer = await fetch(`${url}/.well-known/jwks.json`)
    keys = { set: (await answer.json()) as JSONWebKeySet, until: clock.now() + keySetLifeMs }
    return keys.set
  }
  async function look(browser: Browser): Promise<void> {
    await check('session', async () => wanted(200, await browser.get(`${url}/auth/session`)))
    await check('token', async () => {
      const currentDate = new Date(clock.now()) // the test's clock leaps, and a token lives for a minute
      const { token } = JSON.parse(wanted(200, await browser.post(`${url}/auth/token`, {}))) as { token: string }
      await jwtVerify(token, createLocalJWKSet(await keySet()), { issuer: url, audience, currentDate })
    })
  }
  async function comeIn(name: string): Promise<Browser> {
    const browser = createBrowser()
    clock.advance(300) // the doors of sign-in let one address in so often and no more
    await check('sign-in', async () => wanted(200, await browser.follow(`${company.loginUrl}?login_hint=00u${name}`)))
    return browser
  }
  const comers = names.map((name) => async (): Promise<void> => {
    const browser = await comeIn(name)
    await look(browser)
    await check('sign-out', async () => wanted(200, await browser.post(`${url}/auth/logout`, {})))
  })
  let staying: Browser | undefined
  const stayer = async (): Promise<void> => look((staying ??= await comeIn(names[0] ?? '')))

  const rounds = [...comers, stayer].map(() => 0)
  const lanes = [...comers, stayer].map(async (round, lane) => {
    while (!over) {
      await round()
      rounds[lane] = (rounds[lane] ?? 0) + 1
    }
  })
  return {
    failures,
    good: () => good,
    async round() {
      const before = [...rounds]
      // One round under way may have begun before the call: the next one has not.
      while (rounds.some((each, lane) => each < (before[lane] ?? 0) + 2)) await new Promise(setImmediate)
    },
    async stop() {
      over = true
      await Promise.all(lanes)
    },
  }
}
