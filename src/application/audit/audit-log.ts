import type { AuditAction, AuditLine, Door } from '../../domain/audit.ts'
import type { Head, RecordedLine } from '../../domain/audit-chain.ts'
import type { CheckpointStatement, KeyStatement, SigningKey } from '../../domain/audit-statement.ts'
import type { auditOrders, SortOf } from '../list-orders.ts'
import type { Operation } from '../operation.ts'
import type { Slice } from '../views.ts'

/** What a transaction writes of itself. */
export type Audit = {
  record(op: Operation, line: AuditLine, at: number): Promise<void>
  /** Several of one change, behind its first line. */
  recordEach(op: Operation, lines: readonly AuditLine[], at: number): Promise<void>
  /** Takes away the personal values of a member's lines; answers of how many. */
  erase(accountId: string, memberId: string): Promise<number>
}

export type AuditKeys = { insert(statement: KeyStatement, position: number): Promise<void> }

/** A personal value with the salt that its digest is made with. */
export type PersonalValue = { readonly digest: string; readonly salt: string; readonly value: unknown }
export type SealedLine = { readonly line: RecordedLine; readonly personal: readonly PersonalValue[] } & Head
/** `seq` and `hash` are null until the sealer has come by. */
export type AuditEntry = {
  readonly line: RecordedLine
  readonly personal: readonly PersonalValue[]
  readonly seq: number | null
  readonly hash: string | null
}

export type AuditFilters = {
  readonly memberId?: string | undefined
  readonly actor?: string | undefined
  readonly action?: AuditAction | undefined
  readonly target?: string | undefined
  readonly door?: Door | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
}
export type AuditQuery = AuditFilters & {
  readonly accountId: string
  readonly limit: number
  readonly after?: string | undefined
  /** The newest first unless asked otherwise. */
  readonly sort?: SortOf<typeof auditOrders> | undefined
}

/** How far the sealer is. Counts stop at 10,000. */
export type AuditState = {
  readonly unsealed: number
  /** When the oldest line that is not sealed was recorded. */
  readonly oldestUnsealedAt: number | null
  /** Since when the oldest sealed line waits for a checkpoint. */
  readonly oldestUncheckedAt: number | null
  readonly checkpointsNotInSink: number
}

export type CheckpointSlice = {
  readonly limit: number
  /** The number of the line before the page. */
  readonly after?: number | undefined
  /** Those that this key signed. */
  readonly key?: string | undefined
  readonly descending?: boolean | undefined
}

/** The audit log behind the transactions that write it: its chains, checkpoints and keys. */
export type AuditLog = {
  /** Numbers and chains lines that wait, oldest first, `limit` at most; answers how many. One process at a time. */
  seal(limit: number, at: number): Promise<number>
  /** Heads with so many lines behind their last checkpoint, or with one that was sealed before an instant. */
  due(query: { lines: number; openUntil: number; limit: number }): Promise<(Head & { accountId: string })[]>
  addCheckpoints(statements: readonly CheckpointStatement[]): Promise<void>
  /** Checkpoints that the sink does not have yet. */
  notInSink(limit: number): Promise<CheckpointStatement[]>
  markInSink(statements: readonly CheckpointStatement[]): Promise<void>
  /** Keys that have come into use, in that order. */
  keys(): Promise<KeyStatement[]>
  head(accountId: string): Promise<Head | undefined>
  /** Sealed lines of a chain behind a number, in its order. */
  sealed(accountId: string, slice: { after: number; until: number; limit: number }): Promise<SealedLine[]>
  checkpoints(accountId: string, slice: CheckpointSlice): Promise<CheckpointStatement[]>
  /** Lines of a chain, in time. */
  list(query: AuditQuery): Promise<Slice<AuditEntry>>
  state(): Promise<AuditState>
  /** How many lines name something as their target or their member. */
  linesAbout(thing: { readonly accountId: string; readonly id: string }): Promise<number>
}

/** The private keys that this process has: of settings, or of a file. */
export type AuditSigner = {
  /** The preferred key first. What cannot be read is an error that says how to mend it. */
  keys(): readonly [SigningKey, ...SigningKey[]]
  /** Whether this process has that key; makes none. */
  has(id: string): boolean
  /** A fresh key, kept beside the one in use until `adopt`; null where keys are settings. */
  makeNext(): SigningKey | null
  /** The key of this id is the preferred one from now on; the one before it is deleted. */
  adopt(id: string): void
}

/** Where checkpoints are kept outside the database: only ever added to, on the disk when `append` returns. */
export type CheckpointSink = { append(statements: readonly CheckpointStatement[]): Promise<void> }
