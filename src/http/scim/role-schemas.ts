import { toResourceSchema, type ResourceSchema, type SchemaDocument } from './schemas.ts'

/** The types by which an IdP learns what it may tell of a person: Okta's schema ids, with the attributes of the IETF draft. */
export const roleTypes = {
  Role: {
    endpoint: '/Roles',
    schema: 'urn:okta:scim:schemas:core:1.0:Role',
    description: 'A role that may be named in the roles of a user',
  },
  Entitlement: {
    endpoint: '/Entitlements',
    schema: 'urn:okta:scim:schemas:core:1.0:Entitlement',
    description: 'A capability that may be named in the entitlements of a user',
  },
} as const
export type RoleType = keyof typeof roleTypes

const readOnly = { multiValued: false, caseExact: false, mutability: 'readOnly', returned: 'default' }

function text(name: string, description: string, more: { required?: boolean; caseExact?: boolean } = {}) {
  return { ...readOnly, name, type: 'string', required: false, uniqueness: 'none', description, ...more }
}

function documentOf(name: RoleType): SchemaDocument {
  const { schema, description } = roleTypes[name]
  const supported = { ...readOnly, name: 'supported', type: 'boolean', required: true }
  return {
    id: schema,
    name,
    description,
    attributes: [
      text('displayName', 'Its name, as administrators see it', { required: true }),
      text('description', 'What it is for'),
      text('value', 'What to put into "value" of a user’s element; the same as the id', {
        required: true,
        caseExact: true,
      }),
      text('display', 'The same as displayName'),
      text('type', 'What kind it is of'),
      { ...supported, description: 'Whether it has an effect when this connection tells of it' },
    ],
  }
}

export const roleDocuments: readonly SchemaDocument[] = [documentOf('Role'), documentOf('Entitlement')]

export const roleSchemas: Readonly<Record<RoleType, ResourceSchema>> = {
  Role: toResourceSchema('Role', documentOf('Role')),
  Entitlement: toResourceSchema('Entitlement', documentOf('Entitlement')),
}
