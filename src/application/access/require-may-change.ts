import { isOwnership } from '../../domain/assignment.ts'
import { levelOf } from '../../domain/account.ts'
import { findRole, type Catalog } from '../../domain/catalog.ts'
import { AppError, type ErrorCode } from '../../domain/errors.ts'
import { mayGive, strangerHere } from '../../domain/holder.ts'
import type { Member } from '../../domain/member.ts'
import type { Tx } from '../ports.ts'
import { resolveFree, type StoredFacts } from '../propagation/facts.ts'
import { requireLoaded } from './account-catalog.ts'
import type { Permitted } from './require-may.ts'

/** The catalog of an account; one that is not loaded is a fault of the set-up. */
export function catalogOf({ account, catalog }: Pick<Permitted, 'account' | 'catalog'>): Catalog {
  return requireLoaded(account, catalog)
}

/** Refuses a role that this giver may not hand out in this account, or that nobody may hold there; `field` is where it was told. */
export function requireMayGive(
  catalog: Catalog,
  permitted: Permitted,
  roleId: string,
  field: 'role' | 'roles' = 'role',
): void {
  const refused = (code: ErrorCode, message: string, rule: string) =>
    new AppError(code, message, { rule, problems: [{ path: field, message }] })
  const role = findRole(catalog, roleId)
  if (role === undefined) {
    const message = unknownRole(catalog, roleId)
    throw new AppError('invalid_input', `${field}: ${message}`, { problems: [{ path: field, message }] })
  }
  const stranger = strangerHere(catalog, roleId, levelOf(catalog, permitted.account))
  if (stranger !== null) throw refused('policy_violation', stranger, 'role_not_assignable')
  if (role.flags.unassignable) throw refused('policy_violation', notHandedOut(catalog, roleId), 'role_not_assignable')
  if (permitted.kind === 'operator') return
  if (!mayGive(catalog, permitted.holder, roleId, permitted.levelsDown))
    throw refused('forbidden', notYours(catalog, permitted, roleId), 'role_not_yours_to_give')
}

/** What is not handed out has another way, or others take its place. */
function notHandedOut(catalog: Catalog, roleId: string): string {
  const mend = isOwnership(catalog, roleId) ? 'the owner hands the account over' : chosenAmong(catalog)
  return `role "${roleId}" is not handed out; ${mend}`
}

type Holding = Extract<Permitted, { kind: 'holder' }>

function notYours(catalog: Catalog, { account, holder, levelsDown }: Holding, roleId: string): string {
  const level = levelOf(catalog, account)
  const yours = handedOut(catalog).filter(
    (role) => strangerHere(catalog, role, level) === null && mayGive(catalog, holder, role, levelsDown),
  )
  const mend = yours.length === 0 ? 'ask somebody who may' : `choose among: ${yours.join(', ')}`
  return `your roles do not let you hand out "${roleId}" here; ${mend}`
}

export type Change = { readonly catalog: Catalog; readonly permitted: Permitted; readonly member: Member }

/**
 * Refuses a change of a member who stands above whoever asks: the owner of the account, and whoever holds a role that the
 * asker may not hand out, or would hold it if no suspension, no lag and no other role stood before it.
 */
export async function requireMayChange(tx: Tx, { catalog, permitted, member }: Change, now: number): Promise<void> {
  const facts = await tx.members.facts(member.id)
  const assignments = (facts?.assignments ?? []).filter(({ incarnation }) => incarnation === member.incarnation)
  if (assignments.some(({ source, role }) => source === 'owner' || isOwnership(catalog, role))) throw ownerStands()
  if (permitted.kind === 'operator' || facts === undefined) return
  const above = rolesOnceFree({ catalog, member, facts, now }).find(
    // A role that the catalog does not have gives nothing.
    (role) => findRole(catalog, role) !== undefined && !mayGive(catalog, permitted.holder, role, permitted.levelsDown),
  )
  if (above === undefined) return
  const message = `the member holds "${above}", which your roles do not let you hand out here`
  throw new AppError('forbidden', message, { rule: 'member_above_you' })
}

type Standing = { catalog: Catalog; member: Pick<Member, 'incarnation'>; facts: StoredFacts; now: number }

/** Roles that he has or would have, but for a suspension, a beginning to come or another role in their place. */
export function rolesOnceFree({ catalog, member, facts, now }: Standing): string[] {
  const { grants, losses } = resolveFree(catalog, member.incarnation, facts, now)
  const waiting = losses.filter(({ reason }) => reason === 'overruled' || reason === 'not_yet')
  return [...grants, ...waiting].map(({ role }) => role)
}

/** Refuses whoever would shut himself out. */
export function requireSomebodyElse(permitted: Permitted, member: Member, whoAsks: string | null): void {
  if (permitted.kind === 'holder' && member.id === whoAsks) {
    throw new AppError('forbidden', 'nobody suspends or removes himself; ask somebody else', { rule: 'own_standing' })
  }
}

function ownerStands(): AppError {
  const mend = 'the owner is neither changed nor removed; hand the account over to somebody else first'
  return new AppError('forbidden', mend, { rule: 'owner_stands' })
}

function unknownRole(catalog: Catalog, roleId: string): string {
  return `catalog "${catalog.id}" has no role "${roleId}"; ${chosenAmong(catalog)}`
}

/** Where all roles are permission groups, a new account has none yet. */
function chosenAmong(catalog: Catalog): string {
  const roles = handedOut(catalog)
  if (roles.length > 0) return `choose one of: ${roles.join(', ')}`
  return catalog.permissionGroups ? 'make a permission group first' : 'none of its roles is handed out'
}

function handedOut({ roles }: Catalog): string[] {
  return roles.filter(({ flags }) => !flags.unassignable).map(({ id }) => id)
}
