import { canonicalJson, type DirectoryUser } from '../../domain/directory-user.ts'
import type { Member } from '../../domain/member.ts'

/** Of a person the audit log holds who he is, how he is reached and whether he is in; other attributes by name alone. */
export const auditedFields = ['userName', 'displayName', 'externalId', 'email', 'active', 'status'] as const

export function auditedUser(
  { userName, displayName, externalId, active }: DirectoryUser,
  { email, status }: Pick<Member, 'email' | 'status'>,
) {
  return { userName, displayName, externalId, email, active, status }
}

/** Names of the attributes that differ. */
export function movedAttributes(
  { attributes: before }: Pick<DirectoryUser, 'attributes'>,
  { attributes: after }: Pick<DirectoryUser, 'attributes'>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name])).sort()
}
