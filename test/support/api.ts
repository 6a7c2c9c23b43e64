import { expect } from 'vitest'
import { expectAsDescribed } from './as-described.ts'

export type Answer<T = any> = { status: number; body: T; headers: Headers }

/** The admin API as a client speaks to it. */
export type Api = {
  url: string
  call<T = any>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  /** The body of a call that must have worked. */
  ok<T = any>(method: string, path: string, body?: unknown): Promise<T>
}

/** `token` null: no credential but what a call's own headers hold. */
export function createApi(url: string, token: string | null): Api {
  const call: Api['call'] = async (method, path, body, headers) => {
    const answer = await request(`${url}/api/v1${path}`, method, body, {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      'Content-Type': 'application/json',
      ...headers,
    })
    expectAsDescribed(method, path, answer)
    return answer
  }
  return {
    url,
    call,
    async ok(method, path, body) {
      const answer = await call(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

export type Scim = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

/** A connection's SCIM endpoint as its IdP speaks to it. */
export function createScim(scimUrl: string, token: string): Scim {
  return (method, path, body, headers) =>
    request(`${scimUrl}${path}`, method, body, {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/scim+json',
      ...headers,
    })
}

export type Tenant = { accountId: string; connectionId: string; scimUrl: string; token: string; scim: Scim }

/** An account with one connection and a token. */
export async function createTenant(api: Api, kind = 'okta', catalog = 'plivo'): Promise<Tenant> {
  const account = await api.ok('POST', '/accounts', { name: `Account ${kind}`, catalog })
  return createConnection(api, account.id, kind)
}

export async function createConnection(api: Api, accountId: string, kind = 'okta'): Promise<Tenant> {
  const connection = await api.ok('POST', `/accounts/${accountId}/connections`, { name: kind, kind })
  const { token } = await api.ok('POST', `/accounts/${accountId}/connections/${connection.id}/tokens`, {})
  const scimUrl = new URL(new URL(connection.scimUrl as string).pathname, api.url).href
  return { accountId, connectionId: connection.id, scimUrl, token, scim: createScim(scimUrl, token) }
}

async function request(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const init = {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Asks until the answer is as wanted: for what a worker does in its own time. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (value: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await ask()
    if (wanted(value)) return value
    if (Date.now() > deadline) throw new Error(`not as wanted within ${timeoutMs} ms: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

/** Waits until nobody of the account lags. */
export function settled(api: Api, accountId: string, timeoutMs = 10_000): Promise<unknown> {
  return eventually(
    () => api.ok<{ pending: number; running: number }>('GET', `/accounts/${accountId}/propagation`),
    ({ pending, running }) => pending === 0 && running === 0,
    timeoutMs,
  )
}

/** An answer that is a problem (RFC 9457), with all that everybody is told. */
export function isProblem(answer: Answer, status: number, code: string): void {
  expect(answer.body).toMatchObject({
    type: `urn:joinery:problem:${code}`,
    status,
    title: expect.stringMatching(/\S/) as string,
    detail: expect.stringMatching(/\S/) as string,
    request_id: answer.headers.get('x-request-id'),
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
}
