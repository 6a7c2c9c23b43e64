import { checkpointAgeMs, checkpointLines, stateCheckpoint } from '../../domain/audit-statement.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { usableKey } from './usable-key.ts'

type Needs = Pick<Ports, 'auditLog' | 'auditSigner' | 'checkpointSink' | 'unitOfWork' | 'clock'>

const slice = 200

/**
 * Signs the heads of chains that are due and brings checkpoints into the sink; answers how many were signed. A checkpoint
 * that was written to the sink and not marked is written again, which does no harm.
 */
export async function checkpointAudit(ports: Needs, op: Operation): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  const now = ports.clock.now()
  const query = { lines: checkpointLines, openUntil: now - checkpointAgeMs, limit: slice }
  const due = await ports.auditLog.due(query)
  if (due.length > 0) {
    const key = await usableKey(ports, op)
    const statements = due.map(({ accountId, seq, hash }) =>
      stateCheckpoint(key, { account: accountId, seq, hash, at: now }),
    )
    await ports.auditLog.addCheckpoints(statements)
  }
  await fillSink(ports)
  return due.length
}

async function fillSink({ auditLog, checkpointSink }: Needs): Promise<void> {
  for (;;) {
    const statements = await auditLog.notInSink(slice)
    if (statements.length === 0) return
    await checkpointSink.append(statements)
    await auditLog.markInSink(statements)
    if (statements.length < slice) return
  }
}
