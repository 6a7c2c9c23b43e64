import { siteOf } from '../../page.ts'
import { sessionCookie } from '../../sessions.ts'
import { keptHours } from '../../../application/answers/answer-once.ts'
import type { ErrorCode } from '../../../domain/errors.ts'
import { paramNames, params, shownPath, summaryOf } from '../params.ts'
import { titles } from '../../problem.ts'
import { errorsOf, isTagged, statusOf, takesBody, type AdminRoute } from '../route.ts'
import { tags } from '../tags.ts'
import { credentialsOf, whoSays } from '../who.ts'
import { inputSchema, outputSchema, type JsonSchema, type Named } from './json-schema.ts'
import { problem, problemResponses } from './problems.ts'

export type OpenApiDocument = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly [part: string]: unknown
}

const description = `The admin API of Joinery. It speaks JSON; instants are ISO 8601 texts in UTC and ids are opaque.
A name that is not described, in a body or a query, is refused with the nearest that is. An answer may come to have more
fields than are described. Errors are problem details (RFC 9457).`

/** The OpenAPI 3.1 document of the routes, made from the schemas that check their requests. */
export function openApiDocument(routes: readonly AdminRoute[], publicUrl: string): OpenApiDocument {
  const named: Named = new Map()
  outputSchema(problem, named)
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const item = (paths[shownPath(route.path)] ??= {})
    item[route.method] = operationOf(route, named)
  }
  const used = new Set<string>(routes.map(({ tag }) => tag))
  return {
    openapi: '3.1.0',
    info: { title: 'Joinery admin API', version: 'v1', description, license },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ bearer: [] }, { accessKey: [] }, { session: [] }],
    tags: Object.entries(tags).flatMap(([name, about]) => (used.has(name) ? [{ name, description: about }] : [])),
    paths,
    components: {
      securitySchemes: securitySchemes(publicUrl),
      schemas: Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: problemResponses(),
    },
  }
}

/** Who may ask, and by what. */
function securitySchemes(publicUrl: string): Record<string, object> {
  const { name } = sessionCookie(siteOf(publicUrl))
  const who =
    'A person who is signed in, by the cookie of his browser; changes have to come from a page of the same origin.'
  return {
    bearer: { type: 'http', scheme: 'bearer', description: 'The admin token.' },
    accessKey: { type: 'http', scheme: 'basic', description: 'The id and the secret of an access key.' },
    session: { type: 'apiKey', in: 'cookie', name, description: who },
  }
}

const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' }

function operationOf(route: AdminRoute, named: Named): object {
  const { operation, tag, about } = route
  const description = `${plain(about)}\n\nWho: ${plain(whoSays(route))}`
  return {
    ...{ operationId: operation, tags: [tag], summary: plain(summaryOf(about)), description },
    'x-joinery-who': route.who,
    security: credentialsOf(route).map((by) => ({ [by]: [] })),
    parameters: [...pathParameters(route), ...queryParameters(route, named), ...headerParameters(route)],
    ...bodyOf(route, named),
    responses: { ...answersOf(route, named), ...refusalsOf(route) },
  }
}

/** Without the links, which are relative to the pages of the documentation. */
function plain(about: string): string {
  return about.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
}

function pathParameters({ path }: AdminRoute): object[] {
  return paramNames(path).map((name) => {
    const about = (params as Readonly<Record<string, string>>)[name]
    if (about === undefined) throw new Error(`say in src/http/admin/params.ts what ":${name}" is`)
    return { name, in: 'path', required: true, description: about, schema: { type: 'string' } }
  })
}

function queryParameters({ query }: AdminRoute, named: Named): object[] {
  const { properties = {}, required = [] } = inputSchema(query, named)
  return Object.entries(properties).map(([name, { description: about, ...schema }]) => ({
    ...{ name, in: 'query', required: required.includes(name) && schema.default === undefined },
    ...(about === undefined ? {} : { description: about }),
    schema,
  }))
}

const known = 'The ETag of an answer that is known: 304 while it is still that.'
const seen = 'The ETag that the GET of this path answered with: 412 where it has changed since.'
const fresh = '`*` puts it only where nothing is there yet: else 412.'
const once = `A key of yours for this request. The same again within ${keptHours} hours is not carried out again; it gets the same answer.`

function headerParameters(route: AdminRoute): object[] {
  const header = (name: string, about: string) => ({
    name,
    in: 'header',
    description: about,
    schema: { type: 'string' },
  })
  return [
    ...(isTagged(route) ? [header('If-None-Match', known)] : []),
    ...(route.conditional === undefined ? [] : [header('If-Match', seen)]),
    ...(route.method === 'put' && route.conditional !== undefined ? [header('If-None-Match', fresh)] : []),
    ...(route.method === 'post' ? [header('Idempotency-Key', once)] : []),
  ]
}

function bodyOf(route: AdminRoute, named: Named): object {
  if (route.send === undefined || !takesBody(route)) return {}
  const schema: JsonSchema = inputSchema(route.body, named)
  const required = (schema.required ?? []).length > 0
  return { requestBody: { required, content: { 'application/json': { schema, example: route.send } } } }
}

function answersOf(route: AdminRoute, named: Named): Record<string, object> {
  const { answer, example, stream } = route
  const tagged = isTagged(route)
  const status = String(statusOf(route))
  if (stream !== undefined) {
    const content = { [stream.media]: { schema: { type: 'string' }, example: stream.example } }
    return { [status]: { description: 'The answer, a line at a time.', content } }
  }
  if (answer === null) return { [status]: { description: 'Done.' } }
  const etag = { ETag: { description: 'The tag of this answer.', schema: { type: 'string' } } }
  const schema = outputSchema(answer, named)
  return {
    [status]: {
      description: status === '201' ? 'Made.' : 'The answer.',
      ...(tagged ? { headers: etag } : {}),
      content: { 'application/json': { schema, example } },
    },
    ...(tagged ? { '304': { description: 'It is still what you know.' } } : {}),
  }
}

function refusalsOf(route: AdminRoute): Record<string, object> {
  const ref = (name: string) => ({ $ref: `#/components/responses/${name}` })
  const told = errorsOf(route).filter((code: ErrorCode) => titles[code].status !== 500)
  return { ...Object.fromEntries(told.map((code) => [titles[code].status, ref(code)])), '500': ref('internal_error') }
}
