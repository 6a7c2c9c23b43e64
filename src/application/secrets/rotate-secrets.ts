import { serviceAccount } from '../../domain/audit.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx, Vault } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'vault' | 'clock'>
export type RotatedSecrets = { readonly keyId: string; readonly resealed: number }

const slice = 200

/**
 * Brings every secret at rest under the key that seals, and lets the database know that key: the others may go then. What
 * cannot be opened stops it, and nothing is changed. Doing it twice is no error.
 */
export async function rotateSecrets(ports: Needs, op: Operation): Promise<RotatedSecrets> {
  authorize(op, { verb: 'operate' })
  const { vault, clock, unitOfWork } = ports
  const [{ id: keyId, check }] = vault.keys
  const now = clock.now()
  return unitOfWork(async (tx) => {
    const resealed = await reseal(tx, vault, now)
    const moved = await tx.sealedSecrets.rememberKey(check)
    if (resealed > 0 || moved) {
      const line = { action: 'secrets.rotated', accountId: serviceAccount, target: keyId } as const
      await tx.audit.record(op, { ...line, detail: { resealed } }, now)
    }
    return { keyId, resealed }
  })
}

async function reseal({ sealedSecrets }: Tx, vault: Vault, now: number): Promise<number> {
  const keyId = vault.keys[0].id
  let count = 0
  for (let after = ''; ;) {
    const secrets = await sealedSecrets.underOtherKeys(keyId, { after, limit: slice })
    for (const { place, sealed } of secrets) {
      const anew = vault.seal(vault.open(sealed, place), place)
      await sealedSecrets.put({ place, keyId, sealed: anew }, now)
    }
    count += secrets.length
    const last = secrets.at(-1)
    if (last === undefined || secrets.length < slice) return count
    after = last.place
  }
}
