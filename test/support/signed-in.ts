import type { Operation } from '../../src/application/operation.ts'
import { createApi, type Api } from './api.ts'
import { cookieOf, createBrowser, type Browser } from './browser.ts'
import { propagator, type Joinery } from './joinery.ts'

/** A request of a person who is signed in to his account. */
export function as(memberId: string, accountId: string): Operation {
  return { actor: { kind: 'member', accountId, memberId }, id: 'test' }
}

/** A browser that somebody is signed in by, for an hour; his account has no sign-in of its own. */
export async function browserOf({ api, url }: Joinery, accountId: string, memberId: string): Promise<Browser> {
  const made = await api.ok('POST', `/accounts/${accountId}/members/${memberId}/one-time-link`, {})
  const browser = createBrowser()
  await browser.post(`${url}/auth/first`, { link: new URL(made.url as string).searchParams.get('link') ?? '' })
  return browser
}

/** The admin API as a page of this origin speaks to it. */
export function createPersonApi(url: string, browser: Browser): Api['call'] {
  const { call } = createApi(url, null)
  return (method, path, body, headers) =>
    call(method, path, body, { Cookie: cookieOf(browser, url), 'Sec-Fetch-Site': 'same-origin', ...headers })
}

/** Reconciles until nobody lags. */
export async function settle({ runtime: { app } }: Joinery): Promise<void> {
  for (;;) {
    const lagging = await app.findLagging(propagator, { limit: 500, olderThanMs: 0 })
    if (lagging.length === 0) return
    const memberIds = lagging.map(({ memberId }) => memberId)
    await app.reconcile(propagator, { memberIds, owner: 'test', leaseMs: 10_000 })
  }
}
