import { levelOf, levelRefusal, usualLevel, type Account } from '../../domain/account.ts'
import { actorName } from '../../domain/actor.ts'
import { ownerRoleOf, type Catalog, type CatalogRole } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { strangerHere } from '../../domain/holder.ts'
import type { Member } from '../../domain/member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'

type Place = Pick<Account, 'parentId' | 'level' | 'stopped'>
type Wanted = { readonly parentId?: string | undefined; readonly level?: string | undefined }

export function requireCatalog(ports: Pick<Ports, 'catalogs'>, id: string): Catalog {
  const catalog = ports.catalogs.get(id)
  if (catalog !== undefined) return catalog
  const known = [...ports.catalogs.keys()].join(', ')
  throw new AppError('invalid_input', `catalog: there is no role catalog "${id}"; choose one of: ${known}`, {
    problems: [{ path: 'catalog', message: `choose one of: ${known}` }],
  })
}

/** Where a new account stands: its parent's row is locked until the transaction ends. */
export async function findPlace(tx: Tx, catalog: Catalog, { parentId, level }: Wanted): Promise<Place> {
  const [parent] = parentId === undefined ? [] : await tx.accounts.lockPath(parentId)
  if (parentId !== undefined && parent === undefined) throw accountNotFound(parentId)
  if (parent !== undefined && parent.catalog !== catalog.id) {
    throw refused('catalog', `the account above lives under catalog "${parent.catalog}", and so do all below it`)
  }
  const parentLevel = parent === undefined ? null : levelOf(catalog, parent)
  const wanted = level ?? usualLevel(catalog, parentLevel)
  const refusal = levelRefusal(catalog, wanted, parentLevel)
  if (refusal !== null) throw refused(level === undefined ? 'parent' : 'level', refusal)
  return { parentId: parent?.id ?? null, level: wanted, stopped: parent?.stopped ?? false }
}

function refused(path: string, message: string): AppError {
  return new AppError('invalid_input', `${path}: ${message}`, { problems: [{ path, message }] })
}

type New = Pick<Account, 'id' | 'name' | 'entitlements' | 'createdAt'> & {
  readonly catalog: Catalog
  readonly place: Place
}

/**
 * Writes a new account and its audit line; `more` is what the line says of whoever opened it. It lives under the catalog as
 * that is in force now, which may have changed since the place was found: answers that one.
 */
export async function insertAccount(
  ports: Pick<Ports, 'catalogs'>,
  op: Operation,
  tx: Tx,
  { catalog, place, ...given }: New,
  more: { readonly memberId?: string; readonly detail?: Readonly<Record<string, unknown>> } = {},
): Promise<{ readonly account: Account; readonly catalog: Catalog }> {
  const account: Account = { ...given, ...place, catalog: catalog.id, suspendedAt: null, epoch: 0 }
  await tx.accounts.insert(account)
  const inForce = ports.catalogs.get(catalog.id) ?? catalog
  const { id, name, level, parentId, entitlements, createdAt } = account
  await findPlace(tx, inForce, { parentId: parentId ?? undefined, level: level ?? undefined })
  const after = { name, catalog: catalog.id, level, parent: parentId, entitlements }
  await tx.audit.record(op, { action: 'account.created', accountId: id, target: id, ...more, after }, createdAt)
  return { account, catalog: inForce }
}

type Owning = { readonly account: Account; readonly catalog: Catalog; readonly owner: Member }

/**
 * The first person of an account. Where the catalog has one owner he is it; else he holds its first role as whoever else
 * could, and is changed and removed like them. Answers his role.
 */
export async function addOwner(
  ports: Pick<Ports, 'newId'>,
  op: Operation,
  tx: Tx,
  { account, catalog, owner }: Owning,
): Promise<string> {
  const role = requireFirstRole(catalog, levelOf(catalog, account)).id
  const source = catalog.owner?.kind === 'exclusive' ? 'owner' : 'manual'
  const { createdAt } = account
  const { accountId, id: memberId, incarnation } = owner
  await tx.members.insert(owner)
  await tx.assignments.insert({
    ...{ id: ports.newId(), accountId, memberId, role, source, incarnation },
    ...{ validFrom: null, validTo: null, assignedBy: actorName(op.actor), createdAt },
  })
  await tx.propagations.start(owner, op, createdAt)
  const line = { action: 'member.created', accountId, target: memberId, memberId, detail: { role, source } } as const
  const { userName, email, status } = owner
  await tx.audit.record(op, { ...line, after: { userName, email, status, role } }, createdAt)
  return role
}

function requireFirstRole(catalog: Catalog, level: string): CatalogRole {
  const usual = catalog.roles.find(({ id, flags }) => !flags.unassignable && strangerHere(catalog, id, level) === null)
  const role = ownerRoleOf(catalog, level) ?? usual
  if (role !== undefined) return role
  throw new AppError('invalid_input', `catalog "${catalog.id}" has no role for the first person of an account`)
}
