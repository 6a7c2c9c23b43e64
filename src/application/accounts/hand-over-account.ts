import { actorName } from '../../domain/actor.ts'
import { levelOf, type Account } from '../../domain/account.ts'
import type { MemberAssignment } from '../../domain/assignment.ts'
import { ownerRoleOf, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { lockPresentMember } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { accountNotFound } from './find-accounts.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'catalogs' | 'clock' | 'newId'>
export type HandOverAccount = { accountId: string; memberId: string }

/**
 * Makes another member the owner: said by the owner himself, or by the operator. Whoever owned the account holds nothing of
 * it any more, but what he was given besides.
 */
export async function handOverAccount(ports: Needs, op: Operation, command: HandOverAccount): Promise<void> {
  const { actor } = op
  if (actor.kind !== 'operator' && actor.kind !== 'member') throw onlyOwner()
  const { accountId } = command
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const [account] = await tx.accounts.lockPath(accountId)
    if (account === undefined) throw accountNotFound(accountId)
    const owners = await tx.assignments.owners(accountId)
    if (actor.kind === 'member') await requireOwner(tx, account, owners, actor.memberId)
    const heir = await lockPresentMember(tx, command)
    if (heir.status !== 'active')
      throw new AppError('conflict', 'the new owner is suspended', { rule: 'member_suspended' })
    const role = ownerRole(ports, account)
    await tx.assignments.remove(owners.map(({ id }) => id))
    for (const { memberId } of owners) await tx.propagations.mark({ id: memberId, accountId }, true, op, now)
    await tx.assignments.insert(ownership(ports, op, heir, role))
    await tx.propagations.mark(heir, false, op, now)
    const line = { action: 'account.handed_over', accountId, target: accountId, memberId: heir.id } as const
    const before = { owners: owners.map(({ memberId }) => memberId) }
    await tx.audit.record(op, { ...line, before, after: { owners: [heir.id], role } }, now)
  })
}

/** In the transaction itself, so that of two hand-overs at once only one is the owner's. */
async function requireOwner(
  tx: Tx,
  account: Account,
  owners: readonly MemberAssignment[],
  memberId: string,
): Promise<void> {
  const owner = await tx.members.lock(memberId)
  const standing = owner?.status === 'active' && !account.stopped && !(await tx.identityLinks.outAtHome(memberId))
  const owns = owners.some((each) => each.memberId === memberId && each.incarnation === owner?.incarnation)
  if (!standing || !owns) throw onlyOwner()
}

function ownerRole({ catalogs }: Needs, account: Account): string {
  const catalog: Catalog | undefined = catalogs.get(account.catalog)
  const role = catalog?.owner?.kind === 'exclusive' ? ownerRoleOf(catalog, levelOf(catalog, account)) : undefined
  if (role !== undefined) return role.id
  throw new AppError(
    'conflict',
    `catalog "${account.catalog}" has no owner; assign the role to whoever is to have it`,
    { rule: 'no_owner_role' },
  )
}

function ownership(ports: Needs, op: Operation, heir: Member, role: string): MemberAssignment {
  return {
    ...{ id: ports.newId(), accountId: heir.accountId, memberId: heir.id, role, source: 'owner' },
    ...{ incarnation: heir.incarnation, validFrom: null, validTo: null },
    ...{ assignedBy: actorName(op.actor), createdAt: ports.clock.now() },
  }
}

function onlyOwner(): AppError {
  return new AppError('forbidden', 'only the owner hands an account over', { rule: 'not_owner' })
}
