import { placeText, type SecretPlace } from '../../domain/secret-place.ts'
import type { Ports, Tx } from '../ports.ts'

/** Keeps a secret that has to be read again, in place of the one that was there. It lies in the database sealed. */
export async function keepSecret(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  tx: Pick<Tx, 'sealedSecrets'>,
  place: SecretPlace,
  secret: string,
): Promise<void> {
  const text = placeText(place)
  await tx.sealedSecrets.put({ place: text, keyId: vault.keys[0].id, sealed: vault.seal(secret, text) }, clock.now())
}

/** The secret of a place; undefined where there is none. One whose key is missing is `upstream_rejected`. */
export async function readSecret(
  { vault, views }: Pick<Ports, 'vault' | 'views'>,
  place: SecretPlace,
): Promise<string | undefined> {
  const text = placeText(place)
  const sealed = await views.sealedSecret(text)
  return sealed === undefined ? undefined : vault.open(sealed, text)
}
