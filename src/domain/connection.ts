import type { ProfileMapping } from './profile.ts'
import type { OwnRateLimit } from './rate-limit.ts'

export const connectionKinds = ['okta', 'entra', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic'] as const

/** Which product's SCIM dialect the connection speaks; `generic` is the tolerant default. */
export type ConnectionKind = (typeof connectionKinds)[number]

/** How strictly addresses are judged: `strict` also refuses a personal address in a home or other entry. */
export type EmailPolicy = 'standard' | 'strict'

/** One IdP of one account: a SCIM endpoint and its tokens. */
export type Connection = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly kind: ConnectionKind
  readonly state: 'active' | 'retired'
  readonly emailPolicy: EmailPolicy
  /** How fast its SCIM clients may be; null leaves that to the setting of the house. */
  readonly rateLimit: OwnRateLimit | null
  /** Whether roles that the IdP tells of a person in his profile count as roles here. */
  readonly rolesFromIdp: boolean
  /** Where a member's profile comes from, as far as it is not from the usual attributes. */
  readonly profileMapping: ProfileMapping
  readonly createdAt: number
}
