import type { Member } from '../../domain/member.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Profile, ProfileSource } from '../../domain/profile.ts'
import type { Nudge } from '../jobs.ts'
import type { Operation } from '../operation.ts'
import type { StoredFacts } from './facts.ts'

/** What a claimed member's reconcile needs, read in one snapshot. */
export type ReconcileInput = Claim & {
  readonly member: Pick<Member, 'status' | 'incarnation' | 'statusVersion'>
  readonly desiredRev: number
  readonly appliedRev: number
  readonly epoch: number
  readonly attempts: number
  readonly facts: StoredFacts
  /** His profile as it is kept, and what it is to be made of. */
  readonly profile: { readonly kept: Profile; readonly sources: readonly ProfileSource[] }
}

export type Claim = { readonly accountId: string; readonly memberId: string; readonly claim: number }

/** What a reconcile wants written, and under which fence. */
export type Outcome = {
  readonly input: ReconcileInput
  readonly plan: Plan
  /** When time alone will change what was decided; epoch milliseconds. */
  readonly revisitAt: number | null
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  /** Null where it stays as it is kept. */
  readonly profile: Profile | null
}

export type Failure = {
  readonly claim: Claim
  readonly errorClass: string
  readonly message: string
  readonly attempts: number
  readonly blocked: boolean
}

export type Applied = {
  /** Members whose grants now are what was read, and how long that took since the change; null for account-wide changes. */
  readonly applied: readonly { readonly memberId: string; readonly lagMs: number | null }[]
  /** Members still behind, because something changed while the reconcile ran. */
  readonly behind: readonly Nudge[]
  /** Members of whom nothing was written: the claim was not the last any more, or their status had moved. */
  readonly fenced: readonly string[]
}

/** The propagation's own door to the store: claim with a lease, read, apply under the fence. */
export type ReconcileStore = {
  /** Members that lag and whose time has come, leavers first, oldest first. */
  lagging(query: LaggingQuery): Promise<Lagging[]>
  claim(memberIds: readonly string[], owner: string, leaseMs: number): Promise<Claim[]>
  read(claims: readonly Claim[]): Promise<ReconcileInput[]>
  /** Writes under the fence; a member who is not under it any more is left alone, and still lags. */
  apply(op: Operation, outcomes: readonly Outcome[]): Promise<Applied>
  fail(op: Operation, failures: readonly Failure[]): Promise<void>
}

/**
 * Whose own facts moved longer than `olderThanMs` ago, then whose account moved longer than `accountOlderThanMs` ago
 * (0 unless said), then whose assignments begin or end; `after` pages on.
 */
export type LaggingQuery = { limit: number; olderThanMs: number; accountOlderThanMs?: number; after?: LaggingCursor }

/** Where a look at the lagging goes on: behind a member who lags himself, one whose account moved, or one whose time came. */
export type LaggingCursor =
  | { readonly kind: 'own'; readonly leaving: boolean; readonly dirtySince: number; readonly memberId: string }
  | { readonly kind: 'account'; readonly accountId: string; readonly memberId: string }
  | { readonly kind: 'time'; readonly revisitAt: number; readonly memberId: string }
export type Lagging = Nudge & { readonly cursor: LaggingCursor }

/** Makes members that lag known to whoever reconciles. */
export type ReconcileQueue = {
  /** Best effort, at once, never awaited by a request. */
  nudge(members: readonly Nudge[]): void
  /** Used by the sweep: rejects when the queue cannot be reached. */
  enqueue(members: readonly Nudge[]): Promise<void>
  depth(): Promise<{ waiting: number; active: number } | null>
  close(): Promise<void>
}
