import type { Answer } from './api.ts'

export type Access = <T = any>(path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer<T>>

/** The decision point as a gateway speaks to it. */
export function createAccess(url: string, token: string): Access {
  return async (path, body, headers) => {
    const response = await fetch(`${url}/access/v1${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as never }
  }
}
