import type { AuditValues, Door } from './audit.ts'
import { canonicalText } from './canonical-json.ts'

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export type Sha256 = (text: string) => string

/** What was recorded, before it has a place in its account's chain. `at` is in epoch milliseconds. */
export type RecordedLine = {
  readonly id: string
  readonly accountId: string
  readonly at: number
  readonly actor: string
  /** Null for lines that are older than the doors' names. */
  readonly door: Door | null
  readonly operation: string
  readonly action: string
  readonly target: string
  readonly memberId: string | null
  readonly detail: AuditValues
  readonly before: AuditValues | null
  readonly after: AuditValues | null
}

/** Where an account's chain ends: the number of its last line, and that line's hash. */
export type Head = { readonly seq: number; readonly hash: string }

/** What stands for the hash before the first line. */
export const noHash = '0'.repeat(64)
export const emptyHead: Head = { seq: 0, hash: noHash }

/** A line as it is hashed: numbered, and tied to the one before it by `prev`. */
export type ChainedLine = Omit<RecordedLine, 'accountId' | 'memberId' | 'at'> & {
  readonly kind: 'line'
  readonly account: string
  readonly member: string | null
  /** RFC 3339, in UTC. */
  readonly at: string
  readonly seq: number
  readonly prev: string
}

export function toChained({ accountId, memberId, at, ...told }: RecordedLine, seq: number, prev: string): ChainedLine {
  return { kind: 'line', ...told, account: accountId, member: memberId, at: new Date(at).toISOString(), seq, prev }
}

export function hashOf(line: ChainedLine, sha256: Sha256): string {
  return sha256(canonicalText(line))
}

/** Gives lines of one account their places behind the head, in the order given. */
export function sealLines(
  head: Head,
  lines: readonly RecordedLine[],
  sha256: Sha256,
): { head: Head; sealed: (Head & { readonly id: string })[] } {
  const sealed: (Head & { readonly id: string })[] = []
  let last = head
  for (const line of lines) {
    const seq = last.seq + 1
    last = { seq, hash: hashOf(toChained(line, seq, last.hash), sha256) }
    sealed.push({ id: line.id, ...last })
  }
  return { head: last, sealed }
}

/** The text whose SHA-256 stands in a line for a personal value. */
export function personalText(salt: string, value: unknown): string {
  return canonicalText([salt, value])
}
