import type { Audit } from '../../../application/ports.ts'
import { actorName } from '../../../domain/actor.ts'
import { insertRow, type Session } from '../session.ts'

/** Audit lines are written in the transaction of the change; ids grow with time and say nothing else. */
export function createAudit(session: Session, newId: () => string): Audit {
  return {
    async record(op, { action, accountId, target, memberId = null, detail = {} }, at) {
      const who = { actor: actorName(op.actor), operation: op.id }
      const what = { action, target, member_id: memberId, detail: JSON.stringify(detail) }
      await session.run(insertRow(session, 'audit_events', { id: newId(), account_id: accountId, at, ...who, ...what }))
    },
  }
}
