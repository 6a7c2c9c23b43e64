import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../../src/domain/errors.ts'
import {
  invalidFilter,
  invalidPath,
  invalidSyntax,
  invalidValue,
  mutability,
  noTarget,
  ScimError,
  toErrorAnswer,
} from '../../../src/http/scim/scim-error.ts'

const answer = (error: unknown) => toErrorAnswer(error, 'ref-1')

describe('an error in SCIM', () => {
  it.each<[ErrorCode, number, string | undefined]>([
    ['invalid_input', 400, 'invalidValue'],
    ['policy_violation', 400, 'invalidValue'],
    ['unauthenticated', 401, undefined],
    ['forbidden', 403, undefined],
    ['not_found', 404, undefined],
    ['conflict', 409, 'uniqueness'],
    ['precondition_failed', 412, undefined],
    ['too_large', 413, undefined],
    ['rate_limited', 429, undefined],
    ['upstream_rejected', 500, undefined],
    ['upstream_unavailable', 503, undefined],
  ])('%s is %i %s, its status a text as RFC 7644, 3.12, wants it', (code, status, scimType) => {
    const { status: told, body } = answer(new AppError(code, 'why'))
    expect(told).toBe(status)
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: status === 500 ? 'why (reference ref-1)' : 'why',
    })
  })

  it('an outage is never 401 or 404: to an IdP, 404 means that the person is gone', () => {
    expect([401, 404]).not.toContain(answer(new AppError('upstream_unavailable', 'x')).status)
    expect([401, 404]).not.toContain(answer(new Error('x')).status)
  })

  it.each<[ScimError, number, string | undefined]>([
    [invalidValue('x'), 400, 'invalidValue'],
    [invalidSyntax('x'), 400, 'invalidSyntax'],
    [invalidPath('x'), 400, 'invalidPath'],
    [invalidFilter('x'), 400, 'invalidFilter'],
    [noTarget('x'), 400, 'noTarget'],
    [mutability('x'), 400, 'mutability'],
    [new ScimError(405, undefined, 'x'), 405, undefined],
    [new ScimError(415, undefined, 'x'), 415, undefined],
  ])('%s of this door keeps its status and word', (error, status, scimType) => {
    expect(answer(error)).toMatchObject({ status, body: { status: String(status), detail: 'x' } })
    expect((answer(error).body as { scimType?: string }).scimType).toBe(scimType)
  })

  it('a filter that the store cannot answer is invalidFilter', () => {
    const { body } = answer(new AppError('invalid_input', 'filter: searching by title is not supported'))
    expect(body).toMatchObject({ status: '400', scimType: 'invalidFilter' })
  })

  it.each([new Error('secret: postgres://u:p@db'), new TypeError('x is not a function'), 'text', null, undefined, 7])(
    'whatever else is thrown (%s) is 500, with a reference and nothing of the inside',
    (thrown) => {
      const { status, body, headers } = answer(thrown)
      expect(status).toBe(500)
      expect(body).toMatchObject({ detail: expect.stringContaining('ref-1') as string })
      expect(JSON.stringify(body)).not.toMatch(/secret|postgres|not a function|text/)
      expect(headers).toEqual({})
    },
  )

  it('tells when to come back in whole seconds, as Okta reads nothing else', () => {
    expect(answer(new AppError('rate_limited', 'x', { retryAfterSeconds: 1.2 })).headers).toEqual({
      'Retry-After': '2',
    })
    expect(answer(new AppError('rate_limited', 'x')).headers).toEqual({ 'Retry-After': '5' })
    expect(answer(new AppError('upstream_unavailable', 'x')).headers['Retry-After']).toMatch(/^[1-9]\d*$/)
  })

  it('401 names the scheme', () => {
    expect(answer(new AppError('unauthenticated', 'x')).headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="scim"' })
  })
})
