import { AppError, type ErrorCode } from '../../domain/errors.ts'

/** The detail words of RFC 7644, Table 9, and of RFC 9865, 2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** An error that only this door knows: a malformed message, path or filter. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined

  constructor(status: number, scimType: ScimType | undefined, detail: string) {
    super(detail)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
  }
}

export const invalidValue = (detail: string): ScimError => new ScimError(400, 'invalidValue', detail)
export const invalidSyntax = (detail: string): ScimError => new ScimError(400, 'invalidSyntax', detail)
export const invalidPath = (detail: string): ScimError => new ScimError(400, 'invalidPath', detail)
export const invalidFilter = (detail: string): ScimError => new ScimError(400, 'invalidFilter', detail)
export const noTarget = (detail: string): ScimError => new ScimError(400, 'noTarget', detail)
export const mutability = (detail: string): ScimError => new ScimError(400, 'mutability', detail)

type Wire = { status: number; scimType?: ScimType }

/** What each code of the house means in SCIM. An outage is never 401 or 404: to an IdP, 404 means "gone". */
export const wire = {
  invalid_input: { status: 400, scimType: 'invalidValue' },
  policy_violation: { status: 400, scimType: 'invalidValue' },
  not_found: { status: 404 },
  conflict: { status: 409, scimType: 'uniqueness' },
  precondition_failed: { status: 412 },
  unauthenticated: { status: 401 },
  forbidden: { status: 403 },
  too_large: { status: 413 },
  rate_limited: { status: 429 },
  upstream_unavailable: { status: 503 },
  upstream_rejected: { status: 500 },
} as const satisfies Record<ErrorCode, Wire>

export type ErrorAnswer = { status: number; body: object; headers: Record<string, string> }

const defaultRetryAfterSeconds = 5

/** The SCIM error of RFC 7644, 3.12, for whatever was thrown. `reference` ties an unknown fault to its log line. */
export function toErrorAnswer(error: unknown, reference: string): ErrorAnswer {
  const { status, scimType, detail, retryAfter } = describe(error, reference)
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  }
  const headers: Record<string, string> = {}
  const challenge = challengeOf(status, error)
  if (challenge !== null) headers['WWW-Authenticate'] = challenge
  if (status === 429 || status === 503)
    headers['Retry-After'] = String(Math.ceil(retryAfter ?? defaultRetryAfterSeconds))
  return { status, body, headers }
}

/** RFC 6750, 3: a credential that was shown and is no good is told from one that was not shown, and from one too weak. */
function challengeOf(status: number, error: unknown): string | null {
  const rule = error instanceof AppError ? error.rule : undefined
  if (status === 401)
    return rule === 'invalid_token' ? 'Bearer realm="scim", error="invalid_token"' : 'Bearer realm="scim"'
  return rule === 'insufficient_scope' ? 'Bearer realm="scim", error="insufficient_scope"' : null
}

type Described = { status: number; scimType?: ScimType | undefined; detail: string; retryAfter?: number | undefined }

function describe(error: unknown, reference: string): Described {
  if (error instanceof ScimError) return { status: error.status, scimType: error.scimType, detail: error.message }
  if (error instanceof AppError) {
    const known: Wire = wire[error.code]
    const detail = known.status === 500 ? `${error.message} (reference ${reference})` : error.message
    const scimType = error.message.startsWith('filter:') ? 'invalidFilter' : known.scimType
    return { status: known.status, scimType, detail, retryAfter: error.retryAfterSeconds }
  }
  return { status: 500, detail: `something went wrong on our side; tell the operator this reference: ${reference}` }
}
