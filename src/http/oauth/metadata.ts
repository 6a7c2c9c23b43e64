import { assertionAlgorithms } from '../../domain/oauth-client.ts'
import { scimScopes } from '../../domain/scim-scope.ts'
import { tokenUrlOf } from '../token-url.ts'

/** What the token endpoint can do (RFC 8414). There is no authorization endpoint, so that there is no response type. */
export function authorizationServerMetadata(publicUrl: string): object {
  return {
    issuer: publicUrl,
    token_endpoint: tokenUrlOf(publicUrl),
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    scopes_supported: scimScopes,
  }
}
