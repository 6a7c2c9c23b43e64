import type { KeyStatement, CheckpointStatement } from '../../domain/audit-statement.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { AuditEntry, AuditPlace, AuditQuery } from './audit-log.ts'
import { requireChain } from './require-chain.ts'

type Needs = Pick<Ports, 'auditLog' | 'views'>
export type ListAudit = Omit<AuditQuery, 'after'> & { after?: string | undefined }

/** What was recorded of an account, the newest first, with the personal values that are not erased. */
export async function listAudit(
  ports: Needs,
  op: Operation,
  { after, ...query }: ListAudit,
): Promise<{ items: readonly AuditEntry[]; next: string | null }> {
  authorize(op, { verb: 'operate' })
  const place = after === undefined ? undefined : placeOf(after)
  await requireChain(ports, query.accountId)
  const rows = await ports.auditLog.list({ ...query, after: place, limit: query.limit + 1 })
  const items = rows.slice(0, query.limit)
  const last = items.at(-1)?.line
  return { items, next: rows.length > query.limit && last !== undefined ? `${last.at}.${last.id}` : null }
}

/** Signed checkpoints of an account's chain, in its order, behind the line `after`. */
export async function listCheckpoints(
  ports: Needs,
  op: Operation,
  { accountId, after = 0, limit }: { accountId: string; after?: number | undefined; limit: number },
): Promise<{ items: readonly CheckpointStatement[]; next: string | null }> {
  authorize(op, { verb: 'operate' })
  await requireChain(ports, accountId)
  const rows = await ports.auditLog.checkpoints(accountId, { after, limit: limit + 1 })
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? String(items.at(-1)?.seq) : null }
}

/** Public halves of the keys that sign checkpoints, in the order in which they came into use. */
export async function listAuditKeys(ports: Pick<Ports, 'auditLog'>, op: Operation): Promise<KeyStatement[]> {
  authorize(op, { verb: 'operate' })
  return ports.auditLog.keys()
}

function placeOf(after: string): AuditPlace {
  const [, at, id] = /^(\d{1,15})\.([0-9a-z-]{1,64})$/.exec(after) ?? []
  if (at !== undefined && id !== undefined) return { at: Number(at), id }
  const message = 'is no place in this list; take what the page before has as "next"'
  throw new AppError('invalid_input', `after: ${message}`, { problems: [{ path: 'after', message }] })
}
