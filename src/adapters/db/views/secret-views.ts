import type { Views } from '../../../application/views.ts'
import { signingKeys } from '../stores/signing-keys.ts'
import { written, type Session } from '../session.ts'

export function createSecretViews(session: Session): Pick<Views, 'sealedSecret' | 'sealedByKey' | 'signingKeys'> {
  return {
    async sealedSecret(place) {
      const query = written(session, 'select sealed from sealed_secrets where place = ?', [place])
      return (await session.rows<{ sealed: string }>(query))[0]?.sealed
    },
    sealedByKey: () => sealedByKey(session),
    signingKeys: () => signingKeys(session),
  }
}

/** How many secrets lie under each key, whether or not anybody holds it. */
export async function sealedByKey(session: Session): Promise<{ keyId: string; secrets: number }[]> {
  const text = 'select key_id, count(*) as secrets from sealed_secrets group by key_id order by key_id'
  const rows = await session.rows<{ key_id: string; secrets: number }>(written(session, text, []))
  return rows.map(({ key_id, secrets }) => ({ keyId: key_id, secrets: Number(secrets) }))
}
