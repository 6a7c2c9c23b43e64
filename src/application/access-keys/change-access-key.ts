import { withNewSecret, type AccessKey } from '../../domain/access-key.ts'
import type { AuditLine } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { ended } from '../ended.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { AccessKeyRow } from './access-key-store.ts'
import type { CreatedAccessKey } from './create-access-key.ts'
import { readBack, requireKey } from './find-access-keys.ts'
import { keyNotFound, requireNoKey, type KeyPermit, type KeyRef } from './key-access.ts'
import { makeKeySecret } from './key-secrets.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type ChangeAccessKey = KeyRef & { readonly name?: string | undefined; readonly disabled?: boolean | undefined }
export type RotateAccessKey = KeyRef & { readonly overlapHours: number }

const hourMs = 3_600_000

/** Renames a key, disables it, or lets it in again. What is so already is no change. */
export async function changeAccessKey(ports: Needs, op: Operation, command: ChangeAccessKey): Promise<AccessKeyRow> {
  requireNoKey(op)
  await requireKey(ports, op, command)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const before = await lockKey(tx, command)
    const wasDisabled = before.disabledAt !== null
    const { name = before.name, disabled = wasDisabled } = command
    const disabledAt = disabled === wasDisabled ? before.disabledAt : disabled ? now : null
    await tx.accessKeys.update({ ...before, name, disabledAt })
    if (name !== before.name) {
      const change = { action: 'access_key.renamed', before: { name: before.name }, after: { name } } as const
      await record(op, tx, before, change, now)
    }
    if (disabled !== wasDisabled) {
      const action = disabled ? 'access_key.disabled' : 'access_key.enabled'
      await record(op, tx, before, { action, before: { disabled: wasDisabled }, after: { disabled } }, now)
    }
  })
  return readBack(ports, command)
}

/**
 * Gives a key another secret, which is answered once; the one before works for `overlapHours` more. At most two secrets open
 * a key: to rotate again ends the older one. Only whoever may make the key rotates it.
 */
export async function rotateAccessKey(
  ports: Needs & Pick<Ports, 'secrets' | 'vault'>,
  op: Operation,
  command: RotateAccessKey,
): Promise<CreatedAccessKey> {
  requireNoKey(op)
  const { key: found, permit } = await requireKey(ports, op, command)
  requireMayHold(permit, found)
  const now = ports.clock.now()
  const secret = await ports.unitOfWork(async (tx) => {
    const key = await lockKey(tx, command)
    const { text, kept } = await makeKeySecret(ports, tx)
    const rotated = withNewSecret(key, kept, command.overlapHours * hourMs)
    await tx.accessKeys.update(rotated)
    const after = { formerUntil: rotated.former?.until ?? null }
    await record(op, tx, key, { action: 'access_key.rotated', before: {}, after }, now)
    return text
  })
  return { ...(await readBack(ports, command)), text: secret }
}

/** Ends a key for good: the very next request with it is refused. */
export async function deleteAccessKey(ports: Needs, op: Operation, ref: KeyRef): Promise<void> {
  requireNoKey(op)
  await requireKey(ports, op, ref)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const key = await lockKey(tx, ref)
    await tx.accessKeys.remove(key.id)
    await record(op, tx, key, { action: 'access_key.deleted', ...ended }, now)
  })
}

async function lockKey(tx: Tx, ref: KeyRef): Promise<AccessKey> {
  const key = await tx.accessKeys.lock(ref.accountId, ref.keyId)
  if (key === undefined) throw keyNotFound(ref)
  return key
}

type Change = Pick<AuditLine, 'action' | 'before' | 'after'>

function record(op: Operation, tx: Tx, key: AccessKey, change: Change, now: number): Promise<void> {
  const { accountId, id: target, person } = key
  return tx.audit.record(op, { accountId, target, memberId: person?.memberId ?? null, ...change }, now)
}

/** Whoever rotates a key learns its secret: of a person’s key that is the person, or the operator. */
function requireMayHold(permit: KeyPermit, { person }: AccessKey): void {
  if (permit.kind === 'own' || permit.permitted.kind === 'operator' || person === null) return
  const message = 'a person rotates his own access keys; disable or delete this one instead'
  throw new AppError('forbidden', message, { rule: 'not_your_key' })
}
