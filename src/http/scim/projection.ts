import { findTarget, type Target } from './attribute-path.ts'
import { isEmpty, isObject, type Resource } from './canonical.ts'
import { marksOf, type Marks } from './marks.ts'
import type { ResourceSchema } from './schemas.ts'

/** Which attributes of an answer are wanted (RFC 7644, 3.9). Never touches what is stored. */
export type Projection = {
  readonly only: readonly Target[] | null
  readonly without: readonly Target[]
  readonly marks: Marks
}

export function parseProjection(
  schema: ResourceSchema,
  query: { attributes: string; excludedAttributes: string },
): Projection {
  const only = targetsOf(schema, query.attributes)
  const without = targetsOf(schema, query.excludedAttributes).filter((target) => !isAlwaysShown(target))
  return { only: query.attributes.trim() === '' ? null : only, without, marks: marksOf(schema) }
}

/** Unknown names select nothing, as the RFC leaves open. */
function targetsOf(schema: ResourceSchema, list: string): Target[] {
  // Microsoft's collection asks for `emails[type eq "work"]`: the list is shown whole.
  const names = list.split(',', 100).map((name) => name.replace(/\[[^\]]*\]/, '').trim())
  return names.flatMap((name) => (name === '' ? [] : (wholeSchema(schema, name) ?? findTarget(schema, name) ?? [])))
}

/** A URN alone names each attribute of its schema. */
function wholeSchema(schema: ResourceSchema, name: string): Target[] | null {
  const lower = name.toLowerCase()
  const extension = schema.extensions.get(lower)
  const attributes = lower === schema.id.toLowerCase() ? schema.attributes : extension?.attributes
  if (attributes === undefined) return null
  return [...attributes.values()].map((attribute) => ({ extension: extension?.id ?? null, attribute, sub: null }))
}

function isAlwaysShown({ attribute, sub }: Target): boolean {
  return (sub ?? attribute).returned === 'always'
}

/** Whether an attribute of the core schema is wanted. */
export function wants(projection: Projection, attribute: string): boolean {
  const isMeant = ({ extension, attribute: { name } }: Target): boolean => extension === null && name === attribute
  if (projection.without.some((target) => target.sub === null && isMeant(target))) return false
  return projection.only === null || projection.only.some(isMeant)
}

/** What is shown of a resource: what is asked for and what always is, but never what nobody is shown (RFC 7643, 7). */
export function project(resource: Resource, { only, without, marks }: Projection): Resource {
  const selected = only === null ? resource : select(resource, [...marks.always, ...only])
  const unasked = marks.request.filter((target) => only?.some((asked) => names(asked, target)) !== true)
  return [...unasked, ...without, ...marks.never].reduce(exclude, selected)
}

/** Whether asking for one target asks for another: a part that is shown on request is asked for by its own name. */
function names(asked: Target, target: Target): boolean {
  const isSame = asked.extension === target.extension && asked.attribute.name === target.attribute.name
  return isSame && (target.sub === null || asked.sub?.name === target.sub.name)
}

function select(resource: Resource, targets: readonly Target[]): Resource {
  const result: Resource = {}
  for (const target of targets) {
    const source = ownerOf(resource, target)
    const value = source?.[target.attribute.name]
    if (value === undefined) continue
    const owner = target.extension === null ? result : nested(result, target.extension)
    owner[target.attribute.name] =
      target.sub === null ? value : pick(value, target.sub.name, owner[target.attribute.name])
  }
  return result
}

function exclude(resource: Resource, target: Target): Resource {
  const { extension, attribute, sub } = target
  if (extension !== null) {
    const { [extension]: inner, ...others } = resource
    if (inner === undefined) return resource
    const left = isObject(inner) ? exclude(inner, { ...target, extension: null }) : {}
    return isEmpty(left) ? others : { ...resource, [extension]: left }
  }
  const { [attribute.name]: value, ...rest } = resource
  if (value === undefined) return resource
  const left = sub === null ? undefined : omit(value, sub.name)
  return left === undefined ? rest : { ...rest, [attribute.name]: left }
}

function ownerOf(resource: Resource, { extension }: Target): Resource | undefined {
  const owner = extension === null ? resource : resource[extension]
  return isObject(owner) ? owner : undefined
}

function nested(result: Resource, urn: string): Resource {
  const known = result[urn]
  if (isObject(known)) return known
  const fresh: Resource = {}
  result[urn] = fresh
  return fresh
}

function pick(value: unknown, name: string, chosen: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => pick(item, name, Array.isArray(chosen) ? chosen[index] : undefined))
  const before = isObject(chosen) ? chosen : {}
  return isObject(value) && name in value ? { ...before, [name]: value[name] } : before
}

function omit(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => omit(item, name))
  if (!isObject(value)) return value
  const { [name]: _gone, ...rest } = value
  return rest
}
