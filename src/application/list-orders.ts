/** By which fields each list that is read page by page is sorted; the first is that in which things were made. */
export const accountOrders = ['createdAt', 'name'] as const
export const memberOrders = ['createdAt', 'userName', 'displayName'] as const
export const accessKeyOrders = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const
export const invitationOrders = ['createdAt', 'email', 'sentAt', 'expiresAt'] as const
export const roleRequestOrders = ['askedAt', 'promisedAt', 'decidedAt', 'role'] as const
export const mailOrders = ['createdAt', 'sentAt', 'subject'] as const
export const requestOrders = ['at', 'millis'] as const
export const auditOrders = ['at'] as const
export const groupChangeOrders = ['at'] as const
export const plannedMemberOrders = ['account'] as const

/** A field, or with a "-" before it the same from its other end. */
export type SortOf<Fields extends readonly string[]> = Fields[number] | `-${Fields[number]}`

export function isDescending(sort: string): boolean {
  return sort.startsWith('-')
}
