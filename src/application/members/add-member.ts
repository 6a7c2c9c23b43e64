import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { requireAccount } from '../accounts/find-accounts.ts'
import { newMember, type NewPerson } from './new-member.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'workEmail' | 'clock' | 'newId'>
export type AddMember = NewPerson & { accountId: string }

/** Adds a person whom no directory brings. He holds nothing until he is assigned a role. */
export async function addMember(ports: Needs, op: Operation, command: AddMember): Promise<Member> {
  authorize(op, { verb: 'operate' })
  const { accountId } = command
  await requireAccount(ports, accountId)
  const member = await newMember(ports, accountId, command, () => ports.views.provenDomains(accountId, 'verified'))
  return ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId) // two who add the same name at once are counted together
    if ((await tx.members.named(accountId, command.userName)).length > 0) throw nameTaken(command.userName)
    await tx.members.insert(member)
    await tx.propagations.start(member, op, member.createdAt)
    const line = { action: 'member.created', accountId, target: member.id, memberId: member.id } as const
    const { userName, email, status } = member
    await tx.audit.record(op, { ...line, after: { userName, email, status } }, member.createdAt)
    return member
  })
}

function nameTaken(userName: string): AppError {
  const message = `the account has a member "${userName}" already`
  return new AppError('conflict', message, { rule: 'name_taken', problems: [{ path: 'userName', message }] })
}
