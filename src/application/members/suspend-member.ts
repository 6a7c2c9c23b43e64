import { memberBehind } from '../../domain/actor.ts'
import { isLeaving, setSuspension, type Member } from '../../domain/member.ts'
import { catalogOf, requireMayChange, requireSomebodyElse } from '../access/require-may-change.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { lockHeldMember, type MemberRef } from './lock-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type SuspendMember = MemberRef & { suspended: boolean }

/**
 * Suspends a member, or lifts that: the operator's word, or the account's own. Each lifts only its own suspension; what the
 * directory suspended stays so until the directory says otherwise. The operator may suspend an owner too.
 */
export async function suspendMember(ports: Needs, op: Operation, command: SuspendMember): Promise<Member> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  const catalog = catalogOf(permitted)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const member = await lockHeldMember(tx, command)
    requireSomebodyElse(permitted, member, memberBehind(op.actor))
    if (permitted.kind === 'holder') await requireMayChange(tx, { catalog, permitted, member }, now)
    const source = permitted.kind === 'operator' ? 'operator' : 'account'
    const after = { ...setSuspension(member, source, command.suspended), updatedAt: now }
    if (after.statusVersion === member.statusVersion) return member
    await keepManaged(ports, op, tx, { permitted, member }, async () => {
      await tx.members.update(after)
      const leaves = isLeaving(member, after)
      if (leaves) await tx.sessions.endAll({ memberId: member.id })
      await tx.propagations.mark(after, leaves, op, now)
      const { accountId, memberId } = command
      const action = command.suspended ? 'member.suspended' : 'member.resumed'
      const line = { action, accountId, target: memberId, memberId, detail: { by: source } } as const
      await tx.audit.record(op, { ...line, before: standingOf(member), after: standingOf(after) }, now)
    })
    return after
  })
}

const standingOf = ({ status, suspendedBy }: Member) => ({ status, suspendedBy })
