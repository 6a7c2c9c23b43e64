import type { Account } from '../../domain/account.ts'
import { newMember, type NewPerson } from '../members/new-member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { addOwner, findPlace, insertAccount, requireCatalog } from './found-account.ts'
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
    const { account, catalog: inForce } = await insertAccount(ports, op, tx, {
      ...{ id: ports.newId(), name: command.name, catalog, place, entitlements, createdAt: now },
    })
    if (command.owner === undefined) return { ...account, ownerId: null }
    const owner = await newMember(ports, account.id, command.owner, () => Promise.resolve(new Set()), 'owner.')
    await addOwner(ports, op, tx, { account, catalog: inForce, owner })
    return { ...account, ownerId: owner.id }
  })
}
