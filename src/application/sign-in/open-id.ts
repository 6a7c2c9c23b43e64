import type { ClientKey, OidcSettings } from '../../domain/oidc-settings.ts'

/** One look at an IdP, with what came out and how to mend it. */
export type ProviderCheck = {
  readonly check: 'discovery' | 'issuer' | 'endpoints' | 'code_flow' | 'pkce' | 'keys' | 'client' | 'logout'
  readonly state: 'ok' | 'warning' | 'failed'
  readonly detail: string
}

/** How we prove ourselves to an IdP, opened. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | { readonly kind: 'key'; readonly kid: string; readonly privateJwk: string }

/** What it takes to talk to the IdP of a connection. */
export type ProviderSetUp = Pick<OidcSettings, 'issuer' | 'clientId'> & { readonly credential: ClientCredential }

export type OpenIdProviders = {
  /** Reads what the IdP publishes, tries the client at the token endpoint with a code that nobody gave. */
  check(setUp: ProviderSetUp, redirectUri: string): Promise<ProviderCheck[]>
}

/** Makes keys by which an IdP knows us; the private half as JWK text. */
export type ClientKeys = { make(): Promise<{ kid: string; privateJwk: string; publicJwk: ClientKey['publicJwk'] }> }
