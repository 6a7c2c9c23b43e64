/** A key that tokens for gateways are signed with (ES256); its private half lies among the sealed secrets. */
export type SigningKey = {
  /** Its `kid`, the thumbprint of the key (RFC 7638). */
  readonly id: string
  /** One more than the key before it. */
  readonly position: number
  readonly publicJwk: Readonly<Record<string, string>>
  readonly createdAt: number
  /** It is published before that, so that whoever keeps the key set for a while knows it in time. */
  readonly signsFrom: number
  /** Null while no other has taken its place. */
  readonly publishedUntil: number | null
}

const minuteMs = 60_000

/** For how long a gateway may keep the key set; its answer says so. */
export const keySetSeconds = 300
/** A new key is published for this long before it signs: twice as long as a key set is kept. */
export const publishAheadMs = 2 * keySetSeconds * 1000
/** For how long a key stays published after it has signed its last token. */
const publishBehindMs = 60 * minuteMs
export const keyLifeDays = 30

export function isPublished({ publishedUntil }: SigningKey, now: number): boolean {
  return publishedUntil === null || publishedUntil > now
}

/** The newest of those that may sign. */
export function signingKeyOf(keys: readonly SigningKey[], now: number): SigningKey | undefined {
  const may = keys.filter((key) => key.signsFrom <= now && isPublished(key, now))
  return may.sort((a, b) => b.position - a.position)[0]
}

export type KeyState = 'next' | 'signs' | 'past'

export function keyState(key: SigningKey, keys: readonly SigningKey[], now: number): KeyState {
  if (key.signsFrom > now) return 'next'
  return signingKeyOf(keys, now)?.id === key.id ? 'signs' : 'past'
}

/** Whether there is no key to sign with, or the newest is old enough for another one. */
export function isKeyDue(keys: readonly SigningKey[], now: number): boolean {
  const newest = Math.max(...keys.map(({ createdAt }) => createdAt))
  return signingKeyOf(keys, now) === undefined || now - newest >= keyLifeDays * 24 * 60 * minuteMs
}

/** When a new key begins to sign, and until when those before it stay published. */
export type Handover = { readonly signsFrom: number; readonly othersUntil: number }

/** Step by step, or at once, when a key is known to others: then what it signed is refused from now on. */
export function handover(keys: readonly SigningKey[], immediately: boolean, now: number): Handover {
  if (immediately) return { signsFrom: now, othersUntil: now }
  const signsFrom = signingKeyOf(keys, now) === undefined ? now : now + publishAheadMs
  return { signsFrom, othersUntil: signsFrom + publishBehindMs }
}
