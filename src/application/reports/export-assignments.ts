import { csvRecord } from '../../domain/csv.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import { reportAssignments, type Holding } from './report-assignments.ts'

const columns = [
  ...['member', 'userName', 'displayName', 'email', 'role', 'roleLabel', 'source', 'since', 'givenBy', 'endsAt'],
  ...['customised', 'switchedOff', 'lastSeenAt'],
] as const
const slice = 200

/** The same report as CSV, sent as it is read: a record for each holding, under a record of names. */
export async function exportAssignments(
  ports: AccessNeeds,
  op: Operation,
  accountId: string,
): Promise<AsyncIterable<string>> {
  await requireMay(ports, op, 'see-members', accountId)
  return write(ports, op, accountId)
}

async function* write(ports: AccessNeeds, op: Operation, accountId: string): AsyncIterable<string> {
  yield csvRecord(columns)
  let after: string | undefined
  do {
    const page = await reportAssignments(ports, op, { accountId, limit: slice, after })
    const records = page.items.map((holding) => csvRecord(fieldsOf(holding)))
    if (records.length > 0) yield records.join('')
    after = page.next ?? undefined
  } while (after !== undefined)
}

function fieldsOf(holding: Holding): (string | null)[] {
  const { member, userName, displayName, email, role, roleLabel, source, givenBy, customised, switchedOff } = holding
  const { since, endsAt, lastSeenAt } = holding
  return [
    ...[member, userName, displayName, email, role, roleLabel, source, instant(since), givenBy.join('; ')],
    ...[instant(endsAt), customised ? 'yes' : 'no', switchedOff.join('; '), instant(lastSeenAt)],
  ]
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
