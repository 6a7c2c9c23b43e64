import { memberBehind } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { removeMember as removed } from '../../domain/member.ts'
import { catalogOf, requireMayChange, requireSomebodyElse } from '../access/require-may-change.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { lockHeldMember, type MemberRef } from './lock-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>

/** Removes a member for good. Whom a directory brings is removed there, or he would come back with its next word. */
export async function removeMember(ports: Needs, op: Operation, ref: MemberRef): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-members', ref.accountId)
  const catalog = catalogOf(permitted)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const member = await lockHeldMember(tx, ref)
    requireSomebodyElse(permitted, member, memberBehind(op.actor))
    await requireMayChange(tx, { catalog, permitted, member }, now)
    const [connection] = await tx.users.connectionsOf(member.id)
    if (connection !== undefined) throw directoryOwns(connection)
    await keepManaged(ports, op, tx, { permitted, member }, async () => {
      const after = { ...removed(member), updatedAt: now }
      await tx.members.update(after)
      await tx.sessions.endAll({ memberId: member.id })
      await tx.propagations.mark(after, true, op, now)
      const { accountId, memberId } = ref
      const { userName, email, status } = member
      const line = { action: 'member.removed', accountId, target: memberId, memberId } as const
      await tx.audit.record(op, { ...line, before: { userName, email, status }, after: null }, now)
    })
  })
}

function directoryOwns(connectionId: string): AppError {
  const mend = 'unassign or deactivate the person in the IdP, or suspend the member here'
  const message = `the directory of connection "${connectionId}" brings this member; ${mend}`
  return new AppError('conflict', message, { rule: 'directory_owns' })
}
