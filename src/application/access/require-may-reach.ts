import { levelOf } from '../../domain/account.ts'
import { findRole } from '../../domain/catalog.ts'
import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { mayGive } from '../../domain/holder.ts'
import { assignableByIdp } from '../../domain/idp-roles.ts'
import type { ConnectionViews } from '../connections/connection-views.ts'
import { connectionRetired, requireConnection, type ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import { catalogOf } from './require-may-change.ts'
import { requireMay, type AccessNeeds, type Permitted } from './require-may.ts'
import { requireOwnSignIn } from './require-own-sign-in.ts'

/**
 * The connection, for whoever may manage it. Who has its token, its client or its settings decides which people and groups it
 * tells of, and so gives every role that is reached through it: the asker has to be one who may hand out each of them.
 */
export async function requireMayOpen(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<Connection> {
  return (await openConnection(ports, op, ref)).connection
}

export type Opened = { readonly permitted: Permitted; readonly connection: Connection }

/** The same, with who was let in. A retired one is opened by nobody, and that of a sign-in of the platform by the operator alone. */
export async function openConnection(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<Opened> {
  const permitted = await requireMay(ports, op, 'manage-mappings', ref.accountId)
  const connection = await requireConnection(ports, ref)
  if (connection.state === 'retired') throw connectionRetired(ref)
  if (permitted.kind === 'operator') return { permitted, connection }
  const signIn = await ports.views.signIn(connection.id)
  requireOwnSignIn(permitted, signIn?.settings)
  const mappings = await ports.views.mappings(ref.accountId)
  const mapped = mappings.filter(({ connectionId }) => connectionId === connection.id).map(({ role }) => role)
  const byDefault = signIn?.settings.defaultRole ?? null
  const told = connection.rolesFromIdp ? rolesByIdp(permitted) : []
  requireMayReach(permitted, [...mapped, ...(byDefault === null ? [] : [byDefault]), ...told])
  requireNoneAbove(permitted, await ports.views.rolesOfPeople(connection.id))
  return { permitted, connection }
}

/**
 * Lets in whoever stands below nobody of the account: who brings it an IdP decides who comes in at all, as everybody has to
 * come by a sign-in of the account from then on. Asked before the transaction, and again in it: somebody may have risen.
 */
export async function requireMayBringIdp(
  account: Pick<ConnectionViews, 'rolesInAccount'>,
  permitted: Permitted,
): Promise<void> {
  if (permitted.kind === 'operator') return
  requireNoneAbove(permitted, await account.rolesInAccount(permitted.account.id))
}

/** Who says who somebody is can be each of these people: none of them has to stand above him. */
function requireNoneAbove(permitted: Permitted, held: readonly string[]): void {
  if (permitted.kind === 'operator') return
  const catalog = catalogOf(permitted)
  const { holder, levelsDown } = permitted
  const own = levelsDown === 0 && !holder.customised ? holder.roles : []
  // A role that the catalog does not have gives nothing.
  requireMayReach(
    permitted,
    held.filter((role) => findRole(catalog, role) !== undefined && !own.includes(role)),
  )
}

/**
 * Lets in whoever may decide what the account's directories can say of their people: none of these
 * people has to stand above him.
 */
export async function requireMayJudgePeople(ports: AccessNeeds, op: Operation, accountId: string): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-mappings', accountId)
  if (permitted.kind === 'operator') return
  for (const { id, state } of await ports.views.connections(accountId))
    if (state === 'active') requireNoneAbove(permitted, await ports.views.rolesOfPeople(id))
}

/** The connection, for whoever may look at it. */
export async function requireMaySee(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<Connection> {
  await requireMay(ports, op, 'manage-mappings', ref.accountId)
  return requireConnection(ports, ref)
}

/** Refuses who would bring somebody a role that he may not hand out himself. */
export function requireMayReach(permitted: Permitted, roles: readonly string[]): void {
  if (permitted.kind === 'operator') return
  const catalog = catalogOf(permitted)
  const above = roles.find((role) => !mayGive(catalog, permitted.holder, role, permitted.levelsDown))
  if (above === undefined) return
  const message = `this reaches the role "${above}", which your roles do not let you hand out here`
  throw new AppError('forbidden', message, { rule: 'reaches_above_you' })
}

/** Lets in whoever may hand out each role that a first sign-in gives in the account: a domain lets its people have it. */
export async function requireMayLetIn(ports: AccessNeeds, op: Operation, accountId: string): Promise<Permitted> {
  const permitted = await requireMay(ports, op, 'manage-mappings', accountId)
  const signIns = await ports.views.signInsOfAccount(accountId)
  requireMayReach(
    permitted,
    signIns.flatMap(({ settings }) => settings.defaultRole ?? []),
  )
  return permitted
}

/** Lets in whoever may hand out every role that an IdP could name from now on. */
export async function requireMayTakeRoles(ports: AccessNeeds, op: Operation, accountId: string): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-mappings', accountId)
  requireMayReach(permitted, rolesByIdp(permitted))
}

/** What an IdP may name in a user's profile where its connection lets that count. */
function rolesByIdp(permitted: Permitted): string[] {
  const catalog = catalogOf(permitted)
  const level = levelOf(catalog, permitted.account)
  const here = catalog.roles.filter(({ userType }) => {
    const home = catalog.userTypes.find(({ id }) => id === userType)?.accountLevel
    return home === undefined || home === level
  })
  return here.map(({ id }) => id).filter((role) => assignableByIdp(catalog, role))
}
