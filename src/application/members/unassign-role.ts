import { AppError } from '../../domain/errors.ts'
import { catalogOf, requireMayChange } from '../access/require-may-change.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { lockMember, type MemberRef } from './lock-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type UnassignRole = MemberRef & { role: string }

/** Takes a role that was given by hand, or by a first sign-in. What a directory gives is taken in the directory, or with its mapping. */
export async function unassignRole(ports: Needs, op: Operation, command: UnassignRole): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  const catalog = catalogOf(permitted)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    await tx.accounts.hold(command.accountId)
    const member = await lockMember(tx, command)
    const { accountId, memberId, role } = command
    await requireMayChange(tx, { catalog, permitted, member }, now)
    const given = (await tx.assignments.ofMember(memberId)).filter(
      (each) => each.source !== 'owner' && each.role === role,
    )
    if (given.length === 0) throw notAssigned(role)
    await keepManaged(ports, op, tx, { permitted, member }, async () => {
      await tx.assignments.remove(given.map(({ id }) => id))
      await tx.propagations.mark(member, true, op, now)
      const line = { action: 'role.unassigned', accountId, target: memberId, memberId } as const
      await tx.audit.record(op, { ...line, before: { role }, after: null }, now)
    })
  })
}

function notAssigned(role: string): AppError {
  const mend = 'what a directory gives is taken by its group or its mapping'
  return new AppError('not_found', `the member was not assigned "${role}" by hand; ${mend}`)
}
