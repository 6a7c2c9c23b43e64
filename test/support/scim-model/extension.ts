import { createTenant, type Api, type Tenant } from '../api.ts'
import { putSchema } from '../schemas.ts'

export const modelUrn = 'urn:ietf:params:scim:schemas:extension:model:2.0:User'

/** An account's own schema with the types that the core schema has no attribute of. No core attribute has such a name. */
const extension = {
  ...{ id: modelUrn, name: 'Model' },
  attributes: [
    { name: 'nick' },
    { name: 'locker', caseExact: true },
    { name: 'remote', type: 'boolean' },
    { name: 'grade', type: 'integer' },
    { name: 'share', type: 'decimal' },
    { name: 'startedAt', type: 'dateTime' },
    { name: 'tags', multiValued: true },
    {
      ...{ name: 'desk', type: 'complex' },
      subAttributes: [{ name: 'building' }, { name: 'floor', type: 'integer' }],
    },
    {
      ...{ name: 'badges', type: 'complex', multiValued: true },
      subAttributes: [
        { name: 'value' },
        { name: 'type', caseExact: true },
        { name: 'level', type: 'integer' },
        { name: 'primary', type: 'boolean' },
      ],
    },
  ],
}

/** A tenant whose people have the extension too. */
export async function createModelTenant(api: Api, kind?: string): Promise<Tenant> {
  const tenant = await createTenant(api, kind)
  await putSchema(api, tenant.accountId, extension)
  return tenant
}
