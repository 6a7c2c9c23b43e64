/** A browser as far as sign-in needs one: cookies per origin, redirects by hand. */
export type Page = { status: number; url: string; text: string; headers: Headers; location: string | null }

export type Browser = {
  /** One request, no redirect followed. */
  get(url: string, headers?: Record<string, string>): Promise<Page>
  /** As a form of the page at `from` posts it. */
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Page>
  /** Follows redirects, and pages that go on by themselves, up to one for which `stop` says so. */
  follow(url: string, stop?: (url: string) => boolean): Promise<Page>
  walk(page: Page, stop?: (url: string) => boolean): Promise<Page>
  cookies: Map<string, Map<string, string>>
}

const mostSteps = 20

export function createBrowser(): Browser {
  const cookies = new Map<string, Map<string, string>>()

  async function send(
    method: string,
    url: string,
    body: string | undefined,
    more: Record<string, string>,
  ): Promise<Page> {
    const { origin } = new URL(url)
    const jar = cookies.get(origin) ?? new Map<string, string>()
    cookies.set(origin, jar)
    const cookie = cookieOf({ cookies }, url)
    const headers: Record<string, string> = { ...(cookie === '' ? {} : { Cookie: cookie }), ...more }
    const response = await fetch(url, { method, redirect: 'manual', headers, ...(body === undefined ? {} : { body }) })
    for (const each of response.headers.getSetCookie()) keep(jar, each)
    const location = response.headers.get('location')
    const text = await response.text()
    return {
      status: response.status,
      url,
      text,
      headers: response.headers,
      location: location && new URL(location, url).href,
    }
  }

  const get: Browser['get'] = (url, headers = {}) =>
    send('GET', url, undefined, { 'Sec-Fetch-Site': 'none', ...headers })

  async function walk(page: Page, stop: (url: string) => boolean = () => false): Promise<Page> {
    let current = page
    for (let step = 0; step < mostSteps; step += 1) {
      const next = current.location ?? refreshOf(current)
      if (next === null || stop(next)) return current
      current = await get(next)
    }
    throw new Error(`more than ${mostSteps} steps, the last at ${current.url}`)
  }

  return {
    cookies,
    get,
    walk,
    post: (url, form, headers = {}) =>
      send('POST', url, new URLSearchParams(form).toString(), {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Sec-Fetch-Site': 'same-origin',
        Origin: new URL(url).origin,
        ...headers,
      }),
    follow: async (url, stop) => walk(await get(url), stop),
  }
}

/** What the browser sends to an origin as its `Cookie` header. */
export function cookieOf({ cookies }: Pick<Browser, 'cookies'>, url: string): string {
  const jar = cookies.get(new URL(url).origin) ?? new Map<string, string>()
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

function keep(jar: Map<string, string>, text: string): void {
  const [pair = '', ...attributes] = text.split(';').map((each) => each.trim())
  const at = pair.indexOf('=')
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
  const expires = attributes.find((each) => /^expires=/i.test(each))?.slice('expires='.length)
  const over =
    (expires !== undefined && Date.parse(expires) <= Date.now()) || attributes.some((each) => /^max-age=0$/i.test(each))
  if (over) jar.delete(name)
  else jar.set(name, value)
}

function refreshOf({ text, url }: Page): string | null {
  const [, target] = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(text) ?? []
  return target === undefined ? null : new URL(target.replaceAll('&amp;', '&'), url).href
}
