import { showPersonal, type AuditValues } from '../../domain/audit.ts'
import type { KeyStatement, CheckpointStatement } from '../../domain/audit-statement.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Slice } from '../views.ts'
import type { AuditEntry, AuditQuery, CheckpointSlice } from './audit-log.ts'
import { requireMayAudit } from './require-may-audit.ts'

type Needs = AccessNeeds & Pick<Ports, 'auditLog'>
/** A line as it is read: with personal values, where they are shown, in the place of their marks. */
export type AuditLineShown = Pick<AuditEntry, 'line' | 'seq' | 'hash'>

/** What was recorded of an account, the newest first unless asked otherwise. */
export async function listAudit(ports: Needs, op: Operation, query: AuditQuery): Promise<Slice<AuditLineShown>> {
  const { personal } = await requireMayAudit(ports, op, query.accountId)
  const { items, next } = await ports.auditLog.list(query)
  return { items: items.map((row) => shown(row, personal)), next }
}

function shown({ line, personal, seq, hash }: AuditEntry, isShown: boolean): AuditLineShown {
  const known = isShown ? new Map(personal.map(({ digest, value }) => [digest, value])) : null
  const show = (values: AuditValues | null): AuditValues | null => values && showPersonal(values, known)
  return { line: { ...line, before: show(line.before), after: show(line.after) }, seq, hash }
}

export type ListCheckpoints = CheckpointSlice & { readonly accountId: string }

/** Signed checkpoints of an account's chain, in its order or from its end, behind the line `after`. */
export async function listCheckpoints(
  ports: Needs,
  op: Operation,
  { accountId, limit, ...told }: ListCheckpoints,
): Promise<{ items: readonly CheckpointStatement[]; next: string | null }> {
  await requireMayAudit(ports, op, accountId)
  const rows = await ports.auditLog.checkpoints(accountId, { ...told, limit: limit + 1 })
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? String(items.at(-1)?.seq) : null }
}

/**
 * Public halves of the keys that sign checkpoints, in the order in which they came into use: the same for each account, asked
 * by whoever may read that one's log.
 */
export async function listAuditKeys(ports: Needs, op: Operation, accountId: string): Promise<KeyStatement[]> {
  await requireMayAudit(ports, op, accountId)
  return ports.auditLog.keys()
}
