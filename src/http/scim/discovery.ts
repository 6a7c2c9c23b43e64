import { bulkLimits } from './bulk-request.ts'
import { cursorTimeoutSeconds } from './cursors.ts'
import { defaultCount, largestCount, listResponse } from './query.ts'
import { roleDocuments, roleSchemas, roleTypes, type RoleType } from './role-schemas.ts'
import { documentsOf, groupUrn, userUrn, type ResourceSchema, type ResourceSchemas } from './schemas.ts'

const configUrn = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'
const resourceTypeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'
const schemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:Schema'

/** What this door does, said exactly (RFC 7643, 5; RFC 9865, 4): nothing is advertised that is not tested. */
export function serviceProviderConfig(baseUrl: string, tokenUrl: string): object {
  return {
    schemas: [configUrn],
    patch: { supported: true },
    bulk: { supported: true, ...bulkLimits },
    filter: { supported: true, maxResults: largestCount },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: defaultCount,
      maxPageSize: largestCount,
      cursorTimeout: cursorTimeoutSeconds,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of this connection in the Authorization header',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0 client credentials',
        description: `Access tokens of a client of this connection, by secret or by signed assertion, from ${tokenUrl}`,
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
        primary: false,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}

type Discovered = { readonly baseUrl: string; readonly schemas: ResourceSchemas }

export function resourceTypes({ baseUrl, schemas }: Discovered): { id: string }[] {
  return [
    resourceType({ name: 'User', endpoint: '/Users', schema: userUrn, description: 'A person' }, schemas.User, baseUrl),
    resourceType(
      { name: 'Group', endpoint: '/Groups', schema: groupUrn, description: 'A group of people' },
      schemas.Group,
      baseUrl,
    ),
    ...(['Role', 'Entitlement'] as const).map((name) => roleType(name, baseUrl)),
  ]
}

type Type = { name: string; endpoint: string; schema: string; description: string }

function resourceType(type: Type, { extensions }: ResourceSchema, baseUrl: string) {
  const schemaExtensions = [...extensions.values()].map(({ id, required }) => ({ schema: id, required }))
  const meta = { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` }
  return {
    ...{ schemas: [resourceTypeUrn], id: type.name },
    ...type,
    ...(schemaExtensions.length === 0 ? {} : { schemaExtensions }),
    meta,
  }
}

function roleType(name: RoleType, baseUrl: string) {
  return resourceType({ name, ...roleTypes[name] }, roleSchemas[name], baseUrl)
}

export function schemaDocuments({ baseUrl, schemas }: Discovered): { id: string }[] {
  return [...documentsOf(schemas), ...roleDocuments].map((document) => ({
    schemas: [schemaUrn],
    ...document,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${document.id}` },
  }))
}

export function asList(items: readonly object[]): object {
  return listResponse({ items, total: items.length }, { startIndex: 1 })
}
