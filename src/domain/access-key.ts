import type { AccessKeyRule } from './catalog-rules.ts'
import { findRole, grantsOf, type Catalog } from './catalog.ts'
import { isOwnership } from './assignment.ts'
import { lacksNothing, strangerHere, type Giver } from './holder.ts'
import type { Holder } from './joinery-verbs.ts'
import type { Member } from './member.ts'
import { isGroupRole } from './permission-group.ts'

/** How a secret lies at rest: its HMAC-SHA-256 in hex, and its last four characters, which tell it from others. */
export type KeptSecret = { readonly hash: string; readonly hint: string; readonly madeAt: number }

/**
 * An id and a secret by which a program acts: as a person, or for the organisation. Instants are epoch milliseconds.
 */
export type AccessKey = {
  readonly id: string
  readonly accountId: string
  /** Whose it is, and in which of his lives it was made; null: the organisation's. */
  readonly person: { readonly memberId: string; readonly incarnation: number } | null
  readonly name: string
  /** Null: whatever roles its person has at the time. */
  readonly roles: readonly string[] | null
  readonly secret: KeptSecret
  /** The secret before the last rotation, which works until then. */
  readonly former: { readonly hash: string; readonly until: number } | null
  /** Who made it, as one word of the audit log. */
  readonly createdBy: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly disabledAt: number | null
  readonly lastUsedAt: number | null
}

/** For how long the secret before a rotation works. */
export const usualOverlapHours = 24
export const mostOverlapHours = 168

/** Why a key lets nobody in, by what it is itself. */
export type KeyEnd = 'key_disabled' | 'key_expired'

export function keyEnd({ disabledAt, expiresAt }: AccessKey, now: number): KeyEnd | null {
  if (expiresAt !== null && expiresAt <= now) return 'key_expired'
  return disabledAt === null ? null : 'key_disabled'
}

/** Where whoever a key belongs to stands. `holder` is null for a key of the organisation. */
export type KeyStanding = {
  readonly holder: Pick<Member, 'status' | 'incarnation'> | null
  readonly accountStopped: boolean
}

/** What a list says of a key. `ended`: its person was removed, or has come back to another life. */
export const keyStates = ['live', 'disabled', 'expired', 'suspended', 'ended'] as const
export type KeyState = (typeof keyStates)[number]

export function keyState(key: AccessKey & KeyStanding, now: number): KeyState {
  const { person, holder, accountStopped } = key
  if (person !== null && (holder?.status === 'removed' || holder?.incarnation !== person.incarnation)) return 'ended'
  const end = keyEnd(key, now)
  if (end !== null) return end === 'key_expired' ? 'expired' : 'disabled'
  return holder?.status === 'suspended' || accountStopped ? 'suspended' : 'live'
}

/** Whether a key counts among those that a person may have: a disabled one does, as it may come back. */
export function countsAsLive({ expiresAt }: AccessKey, now: number): boolean {
  return expiresAt === null || expiresAt > now
}

/** The key with a new secret. The one before works for so long; any older one is over. */
export function withNewSecret(key: AccessKey, secret: KeptSecret, overlapMs: number): AccessKey {
  const former = overlapMs > 0 ? { hash: key.secret.hash, until: secret.madeAt + overlapMs } : null
  return { ...key, secret, former }
}

/** The hashes of the secrets that open a key now. */
export function liveHashes({ secret, former }: AccessKey, now: number): readonly string[] {
  return former !== null && former.until > now ? [secret.hash, former.hash] : [secret.hash]
}

/** Where a catalog knows no access keys, people have none, and the operator makes some for the organisation. */
export const keysOfOperator: AccessKeyRule = {
  ...{ belongTo: 'organisation', roles: { kind: 'chosen', byDefault: [] } },
  ...{ maxPerUser: undefined, scopes: {}, issuedOnMigration: false },
}

/** What tells the type of user that a key acts as; `level`: that of his account. */
export type ScopedHolder = Pick<Holder, 'roles' | 'userTypes'> & { readonly catalog: Catalog; readonly level: string }

/**
 * The API scopes of a key by the types of user that it acts as; null where the catalog knows no scopes. Whoever holds a role
 * that was made in his account is of the type that is at home on its level.
 */
export function scopesOf({ scopes }: AccessKeyRule, holder: ScopedHolder): readonly string[] | null {
  if (Object.keys(scopes).length === 0) return null
  const { roles, userTypes, catalog, level } = holder
  const made = roles.some(isGroupRole) ? catalog.userTypes.filter((type) => type.accountLevel === level) : []
  const types = [...userTypes, ...made.map(({ id }) => id)]
  const own = types.flatMap((type) => (Object.hasOwn(scopes, type) ? (scopes[type] ?? []) : []))
  return [...new Set(own)].sort()
}

/** Why no key in an account of this level may carry the role; null where one may. */
export function neverOnKeys(catalog: Catalog, roleId: string, level: string): string | null {
  const role = findRole(catalog, roleId)
  if (role === undefined) return `catalog "${catalog.id}" has no role "${roleId}"`
  if (role.flags.unassignable || isOwnership(catalog, roleId)) return `role "${roleId}" is held by a person alone`
  return strangerHere(catalog, roleId, level)
}

/**
 * Whether somebody has a role, by name or by one that gives everything, and whoever is customised all that it gives. Of
 * others he makes and sees no key.
 */
export function hasRole(catalog: Catalog, { roles, access, customised }: Giver, roleId: string): boolean {
  return isAmong(catalog, roles, roleId) && (!customised || lacksNothing(access, grantsOf(catalog, roleId)))
}

/** Whether a role is among those that somebody holds, or one of them gives everything. */
export function isAmong(catalog: Catalog, held: readonly string[], roleId: string): boolean {
  return held.some((own) => own === roleId || findRole(catalog, own)?.grants.kind === 'everything')
}
