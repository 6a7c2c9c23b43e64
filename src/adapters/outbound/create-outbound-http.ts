import type { OutboundAnswer, OutboundHttp } from '../../application/ports.ts'
import { AppError } from '../../domain/errors.ts'
import { judgeAddress } from '../../domain/outbound-address.ts'
import { judgeUrl, urlRefusals, type OutboundTarget, type UrlRefusal } from '../../domain/outbound-url.ts'
import { dialTcp, exchange, UnfitBody, type Asked, type Dial, type RawAnswer } from './exchange.ts'
import { resolveName, type Resolve } from './resolver.ts'

/** What may be called. Tests take the wall away to see that something would have come through. */
export type Wall = {
  url(text: string): OutboundTarget | UrlRefusal
  address(text: string): boolean
}

export type OutboundOptions = {
  allowLoopback: boolean
  resolve?: Resolve
  dial?: Dial
  ca?: string
  wall?: Wall
  timeoutMs?: number
}

const timeoutMs = 5000
const mostRedirects = 3
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

type Needs = { wall: Wall; resolve: Resolve; dial: Dial; ca: string | undefined; timeoutMs: number }

/** The one way out to a URL that a tenant has set. Errors say what kind of thing failed, and no address. */
export function createOutboundHttp(options: OutboundOptions): OutboundHttp {
  const { allowLoopback, ca } = options
  const needs: Needs = {
    wall: options.wall ?? {
      url: (text) => judgeUrl(text, { allowLoopback }),
      address: (text) => judgeAddress(text) === 'public',
    },
    resolve: options.resolve ?? resolveName,
    dial: options.dial ?? dialTcp,
    ca,
    timeoutMs: options.timeoutMs ?? timeoutMs,
  }
  return {
    refusal(url) {
      const judged = needs.wall.url(url)
      return typeof judged === 'string' ? urlRefusals[judged] : null
    },
    get: (url, accept = 'application/json') => get(needs, url, accept),
    async send(url, asked) {
      const signal = AbortSignal.timeout(needs.timeoutMs)
      const { status, headers, body } = await oneHop(needs, url, { asked, signal })
      return { status, contentType: headers['content-type'] ?? '', body, headers: plainHeaders(headers) }
    },
  }
}

function plainHeaders(headers: RawAnswer['headers']): Record<string, string> {
  const plain = Object.entries(headers).filter((each): each is [string, string] => typeof each[1] === 'string')
  return Object.fromEntries(plain)
}

async function get(needs: Needs, url: string, accept: string): Promise<OutboundAnswer> {
  const signal = AbortSignal.timeout(needs.timeoutMs)
  const asked: Asked = { method: 'GET', headers: { Accept: accept }, body: null }
  let next = url
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const { status, headers, body } = await oneHop(needs, next, { asked, signal })
    const { location } = headers
    if (!redirects.has(status) || location === undefined) {
      return { status, contentType: headers['content-type'] ?? '', body }
    }
    next = absolute(location, next)
  }
  throw refused('redirects', `more than ${mostRedirects} redirects were answered`)
}

function absolute(location: string, base: string): string {
  if (!URL.canParse(location, base)) throw refused('redirects', 'a redirect led to what is no URL')
  return new URL(location, base).href
}

type Ask = { asked: Asked; signal: AbortSignal }

/** One judged call; every hop of a redirect comes through here anew. */
async function oneHop(needs: Needs, url: string, { asked, signal }: Ask): Promise<RawAnswer> {
  const target = needs.wall.url(url)
  if (typeof target === 'string') throw refused(target, `the URL ${urlRefusals[target]}`)
  const { dial, ca } = needs
  let failure: unknown
  for (const address of await judged(needs, target, signal)) {
    try {
      return await exchange({ target, address, asked, signal, dial, ca })
    } catch (error) {
      failure = error
      if (signal.aborted || error instanceof UnfitBody) break
    }
  }
  throw toAppError(failure, signal)
}

/** The addresses of the host, if every one of them may be dialled. They are looked up once, and then dialled as they are. */
async function judged({ wall, resolve }: Needs, { host }: OutboundTarget, signal: AbortSignal): Promise<string[]> {
  const known = loopback[host]
  if (known !== undefined) return [known]
  const addresses = await resolve(host, signal).catch(() => [])
  if (signal.aborted) throw toAppError(null, signal)
  if (addresses.length === 0) throw unreachable('its host name is not known')
  if (!addresses.every((address) => wall.address(address))) {
    throw refused('address', 'the host leads to an address that is not one of the public internet')
  }
  return addresses.slice(0, mostAddresses)
}

const mostAddresses = 4

/** The wall lets these hosts through only where it was told to. */
const loopback: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  '127.0.0.1': '127.0.0.1',
  '[::1]': '::1',
}

function toAppError(failure: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return unreachable('it took too long')
  if (failure instanceof UnfitBody) return refused('body', 'the answer is packed, or larger than 1 MiB')
  const code = (failure as { code?: unknown } | null)?.code
  return unreachable(typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : 'the connection failed')
}

function refused(why: string, what: string): AppError {
  return new AppError('policy_violation', what, { rule: `outbound_${why}` })
}

function unreachable(why: string): AppError {
  return new AppError('upstream_unavailable', `the other side cannot be reached: ${why}`)
}
