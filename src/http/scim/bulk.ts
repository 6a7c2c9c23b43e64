import type { HttpDeps } from '../operation.ts'
import { orderOf, resolveId, resolveReferences, substituted, type Deferred } from './bulk-references.ts'
import { parseBulk, type BulkMethod, type BulkOperation } from './bulk-request.ts'
import type { ResourceHandler, ResourceHandlers, ScimContext } from './context.ts'
import { patchUrn } from './patch-operations.ts'
import type { ScimAnswer, ScimRequest } from './request.ts'
import { ScimError, toErrorAnswer } from './scim-error.ts'

type Endpoints = Readonly<Record<string, ResourceHandlers>>
/** `id` is empty where a create has failed. */
type Result = { readonly id: string; readonly answer: ScimAnswer }
type Waiting = Deferred & { readonly index: number; readonly id: string }

/** One bulk request on its way. */
type Job = {
  readonly context: ScimContext
  readonly endpoints: Endpoints
  readonly operations: readonly BulkOperation[]
  /** The bulkIds of all creates. */
  readonly promised: ReadonlySet<string>
  readonly made: Map<string, string | null>
  readonly results: Map<number, Result>
  waiting: Waiting[]
  readonly toError: (error: unknown) => ScimAnswer
}

const verbs: Readonly<Record<BulkMethod, 'create' | 'replace' | 'patch' | 'remove'>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'remove',
}

/**
 * POST /Bulk (RFC 7644, 3.7): operations one after the other through the handlers of the single requests, each in a
 * transaction of its own. One that refers to another further down comes after it; creates that refer to one another in a
 * circle are made first and joined afterwards.
 */
export function createBulkHandler(endpoints: Endpoints, { log }: Pick<HttpDeps, 'log'>): ResourceHandler {
  return async (context, { body }) => {
    const { operations, failOnErrors } = parseBulk(body)
    const toError = (error: unknown): ScimAnswer => {
      const answer = toErrorAnswer(error, context.op.id)
      if (answer.status === 500) log.error({ err: error, op: context.op.id }, 'bulk operation failed')
      return answer
    }
    const promised = new Set(
      operations.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId !== null ? [bulkId] : [])),
    )
    const fresh = { made: new Map(), results: new Map(), waiting: [] }
    const job: Job = { context, endpoints, operations, promised, toError, ...fresh }
    await run(job, failOnErrors)
    return { status: 200, body: toResponse(job) }
  }
}

async function run(job: Job, failOnErrors: number): Promise<void> {
  let errors = 0
  for (const index of orderOf(job.operations)) {
    const operation = job.operations[index]
    if (operation === undefined || errors >= failOnErrors) break
    const result = await attempt(job, operation, index)
    job.results.set(index, result)
    if (result.answer.status >= 300) errors += 1
    if (operation.method === 'POST' && operation.bulkId !== null)
      job.made.set(operation.bulkId, result.answer.status < 300 ? result.id : null)
    await closeCircles(job)
  }
  for (const left of job.waiting) unclosed(job, left)
}

async function attempt(job: Job, operation: BulkOperation, index: number): Promise<Result> {
  const { context, endpoints, made, promised } = job
  let id = operation.method === 'POST' ? '' : operation.id
  try {
    if (operation.problem !== null) throw operation.problem
    const handlers = Object.hasOwn(endpoints, operation.endpoint) ? endpoints[operation.endpoint] : undefined
    if (handlers === undefined) throw new ScimError(404, undefined, `there is no endpoint "${operation.endpoint}"`)
    id = resolveId(id, made, promised)
    const { data, deferred } = resolveReferences(operation, made, promised)
    const answer = await handlers[verbs[operation.method]](context, requestOf(id, data, operation.version))
    if (operation.method === 'POST') id = idOf(answer)
    if (deferred !== null) job.waiting.push({ ...deferred, index, id })
    return { id, answer }
  } catch (error) {
    return { id, answer: job.toError(error) }
  }
}

/** Whoever waited for the rest of his circle gets it as soon as it is there. */
async function closeCircles(job: Job): Promise<void> {
  const isReady = ({ missing }: Waiting): boolean =>
    [...missing].every((bulkId) => typeof job.made.get(bulkId) === 'string')
  const ready = job.waiting.filter(isReady)
  job.waiting = job.waiting.filter((each) => !ready.includes(each))
  for (const { index, id, value } of ready) {
    const data = { schemas: [patchUrn], Operations: [{ op: 'add', value: substituted(value, job.made) }] }
    const handlers = job.endpoints[job.operations[index]?.endpoint ?? '']
    const joined = await handlers?.patch(job.context, requestOf(id, data)).catch(job.toError)
    // The create stays a create; what has moved is its version, or it has failed after all.
    const made = job.results.get(index)?.answer
    if (joined !== undefined && made !== undefined)
      job.results.set(index, { id, answer: joined.status < 300 ? { ...made, headers: joined.headers ?? {} } : joined })
  }
}

function unclosed({ operations, results, toError }: Job, { index, id }: Waiting): void {
  const name = operations[index]?.bulkId ?? ''
  const detail = `"${name}" has been created without those of its circle that were not; add them by PATCH`
  results.set(index, { id, answer: toError(new ScimError(409, undefined, detail)) })
}

function requestOf(id: string, body: unknown, ifMatch?: string): ScimRequest {
  return { id, query: {}, body, ifMatch, ifNoneMatch: undefined }
}

function idOf({ body }: ScimAnswer): string {
  return String((body as { id?: unknown } | undefined)?.id)
}

function toResponse({ context, operations, results }: Job): object {
  const processed = operations.flatMap((operation, index) => {
    const result = results.get(index)
    return result === undefined ? [] : [toResult(context, operation, result)]
  })
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations: processed }
}

/** Each result has a location, except that of a create that failed (RFC 7644, 3.7.3). */
function toResult(
  { baseUrl }: ScimContext,
  { method, bulkId, endpoint }: BulkOperation,
  { id, answer }: Result,
): object {
  const failed = answer.status >= 300
  const version = answer.headers?.ETag
  return {
    ...(endpoint !== '' && id !== '' ? { location: `${baseUrl}${endpoint}/${id}` } : {}),
    method,
    ...(bulkId === null ? {} : { bulkId }),
    ...(failed || version === undefined ? {} : { version }),
    status: String(answer.status),
    ...(failed ? { response: answer.body } : {}),
  }
}
