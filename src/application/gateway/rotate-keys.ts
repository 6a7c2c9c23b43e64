import { serviceAccount } from '../../domain/audit.ts'
import { placeText, type SecretPlace } from '../../domain/secret-place.ts'
import { handover, isKeyDue, isPublished, type SigningKey } from '../../domain/signing-key.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { keepSecret } from '../secrets/keep-secret.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'vault' | 'clock' | 'tokenSigner'>
export type RotateKeys = {
  /** The new key signs now and all others go now: tokens that they signed are refused. For a key that others know. */
  immediately: boolean
}

/** Makes the next key. One that was made already and does not sign yet stays the next one. Answers all keys. */
export async function rotateKeys(ports: Needs, op: Operation, { immediately }: RotateKeys): Promise<SigningKey[]> {
  authorize(op, { verb: 'operate' })
  return makeNext(ports, op, (keys, now) => immediately || keys.every(({ signsFrom }) => signsFrom <= now), immediately)
}

/** The same by itself, when the newest key is a month old or there is none. */
export async function rotateKeysWhenDue(ports: Needs, op: Operation): Promise<void> {
  authorize(op, { verb: 'keep-house' })
  await makeNext(ports, op, isKeyDue, false)
}

/** The first key, where there is none yet. */
export function ensureSigningKey(ports: Needs, op: Operation): Promise<SigningKey[]> {
  return makeNext(ports, op, isKeyDue, false)
}

export function placeOfKey(id: string): SecretPlace {
  return { accountId: null, kind: 'signing-key', id, field: 'private-key' }
}

async function makeNext(
  ports: Needs,
  op: Operation,
  wanted: (keys: readonly SigningKey[], now: number) => boolean,
  immediately: boolean,
): Promise<SigningKey[]> {
  const made = await ports.tokenSigner.makeKey()
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const keys = await tx.signingKeys.lockAll()
    for (const key of keys) if (!isPublished(key, now)) await forget(tx, key)
    if (!wanted(keys, now)) return keys
    const { signsFrom, othersUntil } = handover(keys, immediately, now)
    const position = Math.max(0, ...keys.map((key) => key.position)) + 1
    const next: SigningKey = {
      ...{ id: made.kid, position, publicJwk: made.publicJwk },
      ...{ createdAt: now, signsFrom, publishedUntil: null },
    }
    // Another process that makes one at the same time takes the same position, and is first.
    if (!(await tx.signingKeys.insert(next))) return keys
    await keepSecret(ports, tx, placeOfKey(next.id), made.privateJwk)
    for (const key of keys) await retire(tx, key, othersUntil, now)
    const line = { action: 'signing_key.made', accountId: serviceAccount, target: next.id } as const
    await tx.audit.record(op, { ...line, detail: { immediately, signsFrom } }, now)
    return tx.signingKeys.lockAll()
  })
}

async function retire(tx: Tx, key: SigningKey, until: number, now: number): Promise<void> {
  if (!isPublished(key, now)) return
  if (until <= now) await forget(tx, key)
  else await tx.signingKeys.publishUntil(key.id, Math.min(key.publishedUntil ?? until, until))
}

async function forget(tx: Tx, key: SigningKey): Promise<void> {
  await tx.signingKeys.remove(key.id)
  await tx.sealedSecrets.remove(placeText(placeOfKey(key.id)))
}
