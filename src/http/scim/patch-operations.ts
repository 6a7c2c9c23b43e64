import type { Filter } from '../../domain/filter.ts'
import { findTarget, type Target } from './attribute-path.ts'
import { isObject, type Notes } from './canonical.ts'
import type { Dialect } from './dialects.ts'
import { parseElementFilter } from './filters.ts'
import { requireMessage } from './message.ts'
import { isOwnPath, orMisfit, type Misfit } from './misfits.ts'
import { invalidPath, invalidSyntax, invalidValue, mutability, noTarget } from './scim-error.ts'
import type { Extension, ResourceSchema } from './schemas.ts'

/** One thing to do to one attribute. */
export type PatchStep = Target & {
  readonly op: 'add' | 'replace' | 'remove'
  readonly filter: Filter | null
  readonly value: unknown
  readonly where: string
  /** Its extension goes as a whole, and with it what it requires. */
  readonly withExtension?: true
}

/** What a message is read for: one resource of one type, on a connection of one kind. */
export type PatchTarget = {
  readonly schema: ResourceSchema
  readonly resourceId: string
  readonly dialect: Dialect
  readonly notes: Notes
  /** Takes what does not fit the account's own schemas, for the caller to judge; without it, that is an error. */
  readonly misfits?: Misfit[]
}

export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const mostOperations = 100
const mostSteps = 2000
const longestPath = 2500

/** Reads a PatchOp message (RFC 7644, 3.5.2) into steps, each with a path, in the order told. */
export function parsePatch(target: PatchTarget, body: unknown): PatchStep[] {
  if (!isObject(body)) throw invalidSyntax('the body is not a JSON object')
  const { schemas, operations } = lowerKeys(body)
  requireMessage(schemas, patchUrn, 'a PATCH')
  if (!Array.isArray(operations)) throw invalidSyntax('Operations: a list of operations is due')
  if (operations.length === 0 && !target.dialect.emptyPatchAllowed)
    throw invalidValue('Operations: at least one operation is due')
  if (operations.length > mostOperations)
    throw invalidValue(`Operations: at most ${mostOperations} at once; send the rest in another request`)
  const steps = operations.flatMap((operation, index) => parseOperation(target, operation, `Operations[${index}]`))
  if (steps.length > mostSteps)
    throw invalidValue(`Operations: at most ${mostSteps} attributes at once; send the rest in another request`)
  return steps
}

function parseOperation(target: PatchTarget, operation: unknown, where: string): PatchStep[] {
  if (!isObject(operation)) throw invalidSyntax(`${where}: an object is due`)
  const { op: name, path, value } = lowerKeys(operation)
  const op = typeof name === 'string' ? name.toLowerCase() : ''
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw invalidSyntax(`${where}.op: add, replace or remove is due`)
  if (op !== 'remove' && value === undefined)
    throw invalidValue(`${where}.value: missing; use op remove to clear an attribute`)
  if (typeof path === 'string' && path !== '')
    return stepsOf(target, path, () => parsePath(target, op, path, value, where))
  if (path !== undefined && path !== null && path !== '') throw invalidPath(`${where}.path: a string is due`)
  if (op === 'remove') throw noTarget(`${where}: remove needs a path`)
  if (!isObject(value)) throw invalidValue(`${where}.value: without a path, an object of attributes is due`)
  return Object.entries(value).flatMap(([key, inner]) =>
    stepsOf(target, key, () => parseKey(target, op, key, inner, where)),
  )
}

/** The steps, or none where what the path means is the account's own matter and does not fit. */
function stepsOf({ schema, misfits }: PatchTarget, path: string, parse: () => PatchStep[]): PatchStep[] {
  const isOwn = path.length <= longestPath && isOwnPath(schema, path)
  return orMisfit(misfits, isOwn, null, parse) ?? []
}

