import { z } from 'zod'
import type { ErrorCode } from '../../../domain/errors.ts'
import { titles } from '../../problem.ts'

/** An error as this API answers it: RFC 9457, with the request’s id and the fields that are wrong. */
export const problem = z
  .strictObject({
    type: z.string().describe('`urn:joinery:problem:` and the code: what to branch on.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong, and how to mend it. For people.'),
    request_id: z.string().describe('The `X-Request-Id` of the answer.'),
    rule: z.string().optional().describe('The rule that refused, where one did.'),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('The fields that are wrong, each with its place.'),
  })
  .meta({ id: 'Problem' })

const details: Record<ErrorCode, string> = {
  invalid_input: 'name: must not be empty',
  policy_violation: 'email: gmail.com is a personal mail provider; use a work address',
  not_found: 'there is no account "01a20d9b-5386-…"',
  conflict: 'the connection has two live tokens; revoke one first',
  precondition_failed: 'it has changed since you read it; read it again and send the change with its ETag',
  unauthenticated: 'send the admin token as "Authorization: Bearer <token>"; it is in <DATA_DIR>/admin-token',
  forbidden: 'your roles do not let you do that here (manage-members)',
  too_large: 'the body is larger than 1048576 bytes',
  rate_limited: 'too many requests; go on in 5 seconds',
  upstream_unavailable: 'the database cannot be reached',
  upstream_rejected: 'the role catalog "plivo" is not loaded',
}

const content = (example: object) => ({
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example },
})
const retryAfter = {
  'Retry-After': { description: 'Seconds until it is worth trying again.', schema: { type: 'integer' } },
}
const challenge = { 'WWW-Authenticate': { description: 'Bearer realm="admin"', schema: { type: 'string' } } }

function exampleOf(code: ErrorCode): object {
  const { status, title } = titles[code]
  const told = {
    type: `urn:joinery:problem:${code}`,
    title,
    status,
    detail: details[code],
    request_id: '01a20d9b-5397-…',
  }
  return code === 'invalid_input' ? { ...told, errors: [{ path: 'name', message: 'must not be empty' }] } : told
}

/** The answer with a code, as a component of the document. */
function problemResponse(code: ErrorCode): object {
  const { status, title } = titles[code]
  const headers = status === 401 ? challenge : status === 429 || status === 503 ? retryAfter : null
  return { description: title, ...(headers && { headers }), content: content(exampleOf(code)) }
}

/** Every code’s answer by its name, and that of a fault of ours. */
export function problemResponses(): Record<string, object> {
  const codes = (Object.keys(titles) as ErrorCode[]).filter((code) => titles[code].status !== 500)
  const told = { type: 'urn:joinery:problem:internal_error', title: 'Something went wrong on our side', status: 500 }
  const reference = '01a20d9b-5397-…'
  const fault = { ...told, detail: `tell the operator this reference: ${reference}`, request_id: reference }
  return {
    ...Object.fromEntries(codes.map((code) => [code, problemResponse(code)])),
    internal_error: { description: told.title, content: content(fault) },
  }
}
