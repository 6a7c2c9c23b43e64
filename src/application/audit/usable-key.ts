import { serviceAccount } from '../../domain/audit.ts'
import { decideKey, stateKey, type SigningKey } from '../../domain/audit-statement.ts'
import { AppError } from '../../domain/errors.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'auditLog' | 'auditSigner' | 'unitOfWork' | 'clock'>

/** The key that this process signs with. A key that is new comes into use first, endorsed by the one before it. */
export async function usableKey(ports: Needs, op: Operation): Promise<SigningKey> {
  const inUse = await ports.auditLog.keys()
  const own = ports.auditSigner.keys()
  const ids = own.map(({ id }) => id) as [string, ...string[]]
  const decision = decideKey(inUse, ids)
  if (decision.kind === 'foreign') throw foreignKey(decision.current)
  const key = keyOf(own, decision.id)
  if (decision.kind === 'register') {
    const by = decision.by === null ? null : keyOf(own, decision.by)
    await bringIntoUse(ports, op, { key, by, position: inUse.length, before: decision.by })
  }
  ports.auditSigner.adopt(key.id)
  return key
}

type NewKey = { key: SigningKey; by: SigningKey | null; position: number; before: string | null }

/** Of two processes that bring a key into use at once one is refused, as both would have the same position. */
export async function bringIntoUse(ports: Needs, op: Operation, { key, by, position, before }: NewKey): Promise<void> {
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    await tx.auditKeys.insert(stateKey(key, by, now), position)
    const line = { action: 'audit.key_added', accountId: serviceAccount, target: key.id } as const
    const detail = { endorsedBy: by?.id ?? null }
    const values = { before: before === null ? null : { key: before }, after: { key: key.id } }
    await tx.audit.record(op, { ...line, detail, ...values }, now)
  })
}

function keyOf(own: readonly SigningKey[], id: string): SigningKey {
  const key = own.find((each) => each.id === id)
  if (key === undefined) throw new AppError('upstream_rejected', `this process has no audit key ${id}`)
  return key
}

export function foreignKey(current: string): AppError {
  return new AppError(
    'upstream_rejected',
    `checkpoints are signed with audit key ${current}, which this process does not have: give it that key (AUDIT_KEY, or the file audit-key of the data folder)`,
  )
}
