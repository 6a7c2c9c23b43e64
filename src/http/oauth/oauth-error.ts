import { AppError } from '../../domain/errors.ts'

/** The error codes of RFC 6749, 5.2, and those that say "later" where the RFC has none. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error'

/** An error that only this door knows: a request that is no token request. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, description: string) {
    super(description)
    this.name = 'OAuthError'
    this.code = code
  }
}

export type OAuthAnswer = { status: number; body: object; headers: Record<string, string> }

const statuses: Readonly<Record<OAuthErrorCode, number>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  slow_down: 429,
  temporarily_unavailable: 503,
  server_error: 500,
}

const ruleCodes: ReadonlySet<string> = new Set(['invalid_client', 'invalid_grant', 'invalid_scope'])
const defaultRetryAfterSeconds = 5

/** The answer for whatever was thrown. An outage is 503, never 401: to an IdP, 401 means that its credential is bad. */
export function toOAuthAnswer(error: unknown, reference: string): OAuthAnswer {
  const code = codeOf(error)
  const status = error instanceof AppError && error.code === 'too_large' ? 413 : statuses[code]
  const told = code === 'server_error' ? `tell the operator this reference: ${reference}` : (error as Error).message
  const headers: Record<string, string> = {}
  if (status === 401) headers['WWW-Authenticate'] = 'Basic realm="oauth", charset="UTF-8"'
  if (status === 429 || status === 503) {
    const seconds = error instanceof AppError ? error.retryAfterSeconds : undefined
    headers['Retry-After'] = String(Math.ceil(seconds ?? defaultRetryAfterSeconds))
  }
  return { status, headers, body: { error: code, error_description: describable(told) } }
}

function codeOf(error: unknown): OAuthErrorCode {
  if (error instanceof OAuthError) return error.code
  if (!(error instanceof AppError)) return 'server_error'
  if (error.rule !== undefined && ruleCodes.has(error.rule)) return error.rule as OAuthErrorCode
  if (error.code === 'rate_limited') return 'slow_down'
  if (error.code === 'upstream_unavailable') return 'temporarily_unavailable'
  return error.code === 'too_large' || error.code === 'invalid_input' ? 'invalid_request' : 'server_error'
}

/** The characters that RFC 6749 allows in a description. */
function describable(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]|\\/g, '?')
}
