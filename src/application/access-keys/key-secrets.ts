import { liveHashes, type AccessKey, type KeptSecret } from '../../domain/access-key.ts'
import { placeText, type SecretPlace } from '../../domain/secret-place.ts'
import type { Ports, Tx } from '../ports.ts'
import { readSecret } from '../secrets/keep-secret.ts'

type Needs = Pick<Ports, 'vault' | 'clock' | 'secrets'>

/** What secrets of access keys are hashed with. It lies sealed, so that another SECRET_KEY seals it anew and ends no key. */
const hashKeyPlace: SecretPlace = { accountId: null, kind: 'access-keys', id: 'all', field: 'hash-key' }

/** Marks a secret, so that scanners of repositories and logs know one that was left there. */
const prefix = 'aks_'

export type MadeSecret = { readonly text: string; readonly kept: KeptSecret }

/** A new secret: its text, which is shown once, and how it lies at rest. */
export async function makeKeySecret(ports: Needs, tx: Pick<Tx, 'sealedSecrets'>): Promise<MadeSecret> {
  const { vault, clock, secrets } = ports
  const [place, now] = [placeText(hashKeyPlace), clock.now()]
  const first = { place, keyId: vault.keys[0].id, sealed: vault.seal(secrets.token(), place) }
  const hashKey = vault.open(await tx.sealedSecrets.putFirst(first, now), place)
  const text = `${prefix}${secrets.token()}`
  return { text, kept: { hash: secrets.keyedHash(hashKey, text), hint: text.slice(-4), madeAt: now } }
}

/** Whether the secret opens the key now. Of an unknown key the same is worked out, so that the time tells nothing. */
export async function opensKey(
  ports: Needs & Pick<Ports, 'views'>,
  key: AccessKey | undefined,
  secret: string,
): Promise<boolean> {
  const hashKey = (await readSecret(ports, hashKeyPlace)) ?? ''
  const shown = ports.secrets.keyedHash(hashKey, secret)
  const hashes = key === undefined ? [''] : liveHashes(key, ports.clock.now())
  const [current = '', former = ''] = hashes
  const matches = [current, former].map((hash) => ports.secrets.equal(shown, hash))
  return hashKey !== '' && matches.includes(true)
}
