import { AppError } from '../../domain/errors.ts'
import type { Member } from '../../domain/member.ts'
import type { Tx } from '../ports.ts'

export type MemberRef = { accountId: string; memberId: string }

/** The member of this account, his row locked until the transaction ends; `not_found` where there is none. */
export async function lockMember(tx: Tx, { accountId, memberId }: MemberRef): Promise<Member> {
  const member = await tx.members.lock(memberId)
  if (member?.accountId === accountId) return member
  throw memberNotFound({ accountId, memberId })
}

/** The same, of a member who has not been removed. */
export async function lockPresentMember(tx: Tx, ref: MemberRef): Promise<Member> {
  const member = await lockMember(tx, ref)
  if (member.status !== 'removed') return member
  const message = 'the member has been removed, which cannot be undone; add or invite the person anew'
  throw new AppError('conflict', message, { rule: 'member_removed' })
}

/** The same, with his account held before: of two changes by hand of who manages it the second sees the first. */
export async function lockHeldMember(tx: Tx, ref: MemberRef): Promise<Member> {
  await tx.accounts.hold(ref.accountId)
  return lockPresentMember(tx, ref)
}

export function memberNotFound({ accountId, memberId }: MemberRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
}
