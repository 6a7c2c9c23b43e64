import { enterpriseUrn, groupUrn, schemaDocuments, userUrn } from './schemas.ts'
import { largestCount, listResponse } from './query.ts'

const configUrn = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'
const resourceTypeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'

/** What this door does, said exactly (RFC 7643, 5): nothing is advertised that is not tested. */
export function serviceProviderConfig(baseUrl: string): object {
  return {
    schemas: [configUrn],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: largestCount },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of this connection in the Authorization header',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}

export function resourceTypes(baseUrl: string): { id: string; schemaExtensions?: object[] }[] {
  return [
    {
      ...resourceType('User', '/Users', userUrn, 'A person', baseUrl),
      schemaExtensions: [{ schema: enterpriseUrn, required: false }],
    },
    resourceType('Group', '/Groups', groupUrn, 'A group of people', baseUrl),
  ]
}

function resourceType(name: string, endpoint: string, schema: string, description: string, baseUrl: string) {
  const meta = { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` }
  return { schemas: [resourceTypeUrn], id: name, name, endpoint, description, schema, meta }
}

export function schemas(baseUrl: string): { id: string }[] {
  return schemaDocuments.map((document) => ({
    ...document,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${document.id}` },
  }))
}

export function asList(items: readonly object[]): object {
  return listResponse(items, items.length, 1)
}
