import { findTarget, type Target } from './attribute-path.ts'
import { isObject } from './canonical.ts'
import type { Dialect } from './dialects.ts'
import { parseElementFilter } from './filters.ts'
import { invalidPath, invalidSyntax, invalidValue, mutability, noTarget } from './scim-error.ts'
import type { ResourceSchema } from './schemas.ts'
import type { Filter } from '../../domain/filter.ts'

/** One thing to do to one attribute. `named` is false for what a path-less value merely brought along. */
export type PatchStep = Target & {
  readonly op: 'add' | 'replace' | 'remove'
  readonly filter: Filter | null
  readonly value: unknown
  readonly where: string
}

export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const mostOperations = 100
const longestPath = 2500

/** Reads a PatchOp message (RFC 7644, 3.5.2) into steps, each with a path, in the order told. */
export function parsePatch(schema: ResourceSchema, body: unknown, dialect: Dialect, resourceId: string): PatchStep[] {
  if (!isObject(body)) throw invalidSyntax('the body is not a JSON object')
  const message = lowerKeys(body)
  if (!Array.isArray(message.schemas) || !message.schemas.includes(patchUrn)) {
    throw invalidSyntax(`schemas: a PATCH names "${patchUrn}"`)
  }
  const operations = message.operations
  if (!Array.isArray(operations)) throw invalidSyntax('Operations: a list of operations is due')
  if (operations.length === 0 && !dialect.emptyPatchAllowed)
    throw invalidValue('Operations: at least one operation is due')
  if (operations.length > mostOperations)
    throw invalidValue(`Operations: at most ${mostOperations} at once; send the rest in another request`)
  return operations.flatMap((operation, index) => parseOperation(schema, operation, `Operations[${index}]`, resourceId))
}

function parseOperation(schema: ResourceSchema, operation: unknown, where: string, resourceId: string): PatchStep[] {
  if (!isObject(operation)) throw invalidSyntax(`${where}: an object is due`)
  const { op: name, path, value } = lowerKeys(operation)
  const op = typeof name === 'string' ? name.toLowerCase() : ''
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw invalidSyntax(`${where}.op: add, replace or remove is due`)
  if (op !== 'remove' && value === undefined)
    throw invalidValue(`${where}.value: missing; use op remove to clear an attribute`)
  if (typeof path === 'string' && path !== '') return [parseStep(schema, op, path, value, where)]
  if (path !== undefined && path !== null && path !== '') throw invalidPath(`${where}.path: a string is due`)
  if (op === 'remove') throw noTarget(`${where}: remove needs a path`)
  return parsePathless(schema, op, value, where, resourceId)
}

/** Attributes that clients send along although only the server says them: told without a path, they change nothing. */
const broughtAlong = new Set(['schemas', 'meta', 'groups', 'password'])

function parsePathless(
  schema: ResourceSchema,
  op: 'add' | 'replace',
  value: unknown,
  where: string,
  resourceId: string,
): PatchStep[] {
  if (!isObject(value)) throw invalidValue(`${where}.value: without a path, an object of attributes is due`)
  return Object.entries(value).flatMap(([key, inner]) => {
    const lower = key.toLowerCase()
    if (broughtAlong.has(lower)) return []
    if (lower === 'id') {
      if (inner !== resourceId) throw mutability(`${where}.value.id: the id of a resource never changes`)
      return []
    }
    const extension = schema.extensions.get(lower)
    if (extension === undefined) return [parseStep(schema, op, key, inner, where)]
    if (!isObject(inner)) throw invalidValue(`${where}.value.${key.slice(0, 100)}: an object is due`)
    return Object.entries(inner).map(([name, each]) => parseStep(schema, op, `${extension.id}:${name}`, each, where))
  })
}

const bracketed = /^([^[\]]+)\[(.*)\](?:\.([A-Za-z$][\w$-]*))?$/s

function parseStep(
  schema: ResourceSchema,
  op: PatchStep['op'],
  path: string,
  value: unknown,
  where: string,
): PatchStep {
  if (path.length > longestPath) throw invalidPath(`${where}.path: longer than ${longestPath} characters`)
  const brackets = bracketed.exec(path)
  const plain = brackets === null ? path : `${brackets[1] ?? ''}${brackets[3] === undefined ? '' : `.${brackets[3]}`}`
  const target = findTarget(schema, plain)
  if (target === null) throw invalidPath(`${where}: ${schema.name} has no attribute "${path.slice(0, 200)}"`)
  if (target.attribute.mutability === 'readOnly' || target.sub?.mutability === 'readOnly') {
    throw mutability(`${where}: "${plain}" is set by the server alone`)
  }
  if (brackets === null) return { ...target, op, filter: null, value, where }
  if (!target.attribute.multiValued)
    throw invalidPath(`${where}: "${target.attribute.name}" is no list; leave the brackets out`)
  return { ...target, op, filter: parseElementFilter(target.attribute, brackets[2] ?? ''), value, where }
}

function lowerKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]))
}
