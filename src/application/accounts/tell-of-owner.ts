import type { Member } from '../../domain/member.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'

/**
 * Says in the audit log that it was the owner whom his directory let go. He is out like everybody; that the account is his
 * stays written down until somebody hands it over.
 */
export async function tellOfOwner(
  tx: Pick<Tx, 'assignments' | 'audit'>,
  op: Operation,
  { id: memberId, accountId, incarnation }: Member,
  connection: string,
  now: number,
): Promise<void> {
  const given = await tx.assignments.ofMember(memberId)
  if (!given.some((each) => each.source === 'owner' && each.incarnation === incarnation)) return
  const line = { action: 'account.owner_out', accountId, target: accountId, memberId } as const
  await tx.audit.record(op, { ...line, detail: { connection } }, now)
}
