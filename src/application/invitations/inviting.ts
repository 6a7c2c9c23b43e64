import type { Account } from '../../domain/account.ts'
import { slotOf, type Catalog } from '../../domain/catalog.ts'
import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { catalogOf, requireMayGive } from '../access/require-may-change.ts'
import { holdGroups } from '../access/hold-groups.ts'
import { requireMay, type AccessNeeds, type Permitted } from '../access/require-may.ts'
import { requireStillMay, type JudgingAnew } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

export type Inviting = { readonly permitted: Permitted; readonly catalog: Catalog }

/** The first line of each verb that lets people into an account, by invitation or at once: whoever manages its members may. */
export async function requireInviting(ports: AccessNeeds, op: Operation, accountId: string): Promise<Inviting> {
  const permitted = await requireMay(ports, op, 'manage-members', accountId)
  return { permitted, catalog: catalogOf(permitted) }
}

/**
 * The same in the transaction that gives these roles: whoever was let in still may, and the account's permission groups are
 * those that stay until it ends. What he may hand out is to be judged again by what it answers.
 */
export async function requireStillInviting(
  ports: JudgingAnew,
  op: Operation,
  tx: Tx,
  { inviting: { permitted }, roles }: { readonly inviting: Inviting; readonly roles: readonly string[] },
): Promise<Inviting> {
  const held = await holdGroups(ports, tx, permitted, ...roles)
  await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
  return { permitted: held, catalog: catalogOf(held) }
}

/** Refuses a set of roles that this inviter may not hand out, or that no member holds together. */
export function requireRoles({ permitted, catalog }: Inviting, roles: readonly string[]): readonly string[] {
  const wanted = [...new Set(roles)]
  for (const role of wanted) requireMayGive(catalog, permitted, role, 'roles')
  const slots = wanted.map((role) => slotOf(catalog, role))
  if (new Set(slots).size === slots.length) return wanted
  const message =
    catalog.holding === 'one'
      ? 'a member holds one role here; name one'
      : 'a member holds one role of each group here; name one of each'
  throw new AppError('invalid_input', `roles: ${message}`, { problems: [{ path: 'roles', message }] })
}

/** The connection whose directory says who is in the account; undefined where none does. */
export async function owningDirectory(ports: Pick<Ports, 'views'>, accountId: string): Promise<Connection | undefined> {
  const active = (await ports.views.connections(accountId)).filter(({ state }) => state === 'active')
  const signIns = await Promise.all(active.map(({ id }) => ports.views.signIn(id)))
  return active.find((_, index) => signIns[index]?.settings.authority !== 'jit')
}

/**
 * Refuses inviting where a directory says who is in the account: such a person comes and goes with it. A connection whose
 * sign-in creates people (`jit`) is no such directory.
 */
export async function requireNoDirectory(ports: Pick<Ports, 'views'>, accountId: string): Promise<void> {
  const owning = await owningDirectory(ports, accountId)
  if (owning === undefined) return
  const message = `the people of this account come from its directory "${owning.name}"; have the person added there, by whoever runs that directory`
  throw new AppError('policy_violation', message, { rule: 'directory_owns_people' })
}

/** Refuses what would enter an account that is stopped. */
export function requireGoing({ stopped }: Pick<Account, 'stopped'>): void {
  if (!stopped) return
  throw new AppError('policy_violation', 'the account is suspended, or one above it', { rule: 'account_suspended' })
}
