import { isObject } from './canonical.ts'
import { requireMessage } from './message.ts'
import { invalidSyntax, invalidValue, ScimError } from './scim-error.ts'

/** RFC 7644, 3.7.4. The payload is bounded where the body is read. */
export const bulkLimits = { maxOperations: 1000, maxPayloadSize: 1024 * 1024 } as const
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

const methods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
export type BulkMethod = (typeof methods)[number]

/** One operation of a bulk request; `problem` says why it cannot even be tried. */
export type BulkOperation = {
  readonly method: BulkMethod
  readonly bulkId: string | null
  readonly endpoint: string
  /** The resource's id, or a reference `bulkId:…`; empty on a collection. */
  readonly id: string
  readonly version: string | undefined
  readonly data: unknown
  readonly problem: ScimError | null
}
export type BulkRequest = { readonly operations: readonly BulkOperation[]; readonly failOnErrors: number }

/** Reads a BulkRequest message (RFC 7644, 3.7). */
export function parseBulk(body: unknown): BulkRequest {
  if (!isObject(body)) throw invalidSyntax('the body is not a JSON object')
  const { schemas, failOnErrors, Operations: operations } = body
  requireMessage(schemas, bulkUrn, 'a bulk request')
  if (!Array.isArray(operations)) throw invalidSyntax('Operations: a list of operations is due')
  if (operations.length > bulkLimits.maxOperations)
    throw new ScimError(
      413,
      undefined,
      `Operations: ${operations.length} are more than maxOperations (${bulkLimits.maxOperations}); send them in parts`,
    )
  const parsed = operations.map(parseOperation)
  requireDistinct(parsed)
  return { operations: parsed, failOnErrors: failOnErrorsOf(failOnErrors) }
}

/** How many errors end the job; without it, every operation is tried. */
function failOnErrorsOf(told: unknown): number {
  if (told === undefined || told === null) return Infinity
  if (typeof told === 'number' && Number.isInteger(told) && told >= 1) return told
  throw invalidValue('failOnErrors: an integer from 1 on is due')
}

function requireDistinct(operations: readonly BulkOperation[]): void {
  const seen = new Set<string>()
  for (const { bulkId } of operations) {
    if (bulkId === null) continue
    if (seen.has(bulkId)) throw invalidValue(`bulkId "${bulkId.slice(0, 100)}" is given to two operations`)
    seen.add(bulkId)
  }
}

function parseOperation(told: unknown, index: number): BulkOperation {
  const where = `Operations[${index}]`
  if (!isObject(told)) throw invalidSyntax(`${where}: an object is due`)
  const { method: name, bulkId, path, version, data } = told
  const method = methods.find((each) => typeof name === 'string' && each === name.toUpperCase())
  if (method === undefined) throw invalidSyntax(`${where}.method: POST, PUT, PATCH or DELETE is due`)
  if (bulkId !== undefined && bulkId !== null && typeof bulkId !== 'string')
    throw invalidSyntax(`${where}.bulkId: a string is due`)
  const [, endpoint = '', id = ''] = /^(\/\w+)(?:\/([^/?#]+))?$/.exec(typeof path === 'string' ? path : '') ?? []
  const operation = { method, bulkId: bulkId ?? null, endpoint, id, data }
  return {
    ...operation,
    version: typeof version === 'string' ? version : undefined,
    problem: problemOf(operation, where),
  }
}

type Told = Pick<BulkOperation, 'method' | 'bulkId' | 'endpoint' | 'id' | 'data'>

function problemOf({ method, bulkId, endpoint, id, data }: Told, where: string): ScimError | null {
  if (endpoint === '') return invalidValue(`${where}.path: "/Users", "/Groups", or one resource of them is due`)
  if (method === 'POST' && id !== '') return invalidValue(`${where}.path: a POST creates in "${endpoint}"`)
  if (method === 'POST' && bulkId === null) return invalidValue(`${where}.bulkId: required for a POST`)
  if (method !== 'POST' && id === '') return invalidValue(`${where}.path: "${endpoint}/{id}" is due for ${method}`)
  if (method !== 'DELETE' && !isObject(data)) return invalidValue(`${where}.data: required for ${method}`)
  return null
}
