import { AppError } from './errors.ts'

export type DirectoryEmail = { readonly value: string; readonly type?: string; readonly primary?: boolean }

/** The e-mails of a stored resource; entries without an address are nobody's. */
export function emailsOf(attributes: Readonly<Record<string, unknown>>): DirectoryEmail[] {
  const { emails } = attributes
  return Array.isArray(emails) ? (emails as Partial<DirectoryEmail>[]).filter(hasValue) : []
}

function hasValue(email: Partial<DirectoryEmail>): email is DirectoryEmail {
  return typeof email.value === 'string'
}

/** The facts of a person that mean something inside the house; everything else stays in `attributes`, as told. */
export type UserFacts = {
  readonly externalId: string | null
  readonly userName: string
  readonly displayName: string | null
  readonly active: boolean
  readonly emails: readonly DirectoryEmail[]
  /** The whole resource in the door's own canonical form: stored and returned, never interpreted. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What the IdP told us of a person. `removedAt` is set on a tombstone. */
export type DirectoryUser = UserFacts & {
  readonly id: string
  readonly accountId: string
  readonly connectionId: string
  readonly memberId: string
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt: number | null
}

/** userName and group names compare without letter case (RFC 7643, 4.1.1: caseExact false). */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** A resource with its texts as they compare without letter case: what a search looks at. */
export function foldTexts(value: unknown): unknown {
  if (typeof value === 'string') return nameKey(value)
  if (Array.isArray(value)) return value.map(foldTexts)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, foldTexts(inner)]))
}

export type Provisioning =
  | { readonly kind: 'join' }
  | { readonly kind: 'recognise'; readonly memberId: string }
  | { readonly kind: 'rehire'; readonly memberId: string }

/**
 * Decides what a create means, given the rows of this connection that share the userName or the externalId, and the members
 * whom the joining pair of its sign-in names so, although no directory has told of them yet.
 * A live row of that userName is a conflict. Exactly one tombstone with the same externalId, and no live row with
 * it, is a rehire: the same member in a new incarnation, under a new SCIM id (RFC 7643, 3.1: ids are never given again).
 * Exactly one who signed in so is recognised: the member that he is.
 */
export function decideProvisioning(
  wanted: UserFacts,
  matches: readonly DirectoryUser[],
  signedIn: readonly string[],
): Provisioning {
  const key = nameKey(wanted.userName)
  if (matches.some((row) => row.removedAt === null && nameKey(row.userName) === key)) {
    throw new AppError('conflict', `userName: a user named "${wanted.userName}" already exists on this connection`)
  }
  const former = wanted.externalId === null ? undefined : formerMember(wanted, matches)
  if (former !== undefined) return { kind: 'rehire', memberId: former }
  const [memberId] = signedIn
  return memberId !== undefined && signedIn.length === 1 ? { kind: 'recognise', memberId } : { kind: 'join' }
}

function formerMember(wanted: UserFacts, matches: readonly DirectoryUser[]): string | undefined {
  const same = matches.filter((row) => row.externalId === wanted.externalId)
  const members = new Set(same.map((row) => row.memberId))
  const [only] = members
  return members.size === 1 && same.every((row) => row.removedAt !== null) ? only : undefined
}

/** Whether writing `wanted` over `current` would change anything: a write without effect moves no version. */
export function sameFacts(current: UserFacts, wanted: UserFacts): boolean {
  return (
    current.externalId === wanted.externalId &&
    current.userName === wanted.userName &&
    current.displayName === wanted.displayName &&
    current.active === wanted.active &&
    canonicalJson(current.attributes) === canonicalJson(wanted.attributes)
  )
}

/** JSON with sorted keys, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