function parsePath(target: PatchTarget, op: PatchStep['op'], path: string, value: unknown, where: string): PatchStep[] {
  const extension = target.schema.extensions.get(path.toLowerCase())
  if (extension !== undefined) return parseExtension(target, extension, op, value, where)
  const step = parseStep(target.schema, op, path, value, where)
  if (step === null) throw invalidPath(`${where}: ${target.schema.name} has no attribute "${path.slice(0, 200)}"`)
  if (isReadOnly(step)) throw mutability(`${where}: "${path.slice(0, 200)}" is set by the server alone`)
  return withoutPassword(step)
}

/**
 * One key of a value without a path. What only the server says comes along there and changes nothing, but for another
 * id; an extension that nobody knows is dropped, as it is in a whole resource; a misspelt attribute is an error.
 */
function parseKey(target: PatchTarget, op: 'add' | 'replace', key: string, value: unknown, where: string): PatchStep[] {
  const { schema, resourceId, notes } = target
  const extension = schema.extensions.get(key.toLowerCase())
  if (extension !== undefined) return parseExtension(target, extension, op, value, where)
  const step = parseStep(schema, op, key, value, where)
  if (step === null && !isForeign(schema, key))
    throw invalidPath(`${where}: ${schema.name} has no attribute "${key.slice(0, 200)}"`)
  if (step?.extension === null && step.attribute.name === 'id' && value !== resourceId)
    throw mutability(`${where}.value.id: the id of a resource never changes`)
  if (step !== null && !isReadOnly(step)) return withoutPassword(step)
  notes.push(`${where}: dropped ${key.slice(0, 100)}`)
  return []
}

/** A URN that is neither ours nor begins with one of ours. */
function isForeign(schema: ResourceSchema, key: string): boolean {
  const lower = key.toLowerCase()
  const ours = [schema.id.toLowerCase(), ...schema.extensions.keys()]
  return lower.startsWith('urn:') && !ours.some((urn) => lower.startsWith(`${urn}:`))
}

/** An extension named whole: each attribute told of, or, where nothing is left of it, each that there is. */
function parseExtension(
  target: PatchTarget,
  extension: Extension,
  op: PatchStep['op'],
  value: unknown,
  where: string,
): PatchStep[] {
  if (op === 'remove' || value === null) {
    const removable = [...extension.attributes.values()].filter(({ mutability: kind }) => kind !== 'readOnly')
    return removable.flatMap(({ name }) =>
      parsePath(target, 'remove', `${extension.id}:${name}`, undefined, where).map((step): PatchStep => ({
        ...step,
        withExtension: true,
      })),
    )
  }
  if (!isObject(value)) throw invalidValue(`${where}: an object is due for "${extension.id}"`)
  return Object.entries(value).flatMap(([name, each]) => {
    const path = `${extension.id}:${name}`
    return stepsOf(target, path, () => parsePath(target, op, path, each, where))
  })
}

const bracketed = /^([^[\]]+)\[(.*)\](?:\.([A-Za-z$][\w$-]*))?$/s

/** Null where there is no such attribute. */
function parseStep(
  schema: ResourceSchema,
  op: PatchStep['op'],
  path: string,
  value: unknown,
  where: string,
): PatchStep | null {
  if (path.length > longestPath) throw invalidPath(`${where}.path: longer than ${longestPath} characters`)
  const brackets = bracketed.exec(path)
  const plain = brackets === null ? path : `${brackets[1] ?? ''}${brackets[3] === undefined ? '' : `.${brackets[3]}`}`
  const found = findTarget(schema, plain)
  if (found === null) return null
  if (brackets === null) return { ...found, op, filter: null, value, where }
  if (!found.attribute.multiValued)
    throw invalidPath(`${where}: "${found.attribute.name}" is no list; leave the brackets out`)
  return { ...found, op, filter: parseElementFilter(found.attribute, brackets[2] ?? ''), value, where }
}

function isReadOnly({ attribute, sub }: Target): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly'
}

/** Passwords are taken without a word and never kept, under whatever name they come. */
function withoutPassword(step: PatchStep): PatchStep[] {
  return step.attribute.mutability === 'writeOnly' && !step.attribute.custom ? [] : [step]
}

function lowerKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]))
}
