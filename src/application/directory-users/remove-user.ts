import type { Connection } from '../../domain/connection.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import { removeMember } from '../../domain/member.ts'
import { tellOfOwner } from '../accounts/tell-of-owner.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { auditedUser } from './audited-user.ts'
import { userNotFound } from './change-user.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>
export type RemoveUser = {
  connection: Connection
  userId: string
  /** Looks at the locked row before it goes; throws where it may not. */
  check?: (current: DirectoryUser) => void
}

/** Removes a person: his member is out from the commit on; a tombstone stays, so that a rehire is recognised. */
export async function removeUser(
  ports: Needs,
  op: Operation,
  { connection, userId, check }: RemoveUser,
): Promise<void> {
  authorize(op, { verb: 'write-directory', connectionId: connection.id, resource: 'users' })
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const user = await tx.users.lock(connection.id, userId)
    if (user === undefined) throw userNotFound(userId)
    check?.(user)
    await tx.users.remove(user, now)
    const member = await tx.members.lock(user.memberId)
    if (member !== undefined) {
      await tx.members.update({ ...removeMember(member), updatedAt: now })
      await tx.sessions.endAll({ memberId: member.id })
      await tellOfOwner(tx, op, member, connection.id, now)
      await tx.propagations.mark(member, true, op, now)
    }
    const { accountId, memberId } = user
    const line = { action: 'user.removed', accountId, target: userId, memberId } as const
    const before = auditedUser(user, { email: member?.email ?? null, status: member?.status ?? 'removed' })
    await tx.audit.record(op, { ...line, before, after: { status: 'removed' } }, now)
  })
}
