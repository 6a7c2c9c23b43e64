import type { Catalog, Cells } from '../../domain/catalog.ts'
import type { StoredStanding } from '../propagation/facts.ts'

/** A role catalog that is in force. `hash` is that of its document, `plan` the one by which it came in force. */
export type InForce = {
  readonly id: string
  /** Counts its changes. */
  readonly rev: number
  readonly hash: string
  readonly plan: string | null
  readonly appliedBy: string
  readonly appliedAt: number
}

/** A catalog as it lies on the disk of this process: its document, and what that comes to. */
export type CatalogFile = { readonly document: unknown; readonly catalog: Catalog }

/** A catalog that cannot be read, by the id that it has or would have, and why. */
export type UnreadableCatalog = { readonly id: string; readonly reason: string }

export type CatalogFiles = {
  /** The file as it is now. A wrong one is `upstream_rejected` and says what is wrong; without one there is undefined. */
  read(id: string): CatalogFile | undefined
  /** Files out of which no catalog is read. */
  unreadable(): UnreadableCatalog[]
}

/** Writes of one transaction. */
export type CatalogStore = {
  /** The catalog in force, its row locked until the transaction ends. */
  lock(id: string): Promise<InForce | undefined>
  /** How many accounts stand on each level; none is opened while the catalog is locked. */
  accountsByLevel(id: string): Promise<LevelUse[]>
  /**
   * Puts a catalog in force, and moves every account that lives under it. It is the last that a transaction does. False where
   * another put the first revision in force since nothing was found to lock: then nothing is written.
   */
  put(catalog: InForce & { readonly document: unknown }): Promise<boolean>
}

/** Accounts on a level; null is the lowest. */
export type LevelUse = { readonly level: string | null; readonly accounts: number }

/** Somebody who holds something under a catalog, as stored. */
export type CatalogMember = StoredStanding & {
  readonly id: string
  readonly accountId: string
  readonly userName: string
  readonly incarnation: number
  /** The level of his account; null is the lowest. */
  readonly level: string | null
  readonly cells: Cells | null
  readonly switchedOff: readonly string[]
}
export type MemberPlace = { readonly accountId: string; readonly memberId: string }

/** Access keys that carry a role and pending invitations to it: nobody’s yet, or of whoever has the secret. */
export type RoleCarriers = { readonly role: string; readonly keys: number; readonly invitations: number }

/** What names a role: people, assignments (of owners among them), mappings, open requests, keys, invitations. */
export type RoleUse = RoleCarriers & {
  readonly members: number
  readonly assignments: number
  readonly owners: number
  readonly mappings: number
  readonly requests: number
}

export type CatalogViews = {
  /** Every catalog in force: whoever asks has each of them as it is now. */
  catalogsInForce(): Promise<InForce[]>
  /** Active members of running accounts under a catalog, by account and id. */
  catalogMembers(query: {
    catalog: string
    limit: number
    after: MemberPlace | undefined
    accountId?: string | undefined
    descending?: boolean | undefined
  }): Promise<CatalogMember[]>
  /** The uses of roles in the accounts of a catalog. */
  roleUses(catalog: string, roles: readonly string[]): Promise<RoleUse[]>
  /** The keys and invitations of them, as far as they are not over. */
  roleCarriers(catalog: string, roles: readonly string[]): Promise<RoleCarriers[]>
  /** How many accounts of a catalog stand on each level; null is the lowest. */
  accountsByLevel(catalog: string): Promise<LevelUse[]>
  accountNames(ids: readonly string[]): Promise<Map<string, string>>
}
