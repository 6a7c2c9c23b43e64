import { actorName } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import {
  requireGoing,
  requireInviting,
  requireNoDirectory,
  requireRoles,
  requireStillInviting,
} from '../invitations/inviting.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { giveRoles } from './give-roles.ts'
import { newMember, type NewPerson } from './new-member.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'workEmail' | 'newId'>
export type AddMember = NewPerson & { accountId: string; roles?: readonly string[] | undefined }

/**
 * Adds a person whom no directory brings, with the roles that are named. The operator does it anywhere; whoever manages the
 * members of an account (seed cpaas-iam L11) where no directory says who its people are.
 */
export async function addMember(ports: Needs, op: Operation, command: AddMember): Promise<Member> {
  const { accountId } = command
  const inviting = await requireInviting(ports, op, accountId)
  if (inviting.permitted.kind === 'holder') {
    requireGoing(inviting.permitted.account)
    await requireNoDirectory(ports, accountId)
  }
  const roles = requireRoles(inviting, command.roles ?? [])
  const member = await newMember(ports, accountId, command, () => ports.views.provenDomains(accountId, 'verified'))
  return ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId) // two who add the same name at once are counted together
    const still = await requireStillInviting(ports, op, tx, { inviting, roles })
    requireRoles(still, roles)
    if ((await tx.members.named(accountId, command.userName)).length > 0) throw nameTaken(command.userName)
    await tx.members.insert(member)
    await tx.propagations.start(member, op, member.createdAt)
    const line = { action: 'member.created', accountId, target: member.id, memberId: member.id } as const
    const { userName, email, status } = member
    await tx.audit.record(op, { ...line, after: { userName, email, status } }, member.createdAt)
    const giving = { member, roles, by: actorName(op.actor), source: 'adding', catalog: still.catalog } as const
    await giveRoles(ports, op, tx, giving)
    return member
  })
}

function nameTaken(userName: string): AppError {
  const message = `the account has a member "${userName}" already`
  return new AppError('conflict', message, { rule: 'name_taken', problems: [{ path: 'userName', message }] })
}
