import {
  authorizationCodeGrant,
  ClientError,
  randomPKCECodeVerifier,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type Configuration,
  type ServerMetadata,
} from 'openid-client'
import type { OutboundHttp } from '../../application/ports.ts'
import type { OpenIdProviders, ProviderCheck, ProviderSetUp } from '../../application/sign-in/open-id.ts'
import { AppError } from '../../domain/errors.ts'
import { idTokenAlgorithms, readMetadata, type Configurations } from './create-configurations.ts'

type Name = ProviderCheck['check']

const ok = (check: Name, detail: string): ProviderCheck => ({ check, state: 'ok', detail })
const warning = (check: Name, detail: string): ProviderCheck => ({ check, state: 'warning', detail })
const failed = (check: Name, detail: string): ProviderCheck => ({ check, state: 'failed', detail })

/** Looks at an IdP as a sign-in would, step by step, and says what would go wrong. */
export function createOpenIdProviders(outbound: OutboundHttp, configurations: Configurations): OpenIdProviders {
  return {
    async check(setUp, redirectUri) {
      const metadata = await readMetadata(outbound, setUp.issuer).catch((error: unknown) => messageOf(error))
      if (typeof metadata === 'string') return [failed('discovery', metadata)]
      return [
        ok('discovery', `${setUp.issuer} publishes its configuration, under that very name`),
        ...judgeMetadata(metadata, setUp),
        await judgeKeys(outbound, metadata),
        await judgeClient(await configurations(setUp), redirectUri),
      ]
    },
  }
}

function judgeMetadata(metadata: ServerMetadata, { credential }: ProviderSetUp): ProviderCheck[] {
  const { response_types_supported: types, code_challenge_methods_supported: challenges } = metadata
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = metadata
  const wanted = credential.kind === 'key' ? 'private_key_jwt' : credential.method
  return [
    types === undefined || types.includes('code')
      ? ok('code_flow', 'the authorization code flow is offered')
      : failed('code_flow', `the IdP offers only: ${types.join(', ')}; "code" is needed`),
    methods.includes(wanted)
      ? ok('endpoints', `the token endpoint takes ${wanted}`)
      : failed(
          'endpoints',
          `the token endpoint takes ${methods.join(', ')}, not ${wanted}; set authMethod to one of these`,
        ),
    challenges?.includes('S256') === true
      ? ok('pkce', 'PKCE with S256 is offered')
      : warning('pkce', 'the IdP does not say that it checks PKCE; it is sent all the same'),
    metadata.end_session_endpoint === undefined
      ? warning('logout', 'the IdP has no page to sign out at; signing out ends the session here alone')
      : ok('logout', 'people are signed out at the IdP too'),
  ]
}

async function judgeKeys(outbound: OutboundHttp, { jwks_uri: url = '' }: ServerMetadata): Promise<ProviderCheck> {
  try {
    const { status, body } = await outbound.get(url)
    if (status !== 200) return failed('keys', `the key set answered ${status}`)
    const keys = (JSON.parse(body) as { keys?: unknown }).keys
    const usable = Array.isArray(keys) ? keys.filter(signs).length : 0
    return usable > 0
      ? ok('keys', `${usable} signing keys are published`)
      : failed('keys', 'the key set holds no key that an ID token could be checked by')
  } catch (error) {
    return failed('keys', messageOf(error))
  }
}

function signs(key: unknown): boolean {
  const { kty, use, alg } = (key ?? {}) as { kty?: unknown; use?: unknown; alg?: unknown }
  const known = kty === 'RSA' || kty === 'EC' || kty === 'OKP'
  return known && use !== 'enc' && (typeof alg !== 'string' || idTokenAlgorithms.includes(alg))
}

const refusesClient = 'the token endpoint refuses the client'
const lookAtClient = 'look at client id and credential'

/** A code that nobody gave: who refuses the code has accepted the client. */
async function judgeClient(config: Configuration, redirectUri: string): Promise<ProviderCheck> {
  const url = new URL(redirectUri)
  url.searchParams.set('code', 'joinery-test')
  if (config.serverMetadata().authorization_response_iss_parameter_supported === true)
    url.searchParams.set('iss', config.serverMetadata().issuer)
  try {
    await authorizationCodeGrant(config, url, { pkceCodeVerifier: randomPKCECodeVerifier() })
  } catch (error) {
    if (error instanceof ResponseBodyError && error.error === 'invalid_grant')
      return ok('client', 'the IdP knows the client and takes its credential')
    if (error instanceof ResponseBodyError) return failed('client', `${refusesClient}: ${error.error}; ${lookAtClient}`)
    // A client that proves itself by the Authorization header is refused in that way (RFC 6749, 5.2).
    if (error instanceof WWWAuthenticateChallengeError)
      return failed('client', `${refusesClient}: ${error.status}; ${lookAtClient}`)
    if (error instanceof ClientError && error.cause instanceof AppError) return failed('client', error.cause.message)
    return warning('client', 'whether the client is known could not be found out; a sign-in will tell')
  }
  return failed('client', 'the token endpoint took a code that it never gave')
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'what was answered is no JSON document'
}
