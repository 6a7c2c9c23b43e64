import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  PrivateKeyJwt,
  type ClientAuth,
  type ServerMetadata,
} from 'openid-client'
import { webcrypto } from 'node:crypto'
import type { OutboundHttp } from '../../application/ports.ts'
import type { ProviderSetUp } from '../../application/sign-in/open-id.ts'
import { AppError } from '../../domain/errors.ts'
import { outboundFetch } from './outbound-fetch.ts'

/** What the client library needs of one connection, made anew for each sign-in. */
export type Configurations = (setUp: ProviderSetUp) => Promise<Configuration>

/** The signatures that an ID token may have; what the token itself says of it is not asked. */
export const idTokenAlgorithms = [
  'RS256',
  'PS256',
  'ES256',
  'RS384',
  'PS384',
  'ES384',
  'RS512',
  'PS512',
  'ES512',
  'Ed25519',
  'EdDSA',
]

const toleranceSeconds = 60
const metadataLifeMs = 5 * 60_000

type Known = { readonly metadata: Promise<ServerMetadata>; readonly until: number }

/**
 * Metadata is kept for five minutes, key sets never: the keys are fetched for each sign-in, so that a key that an IdP changed
 * to is accepted at once and one that it took back is not.
 */
export function createConfigurations(outbound: OutboundHttp, clock: { now(): number }): Configurations {
  const known = new Map<string, Known>()
  return async (setUp) => {
    const { issuer } = setUp
    const kept = known.get(issuer)
    const entry = kept !== undefined && kept.until > clock.now() ? kept : discover(issuer)
    try {
      return await configured(outbound, setUp, await entry.metadata)
    } catch (error) {
      known.delete(issuer)
      throw error
    }
  }

  function discover(issuer: string): Known {
    const entry = { metadata: readMetadata(outbound, issuer), until: clock.now() + metadataLifeMs }
    known.delete(issuer)
    known.set(issuer, entry)
    const [oldest] = known.keys()
    if (known.size > mostIssuers && oldest !== undefined) known.delete(oldest)
    return entry
  }
}

const mostIssuers = 1000

async function configured(
  outbound: OutboundHttp,
  setUp: ProviderSetUp,
  metadata: ServerMetadata,
): Promise<Configuration> {
  const told = metadata.id_token_signing_alg_values_supported
  const algorithms = (Array.isArray(told) ? told : ['RS256']).filter((each) => idTokenAlgorithms.includes(each))
  const server = { ...metadata, id_token_signing_alg_values_supported: algorithms }
  const client = { [clockTolerance]: toleranceSeconds }
  const config = new Configuration(server, setUp.clientId, client, await clientAuthOf(setUp))
  config[customFetch] = outboundFetch(outbound)
  enableNonRepudiationChecks(config)
  // The wall lets plain http through only to loopback, and only where it was told to.
  if (setUp.issuer.startsWith('http:')) allowInsecureRequests(config)
  return config
}

async function clientAuthOf({ credential }: ProviderSetUp): Promise<ClientAuth> {
  if (credential.kind === 'secret') {
    const { method, secret } = credential
    return method === 'client_secret_post' ? ClientSecretPost(secret) : ClientSecretBasic(secret)
  }
  const jwk = JSON.parse(credential.privateJwk) as webcrypto.JsonWebKey
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  return PrivateKeyJwt({ key, kid: credential.kid })
}

/** What an IdP publishes of itself (OpenID Connect Discovery 1.0, 4); its issuer has to be the one that was asked. */
export async function readMetadata(outbound: OutboundHttp, issuer: string): Promise<ServerMetadata> {
  const { status, body } = await outbound.get(metadataUrlOf(issuer))
  if (status !== 200) throw misconfigured(`${metadataUrlOf(issuer)} answered ${status}; is the issuer right?`)
  const metadata = parse(body)
  if (metadata === null) throw misconfigured(`${metadataUrlOf(issuer)} is no JSON document of an IdP`)
  if (metadata.issuer !== issuer) {
    const named = typeof metadata.issuer === 'string' ? metadata.issuer.slice(0, 200) : 'none'
    throw misconfigured(`the IdP calls itself ${named}; set that as the issuer, letter by letter`)
  }
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const url = metadata[name]
    if (typeof url !== 'string') throw misconfigured(`the IdP publishes no ${name}`)
    const refusal = outbound.refusal(url)
    if (refusal !== null) throw misconfigured(`the IdP’s ${name} ${refusal}`)
  }
  return metadata
}

export function metadataUrlOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

function parse(body: string): ServerMetadata | null {
  try {
    const value = JSON.parse(body) as unknown
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as ServerMetadata) : null
  } catch {
    return null
  }
}

function misconfigured(what: string): AppError {
  return new AppError('upstream_rejected', what, { rule: 'idp_misconfigured' })
}
