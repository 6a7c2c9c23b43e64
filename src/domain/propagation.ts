/**
 * How far a member lags behind what should be. `desiredRev` moves with every change of the member's own facts,
 * `epoch` with changes of the whole account; `appliedRev` and `appliedEpoch` say what the stored grants reflect.
 */
export type Marks = {
  readonly desiredRev: number
  readonly appliedRev: number
  readonly epoch: number
  readonly appliedEpoch: number
}

export function lags(marks: Marks): boolean {
  return marks.desiredRev > marks.appliedRev || marks.epoch > marks.appliedEpoch
}

type Bounds = { readonly validFrom: number | null; readonly validTo: number | null }

/** The next instant at which an assignment begins or ends; null where time changes nothing any more. */
export function nextChangeByTime(assignments: readonly Bounds[], now: number): number | null {
  const ahead = assignments.flatMap(({ validFrom, validTo }) => [validFrom ?? now, validTo ?? now])
  const next = Math.min(...ahead.filter((at) => at > now))
  return Number.isFinite(next) ? next : null
}

/** Attempts after which a propagation waits for a newer change or for a person. */
export const attemptLimit = 10

const longestWaitMs = 15 * 60_000

/** How long a failed propagation waits: 2^n seconds up to a quarter of an hour, fully jittered (`chance` in [0, 1)). */
export function retryDelayMs(attempts: number, chance: number): number {
  const ceiling = Math.min(longestWaitMs, 1000 * 2 ** Math.min(attempts, 20))
  return Math.round(ceiling * (0.1 + 0.9 * chance))
}
