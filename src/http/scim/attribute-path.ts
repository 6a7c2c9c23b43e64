import type { AttributeRef, AttributeType } from '../../domain/filter.ts'
import type { Attribute, AttributeTable, ResourceSchema } from './schemas.ts'

/** An attribute named by a path: `title`, `name.givenName`, `urn:…:User:manager.value`. */
export type Target = {
  /** The extension's URN, or null for an attribute of the core schema. */
  readonly extension: string | null
  readonly attribute: Attribute
  readonly sub: Attribute | null
}

const longestPath = 500

/**
 * Finds what a path without brackets names, in any letter case. The core URN may be written out; an extension's
 * attribute may be named without its URN where no core attribute has that name. Null where nothing is named so.
 */
export function findTarget(schema: ResourceSchema, path: string): Target | null {
  if (path.length > longestPath) return null
  const lower = path.toLowerCase()
  const core = `${schema.id.toLowerCase()}:`
  if (lower.startsWith(core)) return within(null, schema.attributes, lower.slice(core.length))
  for (const [urn, extension] of schema.extensions) {
    if (lower.startsWith(`${urn}:`)) return within(extension.id, extension.attributes, lower.slice(urn.length + 1))
  }
  return within(null, schema.attributes, lower) ?? byShortName(schema, lower)
}

function byShortName(schema: ResourceSchema, lower: string): Target | null {
  const found = [...schema.extensions.values()].flatMap(
    (extension) => within(extension.id, extension.attributes, lower) ?? [],
  )
  // A name of RFC 7643 means the same on each account, whatever its own schemas call something.
  return found.find(({ attribute }) => !attribute.custom) ?? (found.length === 1 ? (found[0] ?? null) : null)
}

function within(extension: string | null, table: AttributeTable, path: string): Target | null {
  const [name = '', subName, ...rest] = path.split('.', 3)
  const attribute = table.get(name)
  if (attribute === undefined || rest.length > 0) return null
  if (subName === undefined) return { extension, attribute, sub: null }
  const sub = attribute.subAttributes?.get(subName)
  return sub === undefined ? null : { extension, attribute, sub }
}

/** The attribute as filters and orders name it. */
export function refOf(target: Target): AttributeRef {
  const { extension, attribute, sub } = target
  const steps = [...(extension === null ? [] : [extension]), attribute.name, ...(sub === null ? [] : [sub.name])]
  const unique = sub === null && attribute.unique
  return { ...characterOf(sub ?? attribute), path: pathOf(target), steps, unique }
}

/** A sub-attribute as it is named inside one element of its list. */
export function refInElement(sub: Attribute): AttributeRef {
  return { ...characterOf(sub), path: sub.name, steps: [sub.name] }
}

/** The element of a list of plain values. */
export function refToElement(attribute: Attribute): AttributeRef {
  return { ...characterOf(attribute), path: 'value', steps: [], multiValued: false }
}

function characterOf({ type, caseExact, multiValued }: Attribute) {
  return { type: type as AttributeType, caseExact, multiValued }
}

/** The path in the schema's own spelling. */
export function pathOf({ extension, attribute, sub }: Target): string {
  const own = sub === null ? attribute.name : `${attribute.name}.${sub.name}`
  return extension === null ? own : `${extension}:${own}`
}
