import type { Connection } from '../../domain/connection.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import { removeMember, type Member } from '../../domain/member.ts'
import { tellOfOwner } from '../accounts/tell-of-owner.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
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
    const member = await letGo(tx, op, { memberId: user.memberId, connectionId: connection.id, now })
    await letGoOfOtherSelves(tx, op, user, now)
    const { accountId, memberId } = user
    const line = { action: 'user.removed', accountId, target: userId, memberId } as const
    const before = auditedUser(user, { email: member?.email ?? null, status: member?.status ?? 'removed' })
    await tx.audit.record(op, { ...line, before, after: { status: 'removed' } }, now)
  })
}

type LettingGo = { readonly memberId: string; readonly connectionId: string; readonly now: number }

/** The member as he was, his row locked; undefined: he has been erased. */
async function letGo(tx: Tx, op: Operation, { memberId, connectionId, now }: LettingGo): Promise<Member | undefined> {
  const member = await tx.members.lock(memberId)
  if (member === undefined) return undefined
  await tx.members.update({ ...removeMember(member), updatedAt: now })
  await tx.sessions.endAll({ memberId })
  await tellOfOwner(tx, op, member, connectionId, now)
  await tx.propagations.mark(member, true, op, now)
  return member
}

/**
 * Whom the pair names beside the directory's own member goes with him where he has no other way in: of neither anything is to
 * come back with a rehire. His identity ends, so that whoever comes back is joined to the member of the directory.
 */
async function letGoOfOtherSelves(tx: Tx, op: Operation, user: DirectoryUser, now: number): Promise<void> {
  const { connectionId, accountId } = user
  for (const memberId of await tx.identityLinks.signedInAs(connectionId, user)) {
    if (memberId === user.memberId || !(await tx.identityLinks.outAtHome(memberId))) continue
    const member = await letGo(tx, op, { memberId, connectionId, now })
    if (member === undefined) continue
    for (const link of await tx.identityLinks.ofMember(memberId))
      if (link.connectionId === connectionId) await tx.identityLinks.end(link.id, now)
    const line = { action: 'member.removed', accountId, target: memberId, memberId } as const
    const before = { userName: member.userName, email: member.email, status: member.status }
    await tx.audit.record(op, { ...line, detail: { connection: connectionId }, before, after: null }, now)
  }
}
