import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { OutboundHttp } from '../../application/ports.ts'
import { AppError } from '../../domain/errors.ts'

type Clock = { now(): number }
type Deps = { outbound: Pick<OutboundHttp, 'get'>; clock: Clock }

/** What is known of one URL: the keys last read and when, when it was last asked, and what came of that. */
type Entry = {
  readonly url: string
  keys: JWTVerifyGetKey | null
  readAt: number
  askedAt: number
  failure: Error | null
  pending: Promise<void> | null
}

/** Keys are read anew after this time. */
export const freshMs = 600_000
/** Where they cannot be read, the old ones serve so long. */
export const staleMs = 86_400_000
/** An unknown key asks the other side again, but not more often than this. */
export const unknownKeyMs = 30_000
/** Nor is a side that failed asked more often than this. */
export const failureMs = 10_000
const mostUrls = 500
const mostKeys = 100

/** Public keys by URL, fetched through the wall: kept for a while, asked for once however many wait. */
export function createKeySets(deps: Deps): (url: string) => JWTVerifyGetKey {
  const entries = new Map<string, Entry>()
  const { clock } = deps
  return (url) => async (header, token) => {
    const entry = entries.get(url) ?? { url, keys: null, readAt: 0, askedAt: 0, failure: null, pending: null }
    remember(entries, url, entry)
    const keys = await current(deps, entry)
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const again = entry.pending !== null || clock.now() - entry.askedAt >= unknownKeyMs
      if (again) await refresh(deps, entry)
      // Where the keys could not be read last time, nobody can say that this one is not among them.
      if (entry.failure !== null) throw entry.failure
      if (!again || entry.keys === null) throw error
      return entry.keys(header, token)
    }
  }
}

/** The keys to verify with, read anew where they are old. */
async function current(deps: Deps, entry: Entry): Promise<JWTVerifyGetKey> {
  const now = deps.clock.now()
  const old = entry.keys === null || now - entry.readAt >= freshMs
  const may = entry.pending !== null || entry.failure === null || now - entry.askedAt >= failureMs
  if (old && may) await refresh(deps, entry)
  if (entry.keys !== null && deps.clock.now() - entry.readAt < staleMs) return entry.keys
  throw entry.failure ?? unreadable('it was never read')
}

function refresh(deps: Deps, entry: Entry): Promise<void> {
  return (entry.pending ??= read(deps, entry))
}

async function read({ outbound, clock }: Deps, entry: Entry): Promise<void> {
  entry.askedAt = clock.now()
  try {
    const answer = await outbound.get(entry.url, 'application/jwk-set+json, application/json')
    entry.keys = createLocalJWKSet(parseKeys(answer))
    entry.readAt = clock.now()
    entry.failure = null
  } catch (error) {
    entry.failure = error instanceof Error ? error : unreadable('it cannot be read')
  } finally {
    entry.pending = null
  }
}

function remember(entries: Map<string, Entry>, url: string, entry: Entry): void {
  entries.delete(url)
  entries.set(url, entry)
  const [oldest] = entries.keys()
  if (entries.size > mostUrls && oldest !== undefined) entries.delete(oldest)
}

/** The public keys in an answer; what is no key for signatures is passed over, and no secret is ever taken for one. */
function parseKeys({ status, body }: { status: number; body: string }): JSONWebKeySet {
  if (status >= 500 || status === 429)
    throw new AppError('upstream_unavailable', `the key set cannot be read now: it answers ${status}`)
  if (status !== 200) throw unreadable(`it answers ${status}`)
  const keys = keysOf(body)
  if (keys === null) throw unreadable('it is no JSON Web Key Set')
  if (keys.length > mostKeys) throw unreadable(`it has more than ${mostKeys} keys`)
  const isPublic = (key: JSONWebKeySet['keys'][number]): boolean =>
    ['RSA', 'EC', 'OKP'].includes(key.kty ?? '') && !('d' in key)
  return { keys: keys.filter(isPublic) }
}

function keysOf(body: string): JSONWebKeySet['keys'] | null {
  try {
    const { keys } = JSON.parse(body) as { keys?: unknown }
    const isKey = (key: unknown): boolean => typeof key === 'object' && key !== null && !Array.isArray(key)
    return Array.isArray(keys) && keys.every(isKey) ? (keys as JSONWebKeySet['keys']) : null
  } catch {
    return null
  }
}

function unreadable(why: string): AppError {
  return new AppError('policy_violation', `the key set cannot be used: ${why}`, { rule: 'key_set' })
}
