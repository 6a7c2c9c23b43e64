import scimmy from 'scimmy'
import type { ExtensionSchema } from '../../domain/extension-schema.ts'

/** One attribute of a schema, found by its name in any letter case (RFC 7643, 2.1). */
export type Attribute = {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: string
  readonly returned: string
  readonly unique: boolean
  /** The only values that count; null where they are suggestions, or none. */
  readonly canonicalValues: readonly string[] | null
  /** One of an account's own schema: RFC 7643 says nothing of what it means. */
  readonly custom: boolean
  readonly subAttributes: AttributeTable | null
}
export type AttributeTable = ReadonlyMap<string, Attribute>

export type Extension = {
  readonly id: string
  readonly required: boolean
  /** One of the account's own. */
  readonly custom: boolean
  readonly attributes: AttributeTable
  readonly document: SchemaDocument
}

/** A resource type's attributes: the core schema's, and each extension's under its URN. Keys are lower case. */
export type ResourceSchema = {
  readonly name: 'User' | 'Group' | 'Role' | 'Entitlement'
  readonly id: string
  readonly attributes: AttributeTable
  readonly extensions: ReadonlyMap<string, Extension>
}

type Described = {
  name: string
  description?: string
  type: string
  multiValued: boolean
  required?: boolean
  caseExact?: boolean
  mutability?: string
  returned?: string
  uniqueness?: string
  canonicalValues?: readonly string[] | undefined
  subAttributes?: readonly Described[] | undefined
}
export type SchemaDocument = { id: string; name: string; description?: string; attributes: readonly Described[] }

/** The schemas as RFC 7643 has them; scimmy is their source, read once. */
const rfcDocuments: readonly SchemaDocument[] = [
  scimmy.Schemas.User,
  scimmy.Schemas.EnterpriseUser,
  scimmy.Schemas.Group,
].map(({ definition }) => JSON.parse(JSON.stringify(definition.describe()), withoutEmptyChoice) as SchemaDocument)

/** A list of canonical values that is empty would say that no value will do. */
function withoutEmptyChoice(key: string, value: unknown): unknown {
  return key === 'canonicalValues' && Array.isArray(value) && value.length === 0 ? undefined : value
}

/** Attributes that each resource has besides its schema's own (RFC 7643, 3.1). */
const common: readonly Described[] = [
  { name: 'schemas', type: 'reference', multiValued: true, mutability: 'readOnly', returned: 'always' },
  { name: 'id', type: 'string', multiValued: false, caseExact: true, mutability: 'readOnly', returned: 'always' },
  { name: 'externalId', type: 'string', multiValued: false, caseExact: true },
  {
    name: 'meta',
    type: 'complex',
    multiValued: false,
    mutability: 'readOnly',
    subAttributes: ['resourceType', 'created', 'lastModified', 'location', 'version'].map((name) => ({
      name,
      type: name === 'created' || name === 'lastModified' ? 'dateTime' : 'string',
      multiValued: false,
      caseExact: true,
      mutability: 'readOnly',
    })),
  },
]

function toTable(described: readonly Described[], custom = false): AttributeTable {
  return new Map(described.map((each) => [each.name.toLowerCase(), toAttribute(each, custom)]))
}

function toAttribute(each: Described, custom: boolean): Attribute {
  return {
    name: each.name,
    type: each.type,
    multiValued: each.multiValued,
    required: each.required ?? false,
    caseExact: each.caseExact ?? false,
    mutability: each.mutability ?? 'readWrite',
    returned: each.returned ?? 'default',
    unique: custom && each.uniqueness === 'server',
    canonicalValues: (custom ? each.canonicalValues : undefined) ?? null,
    custom,
    subAttributes: each.subAttributes === undefined ? null : toTable(each.subAttributes, custom),
  }
}

function documentOf(id: string): SchemaDocument {
  const found = rfcDocuments.find((schema) => schema.id === id)
  if (found === undefined) throw new Error(`no schema ${id}`)
  return found
}

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

function resourceSchema(name: 'User' | 'Group', id: string, extensions: readonly string[]): ResourceSchema {
  return toResourceSchema(name, documentOf(id), extensions.map(documentOf))
}

export function toResourceSchema(
  name: ResourceSchema['name'],
  document: SchemaDocument,
  extensions: readonly SchemaDocument[] = [],
): ResourceSchema {
  return {
    name,
    id: document.id,
    attributes: toTable([...common, ...document.attributes]),
    extensions: new Map(extensions.map((each) => [each.id.toLowerCase(), toExtension(each)])),
  }
}

export const userSchema = resourceSchema('User', userUrn, [enterpriseUrn])
export const groupSchema = resourceSchema('Group', groupUrn, [])

export type ResourceSchemas = { readonly User: ResourceSchema; readonly Group: ResourceSchema }

function toExtension(document: SchemaDocument): Extension {
  return { id: document.id, required: false, custom: false, attributes: toTable(document.attributes), document }
}

/** RFC 7643 and what an account has beside it. */
export function schemasWith(list: readonly ExtensionSchema[]): ResourceSchemas {
  return { User: extended(userSchema, list), Group: extended(groupSchema, list) }
}

function extended(core: ResourceSchema, list: readonly ExtensionSchema[]): ResourceSchema {
  const own = list.filter(({ resourceType }) => resourceType === core.name).map(toCustomExtension)
  return {
    ...core,
    extensions: new Map([...core.extensions, ...own.map((each) => [each.id.toLowerCase(), each] as const)]),
  }
}

function toCustomExtension({ id, name, description, required, attributes }: ExtensionSchema): Extension {
  const document = { id, name, description, attributes }
  return { id, required, custom: true, attributes: toTable(attributes, true), document }
}

/** The manager of the enterprise extension, whose parts say who he is. */
export function isManager({ name, custom }: Attribute): boolean {
  return name === 'manager' && !custom
}

/** The documents of each schema in use, the core ones first. */
export function documentsOf({ User, Group }: ResourceSchemas): SchemaDocument[] {
  const extensions = [...User.extensions.values(), ...Group.extensions.values()].map(({ document }) => document)
  return [documentOf(userUrn), documentOf(groupUrn), ...extensions]
}

/** What every account has: RFC 7643 and its enterprise extension. */
export const coreSchemas: ResourceSchemas = { User: userSchema, Group: groupSchema }
