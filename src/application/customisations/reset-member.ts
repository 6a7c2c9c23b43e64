import { AppError } from '../../domain/errors.ts'
import { catalogOf, requireMayChange } from '../access/require-may-change.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import { lockPresentMember, type MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { readUnder } from './ceiling.ts'
import { requireGainsWithinOwn, requireNotOneself } from './may-customise.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>

/** Lets a member have all that his roles give again, and follow their changes. It gives back no more than whoever asks has. */
export async function resetMember(ports: Needs, op: Operation, ref: MemberRef): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-members', ref.accountId)
  const catalog = catalogOf(permitted)
  requireNotOneself(op, ref)
  const now = ports.clock.now()

  await ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const member = await lockPresentMember(tx, ref)
    await requireMayChange(tx, { catalog, permitted, member }, now)
    const under = await readUnder(tx, { catalog, account: permitted.account, member, now })
    if (under.customisation === null) throw notCustomised()
    requireGainsWithinOwn(catalog, permitted, under, null)
    await tx.customisations.remove(member.id)
    const { accountId, id: memberId } = member
    const line = { action: 'permissions.reset', accountId, target: memberId, memberId } as const
    const before = { permissions: under.customisation.cells }
    await tx.audit.record(op, { ...line, before, after: { permissions: null } }, now)
  })
}

function notCustomised(): AppError {
  const message =
    'the member’s permissions are not customised: he has all that his roles give, and there is nothing to reset'
  return new AppError('conflict', message, { rule: 'not_customised' })
}
