import type { Account } from '../../domain/account.ts'
import { findRole, ownerRoleOf, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { requireWorkPerson } from '../directory-users/require-work-person.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'catalogs' | 'workEmail' | 'clock' | 'newId'>
export type CreateAccount = {
  name: string
  catalog: string
  owner?: { userName: string; email: string } | undefined
}
export type CreatedAccount = Account & { readonly ownerId: string | null }

/** Opens an account under a catalog. Its owner, if named, is a member by himself and holds the catalog's owner role. */
export async function createAccount(ports: Needs, op: Operation, command: CreateAccount): Promise<CreatedAccount> {
  authorize(op, { verb: 'operate' })
  const catalog = requireCatalog(ports, command.catalog)
  const now = ports.clock.now()
  const account: Account = { id: ports.newId(), name: command.name, catalog: catalog.id, epoch: 0, createdAt: now }
  const owner = command.owner && newOwner(ports, account, command.owner, now)

  return ports.unitOfWork(async (tx) => {
    await tx.accounts.insert(account)
    const line = { action: 'account.created', accountId: account.id, target: account.id } as const
    await tx.audit.record(op, { ...line, after: { name: account.name, catalog: account.catalog } }, now)
    if (owner !== undefined) await addOwner(ports, op, tx, owner, catalog)
    return { ...account, ownerId: owner?.id ?? null }
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

function newOwner(ports: Needs, account: Account, owner: { userName: string; email: string }, now: number): Member {
  const emails = [{ value: owner.email, type: 'work', primary: true }]
  const email = requireWorkPerson(ports.workEmail, { userName: owner.userName, emails }, 'standard')
  return {
    id: ports.newId(),
    accountId: account.id,
    userName: owner.userName,
    email,
    displayName: null,
    status: 'active',
    suspendedBy: [],
    incarnation: 1,
    statusVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
}

async function addOwner(ports: Needs, op: Operation, tx: Tx, owner: Member, catalog: Catalog): Promise<void> {
  const { accountId, id: memberId, incarnation, createdAt } = owner
  const role = (ownerRoleOf(catalog) ?? catalog.roles.find((candidate) => findRole(catalog, candidate.id)))?.id
  if (role === undefined) throw new AppError('invalid_input', `catalog "${catalog.id}" has no role for an owner`)
  await tx.members.insert(owner)
  await tx.assignments.insert({
    ...{ id: ports.newId(), accountId, memberId, role, source: 'owner', incarnation, createdAt },
  })
  await tx.propagations.start(owner, op, createdAt)
  const detail = { role, source: 'owner' }
  const line = { action: 'member.created', accountId, target: memberId, memberId, detail } as const
  const { userName, email, status } = owner
  await tx.audit.record(op, { ...line, after: { userName, email, status, role } }, createdAt)
}
