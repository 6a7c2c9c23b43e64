import type { AuditKeys } from '../../../application/audit/audit-log.ts'
import type { Session } from '../session.ts'

/** The public halves of the keys that sign checkpoints, in the order in which they came into use. */
export function createAuditKeys({ db, run }: Session): AuditKeys {
  return {
    insert: (statement, position) =>
      run(db('audit_keys').insert({ position, id: statement.id, statement: JSON.stringify(statement) })),
  }
}
