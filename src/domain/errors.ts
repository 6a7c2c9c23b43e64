/** What went wrong, as a closed list: every door says once what each code means on its wire. */
export type ErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'unauthenticated'
  | 'forbidden'
  | 'policy_violation'
  | 'too_large'
  | 'rate_limited'
  | 'upstream_unavailable'
  | 'upstream_rejected'

/** One complaint about one field of the input: `path` is where, `message` is what and how to mend it. */
export type FieldProblem = { path: string; message: string }

export type ErrorDetails = {
  cause?: unknown
  problems?: readonly FieldProblem[]
  retryAfterSeconds?: number
  /** The machine code of the rule that refused, for example `personal_domain`. */
  rule?: string
}

/** The one error class of the house. The message is safe to show; whatever is not goes into `cause` and the log. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly problems: readonly FieldProblem[]
  readonly retryAfterSeconds: number | undefined
  readonly rule: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.problems = details.problems ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
    this.rule = details.rule
  }
}
