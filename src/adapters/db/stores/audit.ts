import { createHash, randomBytes } from 'node:crypto'
import { hasChanged } from '../../../application/changes/change-if.ts'
import { doorOf, type Operation } from '../../../application/operation.ts'
import type { Audit } from '../../../application/audit/audit-log.ts'
import { actorName } from '../../../domain/actor.ts'
import { hidePersonal, type AuditLine, type AuditValues } from '../../../domain/audit.ts'
import { personalText } from '../../../domain/audit-chain.ts'
import { linesAbout } from '../audit/reads.ts'
import { insertRow, written, type Session } from '../session.ts'

/** Audit lines are written in the transaction of the change; ids grow with time, and the sealer numbers them. */
export function createAudit(session: Session, newId: () => string): Audit {
  let isFirst = true
  return {
    async record(op, line, at) {
      // Whatever is changed is locked by now, and nothing of this transaction is in the log yet.
      if (isFirst) await requireAsExpected(session, op)
      isFirst = false
      await insertAudit(session, newId, op, [line], at)
    },
    recordEach: (op, lines, at) => insertAudit(session, newId, op, lines, at),
    async erase(accountId, memberId) {
      const values = [accountId, memberId, accountId, accountId, memberId, accountId, memberId]
      return (await session.rows(written(session, erasing, values))).length
    },
  }
}

/** Whoever was invited was no member yet: what was written of him then is found by the invitations to his address. */
const erasing = `
  delete from audit_personal
  where account_id = ? and (member_id = ? or event_id in (
    select e.id from invitations i join audit_events e on e.account_id = i.account_id and e.target = i.id
    where e.account_id = ? and i.account_id = ? and (i.member_id = ? or (i.member_id is null and i.email_key in (
      select email_key from invitations where account_id = ? and member_id = ?
    )))
  ))
  returning event_id`

async function requireAsExpected(session: Session, { expects }: Operation): Promise<void> {
  if (expects !== undefined && (await linesAbout(session, expects)) !== expects.lines()) throw hasChanged()
}

const eventColumns = {
  id: 'text',
  account_id: 'text',
  at: 'bigint',
  actor: 'text',
  door: 'text',
  operation: 'text',
  action: 'text',
  target: 'text',
  member_id: 'text',
  detail: 'text',
  before_values: 'text',
  after_values: 'text',
} as const
const personalColumns = { event_id: 'text', account_id: 'text', member_id: 'text', content: 'text' } as const

type EventRow = Record<keyof typeof eventColumns, string | number | null>
type PersonalRow = Record<keyof typeof personalColumns, string | null>

/** Several lines of one operation at once, with their personal values beside them. */
export async function insertAudit(
  session: Session,
  newId: () => string,
  op: Operation,
  lines: readonly AuditLine[],
  at: number,
): Promise<void> {
  const rows = lines.map((line) => toRows(op, line, newId(), at))
  await insertAll(
    session,
    'audit_events',
    eventColumns,
    rows.map(({ event }) => event),
  )
  await insertAll(
    session,
    'audit_personal',
    personalColumns,
    rows.flatMap(({ personal }) => personal),
  )
}

function toRows(op: Operation, line: AuditLine, id: string, at: number): { event: EventRow; personal: PersonalRow[] } {
  const { action, accountId, target, memberId = null, detail = {}, before = null, after = null } = line
  const kept: { digest: string; salt: string; value: unknown }[] = []
  const hide = (value: unknown): string => {
    const salt = randomBytes(16).toString('hex')
    const digest = createHash('sha256').update(personalText(salt, value)).digest('hex')
    kept.push({ digest, salt, value })
    return digest
  }
  const textOf = (values: AuditValues | null): string | null => values && JSON.stringify(hidePersonal(values, hide))
  const event = {
    ...{
      id,
      account_id: accountId,
      at,
      actor: actorName(op.actor),
      door: doorOf(op),
      operation: op.id,
      action,
      target,
    },
    ...{ member_id: memberId, detail: JSON.stringify(detail) },
    ...{ before_values: textOf(before), after_values: textOf(after) },
  }
  const personal = { event_id: id, account_id: accountId, member_id: memberId }
  return { event, personal: kept.length === 0 ? [] : [{ ...personal, content: JSON.stringify(kept) }] }
}

/** One row goes by a text that is made once, as each request writes one; several go in one statement. */
async function insertAll(
  session: Session,
  table: string,
  columns: Readonly<Record<string, 'text' | 'bigint'>>,
  rows: readonly Record<string, string | number | null>[],
): Promise<void> {
  const [first, ...more] = rows
  if (first === undefined) return
  if (more.length === 0) return session.run(insertRow(session, table, first))
  const names = Object.keys(columns).join(', ')
  const told = session.dialect.recordset('told', columns, rows)
  await session.run(session.db.raw(`insert into ${table} (${names}) select ${names} from ?`, [told]))
}
