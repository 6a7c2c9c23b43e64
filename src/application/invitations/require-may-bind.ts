import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import { requireMayChange } from '../access/require-may-change.ts'
import type { Tx } from '../ports.ts'
import type { Inviting } from './inviting.ts'

/**
 * Refuses to give a sign-in to a member who has one, whom a directory brings, who is not active, or who stands above whoever
 * lets in: asked when the invitation is made, and again when it is taken up, as he may have become more meanwhile.
 */
export async function requireMayBind(tx: Tx, inviting: Inviting, member: Member, now: number): Promise<void> {
  const active = member.status === 'active'
  const directories = await tx.users.connectionsOf(member.id)
  const links = await tx.identityLinks.ofMember(member.id)
  if (!active || directories.length > 0 || links.some(({ incarnation }) => incarnation === member.incarnation)) {
    throw memberAlready(member, active ? 'change his roles' : 'lift the suspension')
  }
  await requireMayChange(tx, { ...inviting, member }, now)
}

function memberAlready({ id, userName, status }: Member, mend: string): AppError {
  const here = status === 'active' ? 'is a member already' : `is a member already, and ${status}`
  const message = `${userName} ${here} (member ${id}); ${mend} instead`
  return new AppError('conflict', message, { rule: 'member_already', problems: [{ path: 'email', message }] })
}
