import { actorName } from '../../domain/actor.ts'
import type { AccessKeyRule } from '../../domain/catalog-rules.ts'
import { nameKey } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { differenceOf, type ImportedRow, type ImportRow } from '../../domain/member-import.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import {
  requireGoing,
  requireInviting,
  requireNoDirectory,
  requireRoles,
  requireStillInviting,
  type Inviting,
} from '../invitations/inviting.ts'
import { keyFor, keysForImported, requireScopeOf } from './keys-for-imported.ts'
import { giveRoles } from '../members/give-roles.ts'
import { newMember } from '../members/new-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'workEmail' | 'newId' | 'secrets' | 'vault'>
export type ImportMembers = {
  accountId: string
  rows: readonly ImportRow[]
  /** Says what would become of each row, and changes nothing. */
  dryRun: boolean
  /** Whether each of the people gets an access key; without it as the catalog says. */
  issueKeys?: boolean | undefined
}
export type Import = { readonly rows: readonly ImportedRow[]; readonly issuesKeys: boolean }

/**
 * Brings people of an older system in, with their roles: all rows of one call that can be taken, in one transaction; each of
 * the others is told with its reason. Somebody who is here already as the row says stays as he is, so that the same rows may
 * be sent twice.
 */
export async function importMembers(ports: Needs, op: Operation, command: ImportMembers): Promise<Import> {
  const { accountId, rows, dryRun } = command
  const inviting = await requireInviting(ports, op, accountId)
  requireGoing(inviting.permitted.account)
  await requireNoDirectory(ports, accountId)
  const keyRule = keysForImported(inviting, command.issueKeys)
  const provenDomains = await ports.views.provenDomains(accountId, 'verified')
  const results = await ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId) // two who bring the same person at once are told of each other
    const still = await requireStillInviting(ports, op, tx, { inviting, roles: rows.flatMap(({ roles }) => roles) })
    const results: ImportedRow[] = []
    const lines = new Map<string, number>()
    for (const row of rows) {
      const before = lines.get(nameKey(row.userName))
      lines.set(nameKey(row.userName), row.line)
      const twin = `is the person of line ${before} again; leave one of the two out`
      results.push(
        before === undefined
          ? await importRow(ports, op, tx, { inviting: still, row, dryRun, provenDomains, keyRule })
          : refusal(row, 'userName', twin),
      )
    }
    return results
  })
  return { rows: results, issuesKeys: keyRule !== null }
}

type Importing = {
  readonly inviting: Inviting
  readonly row: ImportRow
  readonly dryRun: boolean
  readonly provenDomains: ReadonlySet<string>
  /** By which each of them gets an access key; null: they get none. */
  readonly keyRule: AccessKeyRule | null
}

async function importRow(ports: Needs, op: Operation, tx: Tx, importing: Importing): Promise<ImportedRow> {
  const { inviting, row, dryRun } = importing
  const checked = await check(ports, importing)
  if ('kind' in checked) return checked
  const { member, roles } = checked
  const { accountId, email } = member
  const [known] = await tx.members.named(accountId, row.userName)
  if (known !== undefined) return compare(tx, known, { ...row, email: email ?? '', roles })
  if (dryRun) return { line: row.line, memberId: null, kind: 'added', key: null }
  await tx.members.insert(member)
  await tx.propagations.start(member, op, member.createdAt)
  const line = { action: 'member.created', accountId, target: member.id, memberId: member.id } as const
  await tx.audit.record(op, { ...line, detail: { source: 'import' } }, member.createdAt)
  const giving = { member, roles, by: actorName(op.actor), source: 'import', catalog: inviting.catalog } as const
  await giveRoles(ports, op, tx, giving)
  const key = await keyFor(ports, op, tx, { ...importing, memberId: member.id, roles })
  return { line: row.line, memberId: member.id, kind: 'added', key }
}

/** The person and the roles that the row tells of, or why they are not taken. */
async function check(
  ports: Needs,
  { inviting, row, provenDomains, keyRule }: Importing,
): Promise<ImportedRow | { member: Member; roles: readonly string[] }> {
  try {
    const { userName, email, displayName } = row
    const roles = row.roles.length === 0 ? [] : requireRoles(inviting, row.roles)
    if (keyRule !== null) requireScopeOf(inviting, keyRule, roles)
    const person = { userName, email, displayName: displayName ?? undefined }
    return {
      member: await newMember(ports, inviting.permitted.account.id, person, () => Promise.resolve(provenDomains)),
      roles,
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const [problem] = error.problems
    return refusal(row, problem?.path ?? 'roles', problem?.message ?? error.message)
  }
}

async function compare(tx: Tx, known: Member, row: ImportRow): Promise<ImportedRow> {
  const assignments = await tx.assignments.ofMember(known.id)
  const living = assignments.filter(({ incarnation }) => incarnation === known.incarnation)
  const here = { email: known.email, displayName: known.displayName, roles: living.map(({ role }) => role) }
  const difference = differenceOf(here, row)
  if (difference === null) return { line: row.line, memberId: known.id, kind: 'unchanged' }
  const reason = `is a member already and ${difference}; change the member (${known.id}) here, or the file`
  return refusal(row, 'userName', reason)
}

function refusal({ line }: ImportRow, field: string, reason: string): ImportedRow {
  return { line, memberId: null, kind: 'refused', field, reason }
}
