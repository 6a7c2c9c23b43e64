import type { Response } from 'express'
import { AppError, type ErrorCode } from '../domain/errors.ts'

/** What each code of the house means to a program that manages accounts or opens one (RFC 9457). */
export const titles = {
  invalid_input: { status: 400, title: 'The input is not valid' },
  policy_violation: { status: 422, title: 'A rule refuses this' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'This conflicts with what exists' },
  precondition_failed: { status: 412, title: 'It has changed meanwhile' },
  unauthenticated: { status: 401, title: 'Who are you?' },
  forbidden: { status: 403, title: 'Not allowed' },
  too_large: { status: 413, title: 'Too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  upstream_unavailable: { status: 503, title: 'Not available right now' },
  upstream_rejected: { status: 500, title: 'The set-up is wrong' },
} as const satisfies Record<ErrorCode, { status: number; title: string }>

const defaultRetryAfterSeconds = 5

/** Writes whatever was thrown as problem+json; answers its status. `reference` ties an unknown fault to its log line. */
export function sendProblem(
  response: Response,
  error: unknown,
  reference: string,
  challenge: string | null = 'Bearer realm="admin"',
): number {
  const known = error instanceof AppError ? error : null
  const code = known?.code ?? 'internal_error'
  const { status, title } =
    known === null ? { status: 500, title: 'Something went wrong on our side' } : titles[known.code]
  const detail = known?.message ?? `tell the operator this reference: ${reference}`
  const body = {
    ...{ type: `urn:joinery:problem:${code}`, title, status, detail, request_id: reference },
    ...(known?.rule === undefined ? {} : { rule: known.rule }),
    ...(known !== null && known.problems.length > 0 ? { errors: known.problems } : {}),
  }
  if (status === 401 && challenge !== null) response.set('WWW-Authenticate', challenge)
  if (status === 429 || status === 503)
    response.set('Retry-After', String(known?.retryAfterSeconds ?? defaultRetryAfterSeconds))
  response.status(status).set('Content-Type', 'application/problem+json')
  response.end(JSON.stringify(body))
  return status
}
