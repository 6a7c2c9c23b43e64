import { cookieOf, createBrowser, type Browser, type Page } from './browser.ts'
import type { Joinery } from './joinery.ts'

/** The form for an account of one's own on a page, with what it holds; its fields may be changed before it is sent. */
export function openingFormOf({ text }: Page): Record<string, string> {
  const [, form = ''] = /<form method="post" action="[^"]*\/auth\/open">([\s\S]*?)<\/form>/.exec(text) ?? []
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  return Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
}

export const hasOpeningForm = ({ text }: Page): boolean => text.includes('/auth/open"')

/** Opens an account by the form of the console; the page that it ends at. */
export async function openByForm(joinery: Joinery, browser: Browser, name: string, more: object = {}): Promise<Page> {
  const form = openingFormOf(await browser.get(`${joinery.url}/console`))
  return browser.walk(await browser.post(`${joinery.url}/auth/open`, { ...form, name, ...more }))
}

export type JsonAnswer = { status: number; body: any; headers: Headers }

/** Opens an account as a console of the platform does; the browser keeps no cookie of the answer. */
export async function openByJson(
  joinery: Joinery,
  browser: Browser,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const url = `${joinery.url}/auth/accounts`
  const usual = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', Cookie: cookieOf(browser, url) }
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(url, { method: 'POST', body: sent, headers: { ...usual, ...headers } })
  return { status: answer.status, body: await answer.json(), headers: answer.headers }
}

/** A browser with the same cookies. */
export function twinOf(browser: Browser): Browser {
  const twin = createBrowser()
  for (const [origin, jar] of browser.cookies) twin.cookies.set(origin, new Map(jar))
  return twin
}
