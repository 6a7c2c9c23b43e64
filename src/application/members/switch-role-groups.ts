import { memberBehind } from '../../domain/actor.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError, type FieldProblem } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { switchableGroups } from '../../domain/role-group-switch.ts'
import { catalogOf, requireMayChange } from '../access/require-may-change.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { lockHeldMember, type MemberRef } from './lock-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
/** Role groups of the catalog by id: true switches one on, false off; what is not named stays as it is. */
export type SwitchRoleGroups = MemberRef & { readonly roleGroups: Readonly<Record<string, boolean>> }

/**
 * Switches a member's access to the sections of role groups off and on, apart from his roles (seed cpaas-iam L11): he keeps
 * and is given roles of them, and has nothing of what they give there until it is on again, on the next decision. It stays as
 * it is in another life, as a suspension does.
 */
export async function switchRoleGroups(ports: Needs, op: Operation, command: SwitchRoleGroups): Promise<Member> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  const catalog = catalogOf(permitted)
  requireSwitchable(catalog, Object.keys(command.roleGroups))
  if (permitted.kind === 'holder' && memberBehind(op.actor) === command.memberId)
    throw new AppError('forbidden', 'nobody switches his own access; ask somebody else', { rule: 'own_standing' })
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const member = await lockHeldMember(tx, command)
    await requireMayChange(tx, { catalog, permitted, member }, now)
    const switchedOff = switched(member.switchedOff, command.roleGroups)
    if (switchedOff.join() === member.switchedOff.join()) return member
    const after = { ...member, switchedOff, updatedAt: now }
    await keepManaged(ports, op, tx, { permitted, member }, async () => {
      await tx.members.update(after)
      const { accountId, memberId } = command
      const line = { action: 'role_groups.switched', accountId, target: memberId, memberId } as const
      const before = { switchedOff: member.switchedOff }
      await tx.audit.record(op, { ...line, before, after: { switchedOff } }, now)
    })
    return after
  })
}

function switched(off: readonly string[], wanted: SwitchRoleGroups['roleGroups']): string[] {
  const named = Object.entries(wanted)
  const untouched = off.filter((id) => !Object.hasOwn(wanted, id))
  return [...untouched, ...named.flatMap(([id, on]) => (on ? [] : [id]))].sort()
}

function requireSwitchable(catalog: Catalog, named: readonly string[]): void {
  const known = switchableGroups(catalog).map(({ id }) => id)
  const due =
    known.length === 0
      ? `catalog "${catalog.id}" has no role group that can be switched off`
      : `must be a role group that can be switched off: ${known.join(', ')}`
  const problems: FieldProblem[] = named
    .filter((id) => !known.includes(id))
    .map((id) => ({ path: `roleGroups.${id}`, message: due }))
  const [first] = problems
  if (first !== undefined) throw new AppError('invalid_input', `${first.path}: ${first.message}`, { problems })
}
