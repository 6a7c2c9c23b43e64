import { createScim, type Scim, type Tenant } from './api.ts'

/** A tenant's SCIM endpoint with another credential. */
export const asTenantOf = ({ scimUrl }: Pick<Tenant, 'scimUrl'>, token: string): Scim => createScim(scimUrl, token)
