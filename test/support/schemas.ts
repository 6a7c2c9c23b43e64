import { fileURLToPath } from 'node:url'
import { checkSchemaFile } from '../../src/adapters/catalogs/read-schema-file.ts'
import type { ExtensionSchema } from '../../src/domain/extension-schema.ts'
import type { Api } from './api.ts'

const file = fileURLToPath(new URL('../fixtures/schemas/acme.yaml', import.meta.url))

/** A schema with an attribute of each kind. */
export function acmeSchema(): ExtensionSchema {
  const read = checkSchemaFile(file)
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.schema
}

export const acmeUrn = 'urn:ietf:params:scim:schemas:extension:acme:2.0:User'

/** Gives an account a schema, as an administrator does. */
export function putSchema(
  api: Api,
  accountId: string,
  schema: { readonly id: string; readonly [key: string]: unknown },
): Promise<any> {
  return api.ok('PUT', `/accounts/${accountId}/schemas/${encodeURIComponent(schema.id)}`, schema)
}
