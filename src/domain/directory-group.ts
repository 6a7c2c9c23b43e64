/** What the IdP told us of a group; its members are rows of their own. */
export type DirectoryGroup = {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly externalId: string | null
  readonly displayName: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt: number | null
}

/** One step of a membership change, in the order told: members by the SCIM ids that name them, known or not. */
export type MembershipStep =
  | { readonly kind: 'add'; readonly values: readonly string[] }
  | { readonly kind: 'remove'; readonly values: readonly string[] }
  | { readonly kind: 'replace'; readonly values: readonly string[] }
