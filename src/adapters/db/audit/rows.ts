import type { AuditEntry, PersonalValue } from '../../../application/audit/audit-log.ts'
import type { Door } from '../../../domain/audit.ts'
import type { RecordedLine } from '../../../domain/audit-chain.ts'
import { parseJson } from '../rows.ts'

export type EventRow = {
  id: string
  account_id: string
  at: number
  actor: string
  door: string | null
  operation: string
  action: string
  target: string
  member_id: string | null
  detail: string
  before_values: string | null
  after_values: string | null
  seq: number | null
  hash: string | null
}

export function toRecorded(row: EventRow): RecordedLine {
  const { id, at, actor, operation, action, target } = row
  return {
    ...{ id, at, actor, operation, action, target },
    accountId: row.account_id,
    door: row.door as Door | null,
    memberId: row.member_id,
    detail: parseJson(row.detail),
    before: row.before_values === null ? null : parseJson(row.before_values),
    after: row.after_values === null ? null : parseJson(row.after_values),
  }
}

export function toEntry(row: EventRow & { content: string | null }): AuditEntry {
  const personal = row.content === null ? [] : parseJson<PersonalValue[]>(row.content)
  return { line: toRecorded(row), personal, seq: row.seq, hash: row.hash }
}
