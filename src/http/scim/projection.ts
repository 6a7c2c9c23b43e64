import { findTarget, type Target } from './attribute-path.ts'
import { isEmpty, isObject, type Resource } from './canonical.ts'
import type { ResourceSchema } from './schemas.ts'

/** Which attributes of an answer are wanted (RFC 7644, 3.9). Never touches what is stored. */
export type Projection = { readonly only: readonly Target[] | null; readonly without: readonly Target[] }

export function parseProjection(
  schema: ResourceSchema,
  query: { attributes: string; excludedAttributes: string },
): Projection {
  const only = targetsOf(schema, query.attributes)
  return { only: query.attributes.trim() === '' ? null : only, without: targetsOf(schema, query.excludedAttributes) }
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

export function wants(projection: Projection, attribute: string): boolean {
  if (projection.without.some((target) => target.sub === null && target.attribute.name === attribute)) return false
  return projection.only === null || projection.only.some((target) => target.attribute.name === attribute)
}

const always = ['schemas', 'id']

export function project(resource: Resource, projection: Projection): Resource {
  const selected = projection.only === null ? resource : select(resource, projection.only)
  return projection.without.reduce(exclude, selected)
}

function select(resource: Resource, targets: readonly Target[]): Resource {
  const result: Resource = {}
  for (const name of always) if (name in resource) result[name] = resource[name]
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
  if (always.includes(target.attribute.name)) return resource
  const { extension, attribute, sub } = target
  if (extension !== null) {
    const { [extension]: inner, ...others } = resource
    const left = isObject(inner) ? exclude(inner, { ...target, extension: null }) : {}
    return isEmpty(left) ? others : { ...resource, [extension]: left }
  }
  const { [attribute.name]: value, ...rest } = resource
  return sub === null || value === undefined ? rest : { ...rest, [attribute.name]: omit(value, sub.name) }
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
