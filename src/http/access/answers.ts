import type { Response } from 'express'
import type { JudgedKey } from '../../application/access/judge-key.ts'
import type { AnswerOfMany } from '../../application/decisions/evaluate-many.ts'
import { reasonText, type Decision } from '../../application/decisions/question.ts'
import { AppError, type ErrorCode } from '../../domain/errors.ts'

/** A decision as AuthZEN has it; a denial says why, in a code for programs and in words. */
export function presentDecision(decision: Decision): object {
  if (decision.decision) return { decision: true }
  return { decision: false, context: { reason: decision.reason, reason_text: reasonText(decision.reason) } }
}

export function presentAnswer(answer: AnswerOfMany): object {
  if (!('malformed' in answer)) return presentDecision(answer)
  return { decision: false, context: { error: { status: 400, message: answer.malformed } } }
}

/**
 * Whose key it is and what it may do now, in the words of RFC 7662 where that has them: `active`, `scope`, `exp`. Whatever
 * lets nobody in is `active: false` and nothing else.
 */
export function presentCheck(judged: JudgedKey | null): object {
  if (judged === null) return { active: false }
  const { key, account, person, roles, scopes, customised } = judged
  return {
    ...{
      active: true,
      id: key.id,
      name: key.name,
      account: account.id,
      belongs_to: person ? 'member' : 'organisation',
    },
    ...(person === null ? {} : { member: person.id, username: person.userName }),
    roles,
    ...(customised ? { customised } : {}),
    ...(scopes === null ? {} : { scope: scopes.join(' ') }),
    ...(key.expiresAt === null ? {} : { exp: Math.floor(key.expiresAt / 1000) }),
  }
}

/** A page of a search; an empty `next_token` ends it. */
export function presentPage(results: readonly object[], nextToken: string): object {
  return { results, page: { next_token: nextToken, count: results.length } }
}

const statuses: Partial<Record<ErrorCode, number>> = {
  ...{ invalid_input: 400, unauthenticated: 401, forbidden: 403, not_found: 404, too_large: 413, rate_limited: 429 },
  upstream_unavailable: 503,
}

/** Whatever was thrown, in the form that AuthZEN gives errors inside decisions; answers the status. */
export function sendError(response: Response, error: unknown, reference: string): number {
  const known = error instanceof AppError ? error : null
  const status = (known && statuses[known.code]) ?? 500
  const message = known?.message ?? `something went wrong on our side; tell the operator this reference: ${reference}`
  if (status === 401) response.set('WWW-Authenticate', 'Bearer realm="access"')
  if (status === 503) response.set('Retry-After', String(known?.retryAfterSeconds ?? 5))
  send(response, status, { error: { status, message }, request_id: reference })
  return status
}

export function send(response: Response, status: number, body: object): void {
  const text = JSON.stringify(body)
  const length = { 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-store' }
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...length }).end(text)
}
