import { AppError } from '../../domain/errors.ts'
import { profileOf, sameProfile } from '../../domain/profile.ts'
import { planGrants, rolesMoved } from '../../domain/plan.ts'
import { attemptLimit, nextChangeByTime } from '../../domain/propagation.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Applied, Failure, Outcome, ReconcileInput, ReconcileQueue } from './reconcile-ports.ts'
import { resolveStored } from './facts.ts'

type Needs = Pick<Ports, 'reconcileStore' | 'catalogs' | 'workEmail' | 'clock'> & {
  queue: Pick<ReconcileQueue, 'nudge'>
}
export type Reconcile = { memberIds: readonly string[]; owner: string; leaseMs: number }
export type Reconciled = {
  readonly applied: number
  readonly behind: number
  readonly fenced: number
  readonly failed: number
  /** Milliseconds from the change to its application, for whoever's own facts had moved. */
  readonly lagsMs: readonly number[]
}

/**
 * Brings members from what is stored to what should be: claim, read all in one snapshot, decide, apply under the fence.
 * It takes no other input than who: run twice, late, or by two workers at once, it ends in the same grants.
 */
export async function reconcile(ports: Needs, op: Operation, command: Reconcile): Promise<Reconciled> {
  authorize(op, { verb: 'propagate' })
  const store = ports.reconcileStore
  const claims = await store.claim(command.memberIds, command.owner, command.leaseMs)
  if (claims.length === 0) return { applied: 0, behind: 0, fenced: 0, failed: 0, lagsMs: [] }

  const { outcomes, failures } = decideAll(ports, await store.read(claims))
  const { applied, failed } = await applyEach(ports, op, outcomes)
  await store.fail(op, [...failures, ...failed])
  ports.queue.nudge(applied.behind)
  return {
    applied: applied.applied.length,
    behind: applied.behind.length,
    fenced: applied.fenced.length,
    failed: failures.length + failed.length,
    lagsMs: applied.applied.flatMap(({ lagMs }) => lagMs ?? []),
  }
}

function decideAll(ports: Needs, inputs: readonly ReconcileInput[]): { outcomes: Outcome[]; failures: Failure[] } {
  const outcomes: Outcome[] = []
  const failures: Failure[] = []
  for (const input of inputs) {
    try {
      outcomes.push(decide(ports, input))
    } catch (error) {
      failures.push(failureOf(input, error))
    }
  }
  return { outcomes, failures }
}

function decide(ports: Needs, input: ReconcileInput): Outcome {
  const now = ports.clock.now()
  const { grants } = resolveStored(ports.catalogs, input.member, input.facts, now)
  const plan = planGrants(input.facts.stored, grants)
  const revisitAt = nextChangeByTime(input.facts.assignments, now)
  const { kept, sources } = input.profile
  const profile = profileOf(sources, (address, policy) => ports.workEmail.judgeAddress(address, policy))
  const moved = sameProfile(kept, profile) ? null : profile
  return { input, plan, revisitAt, profile: moved, ...rolesMoved(plan, input.facts.stored, grants) }
}

/** All at once; where that fails for a reason of one member's own, one by one, so that he alone is parked. */
async function applyEach(
  ports: Needs,
  op: Operation,
  outcomes: readonly Outcome[],
): Promise<{ applied: Applied; failed: Failure[] }> {
  try {
    return { applied: await ports.reconcileStore.apply(op, outcomes), failed: [] }
  } catch (error) {
    if (isOutage(error)) throw error
    if (outcomes.length === 1) return { applied: nothing, failed: outcomes.map(({ input }) => failureOf(input, error)) }
  }
  const results = []
  for (const outcome of outcomes) results.push(await applyEach(ports, op, [outcome]))
  return {
    applied: {
      applied: results.flatMap(({ applied }) => applied.applied),
      behind: results.flatMap(({ applied }) => applied.behind),
      fenced: results.flatMap(({ applied }) => applied.fenced),
    },
    failed: results.flatMap(({ failed }) => failed),
  }
}

const nothing: Applied = { applied: [], behind: [], fenced: [] }

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'upstream_unavailable'
}

/** A wrong set-up or a refusal waits for a person at once; anything else is tried again, later and later. */
function failureOf(input: ReconcileInput, error: unknown): Failure {
  const code = error instanceof AppError ? error.code : 'bug'
  const permanent = code === 'upstream_rejected' || code === 'policy_violation'
  const message = error instanceof Error ? error.message : String(error)
  const attempts = input.attempts + 1
  return { claim: input, errorClass: code, message, attempts, blocked: permanent || attempts >= attemptLimit }
}
