/** By which fields each list is sorted; by the first of them where it is not said otherwise. */
export const accountOrders = ['createdAt', 'name'] as const
export const memberOrders = ['createdAt', 'userName', 'displayName'] as const
export const accessKeyOrders = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const
export const invitationOrders = ['createdAt', 'email', 'sentAt', 'expiresAt'] as const
export const roleRequestOrders = ['askedAt', 'promisedAt', 'decidedAt', 'role'] as const
export const mailOrders = ['createdAt', 'sentAt', 'subject'] as const
export const requestOrders = ['at', 'millis'] as const
export const auditOrders = ['at'] as const
export const groupChangeOrders = ['at'] as const
export const checkpointOrders = ['seq'] as const
export const plannedMemberOrders = ['account'] as const
export const catalogOrders = ['id', 'label', 'roles', 'capabilities'] as const
export const connectionOrders = ['createdAt', 'name'] as const
export const directoryGroupOrders = ['displayName', 'memberCount'] as const
export const clientOrders = ['createdAt', 'name', 'lastUsedAt'] as const
export const tokenOrders = ['createdAt', 'expiresAt', 'lastUsedAt'] as const
export const identityOrders = ['createdAt', 'lastUsedAt'] as const
export const mappingOrders = ['createdAt', 'groupName', 'role'] as const
export const schemaOrders = ['id', 'name'] as const
export const gatewayOrders = ['createdAt', 'name', 'lastUsedAt'] as const
export const domainOrders = ['domain'] as const
export const signingKeyOrders = ['createdAt', 'signsFrom', 'publishedUntil'] as const
export const auditKeyOrders = ['at'] as const
export const permissionGroupOrders = ['name', 'users'] as const

/** A field, or with a "-" before it the same from its other end. */
export type SortOf<Fields extends readonly string[]> = Fields[number] | `-${Fields[number]}`

export function isDescending(sort: string): boolean {
  return sort.startsWith('-')
}
