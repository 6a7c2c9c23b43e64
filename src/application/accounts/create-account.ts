import { levelOf, levelRefusal, usualLevel, type Account } from '../../domain/account.ts'
import { actorName } from '../../domain/actor.ts'
import { ownerRoleOf, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { strangerHere } from '../../domain/holder.ts'
import { newMember, type NewPerson } from '../members/new-member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'
import { requireEntitlements } from './require-entitlements.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'catalogs' | 'workEmail' | 'clock' | 'newId'>
export type CreateAccount = {
  name: string
  catalog: string
  /** The account above it. */
  parentId?: string | undefined
  /** Its level in the catalog's tree; the one below its parent, and the lowest without a parent, unless told. */
  level?: string | undefined
  entitlements?: readonly string[] | undefined
  owner?: NewPerson | undefined
}
export type CreatedAccount = Account & { readonly ownerId: string | null }

/**
 * Opens an account under a catalog, at the top of a tree or below another account of that catalog. Its owner, if named, is a
 * member by himself and holds the role that the catalog has for owners at this level.
 */
export async function createAccount(ports: Needs, op: Operation, command: CreateAccount): Promise<CreatedAccount> {
  authorize(op, { verb: 'operate' })
  await ports.views.catalogsInForce() // from here on this process knows them as they are now
  const catalog = requireCatalog(ports, command.catalog)
  const entitlements = requireEntitlements(catalog, command.entitlements ?? [])
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    const place = await findPlace(tx, catalog, command)
    const account: Account = {
      ...{ id: ports.newId(), name: command.name, catalog: catalog.id, ...place },
      ...{ entitlements, suspendedAt: null, epoch: 0, createdAt: now },
    }
    await tx.accounts.insert(account)
    // It lives under the catalog as that is in force now, which may have changed since the look above.
    const inForce = requireCatalog(ports, catalog.id)
    await findPlace(tx, inForce, { ...command, level: place.level ?? undefined })
    const { name, level, parentId } = account
    const after = { name, catalog: catalog.id, level, parent: parentId, entitlements }
    await tx.audit.record(op, { action: 'account.created', accountId: account.id, target: account.id, after }, now)
    if (command.owner === undefined) return { ...account, ownerId: null }
    return { ...account, ownerId: await addOwner(ports, op, tx, { account, catalog: inForce, person: command.owner }) }
  })
}

function requireCatalog(ports: Needs, id: string): Catalog {
  const catalog = ports.catalogs.get(id)
  if (catalog !== undefined) return catalog
  const known = [...ports.catalogs.keys()].join(', ')
  throw new AppError('invalid_input', `catalog: there is no role catalog "${id}"; choose one of: ${known}`, {
    problems: [{ path: 'catalog', message: `choose one of: ${known}` }],
  })
}

type Place = Pick<Account, 'parentId' | 'level' | 'stopped'>

async function findPlace(tx: Tx, catalog: Catalog, { parentId, level }: CreateAccount): Promise<Place> {
  const [parent] = parentId === undefined ? [] : await tx.accounts.lockPath(parentId)
  if (parentId !== undefined && parent === undefined) throw accountNotFound(parentId)
  if (parent !== undefined && parent.catalog !== catalog.id) {
    throw refused('catalog', `the account above lives under catalog "${parent.catalog}", and so do all below it`)
  }
  const parentLevel = parent === undefined ? null : levelOf(catalog, parent)
  const wanted = level ?? usualLevel(catalog, parentLevel)
  const refusal = levelRefusal(catalog, wanted, parentLevel)
  if (refusal !== null) throw refused('level', refusal)
  return { parentId: parent?.id ?? null, level: wanted, stopped: parent?.stopped ?? false }
}

function refused(path: string, message: string): AppError {
  return new AppError('invalid_input', `${path}: ${message}`, { problems: [{ path, message }] })
}

type Opened = { account: Account; catalog: Catalog; person: NewPerson }

/**
 * The first person of an account. Where the catalog has one owner he is it; else he holds its first role as whoever else
 * could, and is changed and removed like them.
 */
async function addOwner(ports: Needs, op: Operation, tx: Tx, { account, catalog, person }: Opened): Promise<string> {
  const role = firstRole(catalog, account)
  const source = catalog.owner?.kind === 'exclusive' ? 'owner' : 'manual'
  const { createdAt } = account
  const owner = await newMember(ports, account.id, person, () => Promise.resolve(new Set()))
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
  return memberId
}

function firstRole(catalog: Catalog, account: Account): string {
  const level = levelOf(catalog, account)
  const usual = catalog.roles.find(({ id, flags }) => !flags.unassignable && strangerHere(catalog, id, level) === null)
  const role = ownerRoleOf(catalog, level) ?? usual
  if (role !== undefined) return role.id
  throw new AppError('invalid_input', `catalog "${catalog.id}" has no role for the first person of an account`)
}
