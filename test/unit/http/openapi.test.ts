import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../../../src/http/admin/openapi/document.ts'
import { describeAdminApi } from '../../../src/http/admin/openapi/router.ts'
import { shownPath } from '../../../src/http/admin/params.ts'
import { route } from '../../../src/http/admin/route.ts'
import { routes } from '../../../src/http/admin/routes.ts'
import type { AdminDeps } from '../../../src/http/admin/deps.ts'

type Operation = {
  readonly operationId: string
  readonly description: string
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[]
  readonly requestBody?: { required: boolean; content: Record<string, { schema: any; example: unknown }> }
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: any }> }>>
}

const told = describeAdminApi('https://joinery.example.com') as any
const operations: Operation[] = Object.values(told.paths).flatMap(
  (item) => Object.values(item as object) as Operation[],
)

/** Every reference in a value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => (key === '$ref' ? [String(each)] : refsIn(each)))
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(told as Record<string, unknown>))).toMatchObject({ valid: true })
    expect(validator.version).toBe('3.1')
    const { info: _info, ...broken } = told
    expect(await new Validator().validate(structuredClone(broken as Record<string, unknown>))).toMatchObject({
      valid: false,
    })
  })

  it('has every route, under its public URL', () => {
    const known = routes({} as AdminDeps).map(({ method, path }) => `${method} ${shownPath(path)}`)
    const described = Object.entries(told.paths as object).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method} ${path}`),
    )
    expect(described.sort()).toEqual(known.sort())
    expect(told.servers).toEqual([{ url: 'https://joinery.example.com/api/v1' }])
  })

  it('points at nothing that is not there, and has nothing that nobody points at', () => {
    const wanted = new Set(refsIn(told))
    const there = ['schemas', 'responses'].flatMap((kind) =>
      Object.keys(told.components[kind] as object).map((name) => `#/components/${kind}/${name}`),
    )
    expect([...wanted].filter((ref) => !there.includes(ref))).toEqual([])
    const spare = there.filter((ref) => !wanted.has(ref))
    expect(spare.filter((ref) => ref.startsWith('#/components/schemas/'))).toEqual([])
  })

  it('asks for the token everywhere, and says what happens without it', () => {
    expect(told.security).toEqual([{ bearer: [] }, { accessKey: [] }, { session: [] }])
    expect(told.components.securitySchemes.session).toMatchObject({ in: 'cookie', name: '__Host-joinery' })
    expect(told.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' })
    for (const { operationId, responses } of operations)
      expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['401', '403', '500', '503']))
  })

  it('holds no link of the documentation, which leads nowhere here', () => {
    expect(operations.filter(({ description }) => description.includes(']('))).toEqual([])
  })

  it('shows an example of every body that is sent and answered', () => {
    for (const { operationId, requestBody, responses } of operations) {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}))
      for (const body of bodies) expect(body, operationId).toHaveProperty('example')
    }
  })

  const thing = z.strictObject({ id: z.string(), parts: z.array(z.strictObject({ size: z.int() })) })
  const sent = z.strictObject({ name: z.string().max(200), size: z.int().min(1).optional() })
  const made = (query: z.ZodType, answer: z.ZodType): any =>
    openApiDocument(
      [
        route({
          ...{ operation: 'addThing', tag: 'Accounts', method: 'post', path: '/accounts/:account/things' },
          ...{ who: 'manage-members', status: 201 },
          about: 'Adds a [thing](things.md#one). It is small.',
          ...{ query, body: sent, send: { name: 'x' }, answer, example: {}, errors: ['conflict'] },
          handle: () => Promise.resolve({}),
        }),
      ],
      'https://joinery.example.com',
    ).paths['/accounts/{account}/things']?.post

  it('says of a query and a body what is checked', () => {
    const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(5).default(2), role: z.enum(['a', 'b']) })
    const { parameters, requestBody, summary, description } = made(query, thing)
    expect([summary, description]).toEqual([
      'Adds a thing.',
      `Adds a thing. It is small.

Who: the operator; whoever the account’s catalog lets \`manage-members\`, by session or access key.`,
    ])
    expect(parameters.slice(0, 3)).toEqual([
      { name: 'account', in: 'path', required: true, description: 'The id of an account.', schema: { type: 'string' } },
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 5, default: 2 } },
      { name: 'role', in: 'query', required: true, schema: { type: 'string', enum: ['a', 'b'] } },
    ])
    expect(parameters.slice(3)).toMatchObject([{ name: 'Idempotency-Key', in: 'header' }])
    expect(requestBody.required).toBe(true)
    expect(requestBody.content['application/json'].schema).toEqual({
      type: 'object',
      properties: { name: { type: 'string', maxLength: 200 }, size: { type: 'integer', minimum: 1 } },
      required: ['name'],
      additionalProperties: false,
    })
  })

  it('leaves an answer room to grow', () => {
    const { responses } = made(z.strictObject({}), thing)
    expect(JSON.stringify(responses['201'])).not.toContain('additionalProperties')
    expect(responses['201'].content['application/json'].schema.required).toEqual(['id', 'parts'])
    expect(Object.keys(responses as object)).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '404', '409', '413', '500', '503']),
    )
  })
})
