import { z } from 'zod'
import { CliError } from '../../client.ts'

/** As much of a browser as it takes to sign in: cookies of each origin, and redirects. */
export type Browser = ReturnType<typeof createBrowser>
export type Page = { readonly url: string; readonly status: number; readonly text: string }

const mostSteps = 15
const sessionAnswer = z.object({ roles: z.array(z.string()), member: z.object({ userName: z.string() }) })

export function createBrowser(signal: AbortSignal) {
  const jars = new Map<string, Map<string, string>>()

  async function send(method: string, url: string, body?: string): Promise<Page> {
    let [current, how, form]: [string, string, string | undefined] = [url, method, body]
    for (let step = 0; step < mostSteps; step += 1) {
      const response = await ask(jars, current, how, form, signal)
      const next = response.headers.get('location')
      if (next === null) return { url: current, status: response.status, text: await response.text() }
      await response.body?.cancel()
      ;[current, how, form] = [new URL(next, current).href, 'GET', undefined]
    }
    throw new CliError(`a sign-in did not end, the last step was ${current}`)
  }

  return {
    open: (url: string): Promise<Page> => send('GET', url),
    /** Picks a person on the page of a provider. */
    pick: (page: Page, login: string): Promise<Page> => {
      return send('POST', page.url, new URLSearchParams({ person: login }).toString())
    },
    /** Who is signed in at a Joinery; null for nobody. */
    async session(url: string): Promise<{ readonly userName: string; readonly roles: readonly string[] } | null> {
      const { status, text } = await send('GET', `${url}/auth/session`)
      if (status !== 200) return null
      const { roles, member } = sessionAnswer.parse(JSON.parse(text))
      return { userName: member.userName, roles }
    },
  }
}

async function ask(
  jars: Map<string, Map<string, string>>,
  url: string,
  method: string,
  form: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { origin } = new URL(url)
  const jar = jars.get(origin) ?? new Map<string, string>()
  jars.set(origin, jar)
  const response = await fetch(url, {
    ...{ method, redirect: 'manual', signal, body: form ?? null },
    headers: {
      ...(jar.size === 0 ? {} : { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
    },
  })
  for (const cookie of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (value === '') jar.delete(name)
    else jar.set(name, value)
  }
  return response
}
