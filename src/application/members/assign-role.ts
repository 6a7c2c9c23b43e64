import { actorName } from '../../domain/actor.ts'
import { replacedBy, type MemberAssignment } from '../../domain/assignment.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { catalogOf, requireMayChange, requireMayGive } from '../access/require-may-change.ts'
import { holdGroups } from '../access/hold-groups.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds, type Permitted } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { lockHeldMember, type MemberRef } from './lock-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'newId'>
export type AssignRole = MemberRef & {
  role: string
  /** When it begins and ends, epoch milliseconds; at once and never unless told. */
  validFrom?: number | undefined
  validTo?: number | undefined
}

/**
 * Gives a member a role by hand. It takes the place of the same role's assignment, and where the catalog lets a member hold
 * one role (of each group) of whatever he was assigned before; what his directory gives stays beside it and is overruled.
 */
export async function assignRole(ports: Needs, op: Operation, command: AssignRole): Promise<MemberAssignment> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  requireMayGive(catalogOf(permitted), permitted, command.role)
  requireSpan(command, ports.clock.now())

  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const held = await holdGroups(ports, tx, permitted, command.role)
    const catalog = catalogOf(held)
    if (held !== permitted) requireMayGive(catalog, held, command.role)
    const member = await lockHeldMember(tx, command)
    await requireMayChange(tx, { catalog, permitted, member }, ports.clock.now())
    return giveRole(ports, op, tx, { catalog, permitted, member, ...command })
  })
}

type Gift = Pick<AssignRole, 'role' | 'validFrom' | 'validTo'> & {
  catalog: Catalog
  permitted: Permitted
  member: Member
}
type GivingNeeds = Pick<Needs, 'catalogs' | 'clock' | 'newId'>

/** Writes the assignment, in a transaction that has judged it already and holds the account. */
export async function giveRole(ports: GivingNeeds, op: Operation, tx: Tx, gift: Gift): Promise<MemberAssignment> {
  return keepManaged(ports, op, tx, gift, () => replaceRole(ports, op, tx, gift))
}

async function replaceRole(ports: GivingNeeds, op: Operation, tx: Tx, gift: Gift): Promise<MemberAssignment> {
  const { catalog, member, role } = gift
  const { accountId, id: memberId } = member
  const now = ports.clock.now()
  const assignment: MemberAssignment = {
    ...{ id: ports.newId(), accountId, memberId, role, source: 'manual', incarnation: member.incarnation },
    ...{ validFrom: gift.validFrom ?? null, validTo: gift.validTo ?? null },
    ...{ assignedBy: actorName(op.actor), createdAt: now },
  }
  const replaced = replacedBy(catalog, role, await tx.assignments.ofMember(memberId))
  await tx.assignments.remove(replaced.map(({ id }) => id))
  await tx.assignments.insert(assignment)
  await tx.propagations.mark(member, replaced.length > 0, op, now)
  const { validFrom, validTo } = assignment
  const line = { action: 'role.assigned', accountId, target: assignment.id, memberId } as const
  const before = { roles: replaced.map((each) => each.role) }
  await tx.audit.record(op, { ...line, before, after: { role, validFrom, validTo } }, now)
  return assignment
}

function requireSpan({ validFrom, validTo }: AssignRole, now: number): void {
  if (validTo === undefined) return
  const message =
    validTo <= now
      ? 'must lie in the future'
      : validFrom !== undefined && validTo <= validFrom
        ? 'must lie behind validFrom'
        : null
  if (message === null) return
  throw new AppError('invalid_input', `validTo: ${message}`, { problems: [{ path: 'validTo', message }] })
}
