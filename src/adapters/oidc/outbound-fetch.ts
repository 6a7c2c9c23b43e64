import type { CustomFetch } from 'openid-client'
import type { OutboundHttp } from '../../application/ports.ts'

/** What the client library fetches goes out through the wall, and through nothing else. */
export function outboundFetch(outbound: OutboundHttp): CustomFetch {
  return async (url, { method, headers, body }) => {
    const asked = { method: method === 'POST' ? 'POST' : 'GET', headers, body: textOf(body) } as const
    const answer = await outbound.send(url, asked)
    const bodyless = answer.status === 204 || answer.status === 304
    return new Response(bodyless ? null : answer.body, { status: answer.status, headers: answer.headers })
  }
}

function textOf(body: unknown): string | null {
  if (body === null || body === undefined) return null
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('only texts and forms are sent')
}
