import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { AuditState } from './audit-log.ts'
import { foreignKey } from './usable-key.ts'

type Needs = Pick<Ports, 'auditLog' | 'clock'>
type KeyNeeds = Pick<Ports, 'auditLog' | 'auditSigner'>
export type AuditStatus = AuditState & {
  /** How long the oldest line waits to be sealed, and the oldest sealed line for its checkpoint; 0 where none does. */
  readonly unsealedMs: number
  readonly uncheckedMs: number
}

/** How far behind the sealing of the audit log is. */
export async function auditStatus(ports: Needs, op: Operation): Promise<AuditStatus> {
  authorize(op, { verb: 'keep-house' })
  const state = await ports.auditLog.state()
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, ports.clock.now() - at))
  return { ...state, unsealedMs: age(state.oldestUnsealedAt), uncheckedMs: age(state.oldestUncheckedAt) }
}

/** The key that signs checkpoints, null before the first one; an error where this process does not have it. */
export async function auditKeyInUse(ports: KeyNeeds, op: Operation): Promise<string | null> {
  authorize(op, { verb: 'keep-house' })
  const current = (await ports.auditLog.keys()).at(-1)?.id
  if (current === undefined || ports.auditSigner.has(current)) return current ?? null
  throw foreignKey(current)
}
