import { decideKey, type KeyStatement } from '../../domain/audit-statement.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { bringIntoUse, usableKey } from './usable-key.ts'

type Needs = Pick<Ports, 'auditLog' | 'auditSigner' | 'unitOfWork' | 'clock'>

/**
 * Brings a fresh key into use, endorsed by the one before it, which is deleted. With `lost` the key that this process has
 * comes into use without a word of the one before it: whoever verifies has to be told of it by another way.
 */
export async function rotateAuditKey(
  ports: Needs,
  op: Operation,
  { lost = false }: { lost?: boolean | undefined },
): Promise<KeyStatement> {
  authorize(op, { verb: 'operate' })
  if (lost) await beginAnew(ports, op)
  else await goOn(ports, op)
  const current = (await ports.auditLog.keys()).at(-1)
  if (current === undefined) throw new AppError('not_found', 'no audit key is in use')
  return current
}

async function goOn(ports: Needs, op: Operation): Promise<void> {
  const by = await usableKey(ports, op)
  const next = ports.auditSigner.makeNext()
  if (next === null) {
    throw new AppError(
      'conflict',
      'the audit key is a setting: set AUDIT_KEY to a new one and AUDIT_KEY_PREVIOUS to the one until now, and start again; the new key then comes into use by itself',
    )
  }
  const position = (await ports.auditLog.keys()).length
  await bringIntoUse(ports, op, { key: next, by, position, before: by.id })
  ports.auditSigner.adopt(next.id)
}

async function beginAnew(ports: Needs, op: Operation): Promise<void> {
  const inUse = await ports.auditLog.keys()
  const [key, ...others] = ports.auditSigner.keys()
  const decision = decideKey(inUse, [key.id, ...others.map(({ id }) => id)])
  if (decision.kind !== 'foreign')
    throw new AppError('conflict', 'the audit key in use is not lost: this process has it; rotate without "lost"')
  if (inUse.some(({ id }) => id === key.id))
    throw new AppError('conflict', `audit key ${key.id} was in use before; give this process a new one`)
  await bringIntoUse(ports, op, { key, by: null, position: inUse.length, before: decision.current })
}
