import type { Head, Sha256 } from './audit-chain.ts'
import { canonicalText } from './canonical-json.ts'

/**
 * What a key says of itself when it comes into use: signed by the key before it (`by`), or by itself where there is none.
 * `publicKey` is the raw Ed25519 key (RFC 8032) in base64url; `id` follows from it.
 */
export type KeyStatement = {
  readonly kind: 'key'
  readonly id: string
  readonly publicKey: string
  readonly at: string
  readonly by: string | null
  readonly signature: string
}

/** What a checkpoint says: at that instant the account's chain had that line with that hash. */
export type CheckpointStatement = {
  readonly kind: 'checkpoint'
  readonly account: string
  readonly seq: number
  readonly hash: string
  readonly at: string
  readonly key: string
  /** Only in the checkpoint that ends an export. */
  readonly closes?: Closing
  readonly signature: string
}

/**
 * What an export holds: its first line and the hash before it, its keys in order, how many checkpoints on the way, and how
 * many personal values beside its lines.
 */
export type Closing = {
  readonly from: number
  readonly prev: string
  readonly keys: readonly string[]
  readonly checkpoints: number
  readonly personal: number
}

/** A private key that this process has. `sign` answers base64url. */
export type SigningKey = { readonly id: string; readonly publicKey: string; sign(text: string): string }

/** The first 128 bits of the SHA-256 of the public key's text. */
export function keyIdOf(publicKey: string, sha256: Sha256): string {
  return sha256(publicKey).slice(0, 32)
}

/** The text that a statement's signature is over: all of it but the signature. */
export function signedText({ signature: _signature, ...statement }: KeyStatement | CheckpointStatement): string {
  return canonicalText(statement)
}

export function stateKey(key: SigningKey, by: SigningKey | null, at: number): KeyStatement {
  const told = { kind: 'key', id: key.id, publicKey: key.publicKey, at: timeOf(at), by: by?.id ?? null } as const
  return { ...told, signature: (by ?? key).sign(signedText({ ...told, signature: '' })) }
}

export function stateCheckpoint(
  key: SigningKey,
  { account, seq, hash, at, closes }: Head & { account: string; at: number; closes?: Closing },
): CheckpointStatement {
  const place = { kind: 'checkpoint', account, seq, hash, at: timeOf(at), key: key.id } as const
  const told = closes === undefined ? place : { ...place, closes }
  return { ...told, signature: key.sign(signedText({ ...told, signature: '' })) }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

/** When heads are signed: as soon as so many lines lie behind the last checkpoint, or the oldest of them is so old. */
export const checkpointLines = 1000
export const checkpointAgeMs = 60_000

export type KeyDecision =
  | { readonly kind: 'sign'; readonly id: string }
  /** The key is not known yet: it comes into use, endorsed by the one before it where there is one. */
  | { readonly kind: 'register'; readonly id: string; readonly by: string | null }
  /** Another key is in use, and this process does not have it. */
  | { readonly kind: 'foreign'; readonly current: string }

/** What a process does with the keys that it has, its preferred one first, given those that have come into use. */
export function decideKey(inUse: readonly { readonly id: string }[], own: readonly [string, ...string[]]): KeyDecision {
  const current = inUse.at(-1)?.id
  const [preferred] = own
  if (current === undefined) return { kind: 'register', id: preferred, by: null }
  if (current === preferred) return { kind: 'sign', id: current }
  const known = inUse.some(({ id }) => id === preferred)
  if (own.includes(current))
    return known ? { kind: 'sign', id: current } : { kind: 'register', id: preferred, by: current }
  return { kind: 'foreign', current }
}
