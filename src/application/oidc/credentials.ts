import type { OidcSettings } from '../../domain/oidc-settings.ts'
import { AppError } from '../../domain/errors.ts'
import { placeText, type SecretPlace } from '../../domain/secret-place.ts'
import type { Ports, Tx } from '../ports.ts'
import { readSecret } from '../secrets/keep-secret.ts'
import type { ClientCredential, ProviderSetUp } from '../sign-in/open-id.ts'

type Owner = Pick<OidcSettings, 'accountId' | 'connectionId'>

export function clientSecretPlace({ accountId, connectionId: id }: Owner): SecretPlace {
  return { accountId, kind: 'connection', id, field: 'client-secret' }
}

export function clientKeyPlace({ accountId, connectionId: id }: Owner): SecretPlace {
  return { accountId, kind: 'connection', id, field: 'client-key' }
}

/** Takes away what the settings do not use any more. */
export async function dropCredentials(
  tx: Pick<Tx, 'sealedSecrets'>,
  owner: Owner,
  { hasSecret, key }: Pick<OidcSettings, 'hasSecret' | 'key'>,
): Promise<void> {
  if (!hasSecret) await tx.sealedSecrets.remove(placeText(clientSecretPlace(owner)))
  if (key === null) await tx.sealedSecrets.remove(placeText(clientKeyPlace(owner)))
}

/** Settings with the credential that goes with them, opened: for what talks to the IdP, and for nothing else. */
export async function openSetUp(ports: Pick<Ports, 'vault' | 'views'>, settings: OidcSettings): Promise<ProviderSetUp> {
  const { issuer, clientId } = settings
  return { issuer, clientId, credential: await credentialOf(ports, settings) }
}

async function credentialOf(ports: Pick<Ports, 'vault' | 'views'>, settings: OidcSettings): Promise<ClientCredential> {
  const { authMethod: method, key } = settings
  if (method === 'private_key_jwt') {
    const privateJwk = await readSecret(ports, clientKeyPlace(settings))
    if (key === null || privateJwk === undefined) throw missing('key')
    return { kind: 'key', kid: key.kid, privateJwk }
  }
  const secret = await readSecret(ports, clientSecretPlace(settings))
  if (secret === undefined) throw missing('secret')
  return { kind: 'secret', method, secret }
}

function missing(what: string): AppError {
  return new AppError('upstream_rejected', `the client ${what} of this connection is not there; set its sign-in anew`)
}
