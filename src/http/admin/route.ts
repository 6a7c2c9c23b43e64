import { z } from 'zod'
import type { Operation } from '../../application/operation.ts'
import type { ErrorCode } from '../../domain/errors.ts'
import type { ParamName, ParamsOf } from './params.ts'
import { parseInput } from '../strict.ts'
import type { Tag } from './tags.ts'
import type { Who } from './who.ts'

/** What a route says of itself, beside what it takes and answers. */
type Told = {
  /** Its name in the OpenAPI document, a verb and a noun, unlike any other: `createAccount`. */
  readonly operation: string
  readonly tag: Tag
  /** Who may use it, beside the operator. A test asks each route as each of them. */
  readonly who: Who
  /** It takes a person: an access key may not, whatever its roles. */
  readonly byPeople?: true
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** 200 or, without an answer, 204 unless said. */
  readonly status?: 200 | 201 | 202 | 204
  /** Takes If-Match: the GET of the same path tells what it changes, and this name in the path is what the audit log calls it. */
  readonly conditional?: ParamName
  /** Fields of the answer that move without a change by anybody: the ETag leaves them out, so that no use spoils a change. */
  readonly untagged?: readonly string[]
  /** Markdown; the first sentence is the summary. Links are relative to docs/reference. */
  readonly about: string
  /** What goes wrong beside what may go wrong with every route of its kind: see `errorsOf`. */
  readonly errors?: readonly ErrorCode[]
}

/** The schemas of a route: they check requests, they type `handle`, and the OpenAPI document is made from them. */
type Typed<Path extends string, Query, Body, Answer> = {
  /** Names as in `/accounts/:account`; params.ts knows them. */
  readonly path: Path
  /** A strict object; without one, every query is refused. */
  readonly query?: Query
  /** A strict object; without one, every field is refused. */
  readonly body?: Body
  /** An example of the body. */
  readonly send?: z.input<Body>
  /** The body of the answer; a route without one answers 204. */
  readonly answer?: Answer
  /** An example of the answer. */
  readonly example?: Kept<z.input<Answer>>
  readonly handle: (call: Call<Path, Query, Body>) => Promise<Kept<z.input<Answer>>>
}

type Call<Path extends string, Query, Body> = {
  readonly op: Operation
  readonly params: ParamsOf<Path>
  readonly query: z.output<Query>
  readonly body: z.output<Body>
}
type Kept<T> = T extends readonly (infer Item)[]
  ? readonly Kept<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Kept<T[Key]> }
    : T

/** A request as Express has it. */
type RawCall = {
  readonly op: Operation
  readonly params: Record<string, string>
  readonly query: unknown
  readonly body: unknown
}

export type AdminRoute = Told & {
  readonly path: string
  readonly query: z.ZodType
  readonly body: z.ZodType
  readonly send: unknown
  readonly answer: z.ZodType | null
  readonly example: unknown
  /** Set where the answer is a text that is sent as it is made, not JSON. */
  readonly stream?: { readonly media: string; readonly example: string }
  /** Checks the request and answers it; undefined answers 204, and a stream's answer is the pieces of its text. */
  readonly run: (call: RawCall) => Promise<unknown>
}

const nothing = z.strictObject({})

/**
 * A route of the admin API. What is sent is checked before `handle` is asked, and `handle` gets it in its types:
 *
 *     route({
 *       ...{ operation: 'createAccount', tag: 'Accounts', method: 'post', path: '/accounts', status: 201 },
 *       about: 'Opens an account. It has nobody in it.',
 *       ...{ body: accountBody, send: { name: 'Acme Ltd', catalog: 'plivo' } },
 *       ...{ answer: accountAnswer, example: exampleAccount, errors: ['conflict'] },
 *       handle: async ({ op, body }) => presentAccount(await app.createAccount(op, body)),
 *     })
 */
export function route<
  const Path extends string,
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof nothing,
  Answer extends z.ZodType = z.ZodVoid,
>(told: Told & Typed<Path, Query, Body, Answer>): AdminRoute {
  const { query = nothing, body = nothing, send, answer = null, example, handle, ...rest } = told
  return {
    ...{ ...rest, query, body, send, answer, example },
    run: ({ op, ...raw }) =>
      handle({
        op,
        params: raw.params as ParamsOf<Path>,
        query: parseInput(query, raw.query) as z.output<Query>,
        body: parseInput(body, takesBody(told) ? raw.body : {}) as z.output<Body>,
      }),
  }
}

type Streamed<Path extends string, Query> = {
  readonly path: Path
  readonly query?: Query
  readonly stream: NonNullable<AdminRoute['stream']>
  readonly handle: (call: Omit<Call<Path, Query, z.ZodVoid>, 'body'>) => Promise<AsyncIterable<string>>
}

/** A route that answers with a text of another media type, piece by piece, however long it is. */
export function streamRoute<const Path extends string, Query extends z.ZodType = typeof nothing>(
  told: Omit<Told, 'method' | 'status' | 'conditional'> & Streamed<Path, Query>,
): AdminRoute {
  const { query = nothing, handle, ...rest } = told
  return {
    ...{ ...rest, query, method: 'get', status: 200, body: nothing, send: undefined, answer: null, example: undefined },
    run: ({ op, params, query: asked }) =>
      handle({ op, params: params as ParamsOf<Path>, query: parseInput(query, asked) as z.output<Query> }),
  }
}

export function takesBody({ method }: Pick<AdminRoute, 'method'>): boolean {
  return !['get', 'delete'].includes(method)
}

/** Whether the answer has an ETag: every one that is read, but for a stream, which is over before its tag is known. */
export function isTagged({ method, stream }: Pick<AdminRoute, 'method' | 'stream'>): boolean {
  return method === 'get' && stream === undefined
}

/** What a route answers when all went well. */
export function statusOf({ status, answer }: AdminRoute): number {
  return status ?? (answer === null ? 204 : 200)
}

/** Every code that a route may answer with, its own and those of its kind. */
export function errorsOf(route: AdminRoute): ErrorCode[] {
  const usual: ErrorCode[] = ['invalid_input', 'unauthenticated', 'forbidden', 'rate_limited']
  const missing: ErrorCode[] = route.path.includes(':') ? ['not_found'] : []
  const heavy: ErrorCode[] = takesBody(route) ? ['too_large'] : []
  // Those of an Idempotency-Key that is in use, or was used for another request.
  const once: ErrorCode[] = route.method === 'post' ? ['conflict', 'policy_violation'] : []
  const seen: ErrorCode[] = route.conditional === undefined ? [] : ['precondition_failed']
  return [
    ...new Set([
      ...usual,
      ...missing,
      ...heavy,
      ...once,
      ...seen,
      ...(route.errors ?? []),
      'upstream_unavailable' as const,
    ]),
  ]
}
