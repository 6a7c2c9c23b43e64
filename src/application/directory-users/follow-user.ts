import type { DirectoryUser } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { followDirectory, isLeaving, type Member } from '../../domain/member.ts'
import { tellOfOwner } from '../accounts/tell-of-owner.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'

type Followed = { readonly before: Member; readonly after: Member }

/** Brings the member to what his directory user now says; whom that suspends is out with this transaction. */
export async function followUser(tx: Tx, op: Operation, user: DirectoryUser, email: string | null): Promise<Followed> {
  const before = await lockMember(tx, user)
  const after = { ...followDirectory(before, user, email), updatedAt: user.updatedAt }
  await tx.members.update(after)
  const leaves = isLeaving(before, after)
  if (leaves) {
    await tx.sessions.endAll({ memberId: after.id })
    await tellOfOwner(tx, op, after, user.connectionId, user.updatedAt)
  }
  await tx.propagations.mark(after, leaves, op, user.updatedAt)
  return { before, after }
}

/** The member of a directory user, his row locked. */
export async function lockMember(tx: Tx, { id, memberId }: DirectoryUser): Promise<Member> {
  const member = await tx.members.lock(memberId)
  if (member === undefined) throw new AppError('not_found', `the member of user "${id}" has been erased`)
  return member
}
