import type { StoredFacts } from '../../application/propagation/facts.ts'
import type { PermissionGroup } from '../../domain/permission-group.ts'
import type { Assignment, Grant } from '../../domain/resolve.ts'
import { readMemberships, readNestedMemberships, toMembership } from './memberships.ts'
import { readProfileRoles, toProfileRoles } from './profile-roles.ts'
import { fromGrantRow, type GrantRow } from './rows.ts'
import type { Session } from './session.ts'
import { groupsOfAccounts } from './permission-group-rows.ts'

type AssignmentRow = {
  member_id: string
  id: string
  role: string
  source: string
  incarnation: number
  valid_from: number | null
  valid_to: number | null
}

type CatalogRow = { member_id: string; account_id: string; catalog: string; stopped: number; grouped: number }

/** The facts of these members, a handful of statements whatever their number. */
export async function readFacts(session: Session, memberIds: readonly string[]): Promise<Map<string, StoredFacts>> {
  const catalogs = await readCatalogs(session, memberIds)
  const groups = await readGroups(session, catalogs)
  const memberships = groupBy([
    ...(await readMemberships(session, memberIds)),
    ...(await readNestedMemberships(session, memberIds)),
  ])
  const profileRoles = groupBy(await readProfileRoles(session, memberIds))
  const assignments = groupBy(await readAssignments(session, memberIds))
  const grants = groupBy(await readGrants(session, memberIds))
  return new Map(
    catalogs.map(({ member_id: id, account_id, catalog, stopped }) => [
      id,
      {
        catalogId: catalog,
        groups: groups.get(account_id) ?? [],
        accountStopped: stopped > 0,
        memberships: (memberships.get(id) ?? []).map(toMembership),
        profileRoles: (profileRoles.get(id) ?? []).flatMap(toProfileRoles),
        assignments: (assignments.get(id) ?? []).map(toAssignment),
        stored: (grants.get(id) ?? []).map(toGrant),
      },
    ]),
  )
}

function readCatalogs({ db, dialect, rows }: Session, memberIds: readonly string[]) {
  const query = db('members').join('accounts', 'accounts.id', 'members.account_id')
  const columns = ['members.id as member_id', 'members.account_id', 'accounts.catalog', 'accounts.catalog_rev']
  const stopped = 'accounts.stopped'
  const any = 'exists (select 1 from permission_groups g where g.account_id = accounts.id)'
  const grouped = db.raw(`case when ${any} then 1 else 0 end as grouped`)
  return rows<CatalogRow>(query.select(columns).select(stopped, grouped).where(dialect.among('members.id', memberIds)))
}

/** The groups of these accounts; where none has any, no statement asks for them. */
async function readGroups(session: Session, catalogs: readonly CatalogRow[]): Promise<Map<string, PermissionGroup[]>> {
  const accountIds = [...new Set(catalogs.flatMap(({ account_id, grouped }) => (grouped > 0 ? [account_id] : [])))]
  if (accountIds.length === 0) return new Map()
  const groups = new Map<string, PermissionGroup[]>(accountIds.map((id) => [id, []]))
  for (const group of await groupsOfAccounts(session, accountIds)) groups.get(group.accountId)?.push(group)
  return groups
}

function readAssignments({ db, dialect, rows }: Session, memberIds: readonly string[]): Promise<AssignmentRow[]> {
  return rows<AssignmentRow>(db('assignments').where(dialect.among('member_id', memberIds)))
}

function readGrants({ db, dialect, rows }: Session, memberIds: readonly string[]): Promise<GrantRow[]> {
  return rows<GrantRow>(
    db('grants').where(dialect.among('member_id', memberIds)).orderBy(['member_id', 'role', 'source']),
  )
}

function toAssignment({ id, role, source, incarnation, valid_from, valid_to }: AssignmentRow): Assignment {
  return { id, role, source: source as Assignment['source'], incarnation, validFrom: valid_from, validTo: valid_to }
}

function toGrant(row: GrantRow): Grant {
  return fromGrantRow(row)
}

function groupBy<T extends { member_id: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(row.member_id)
    if (group === undefined) groups.set(row.member_id, [row])
    else group.push(row)
  }
  return groups
}
