import type { AccessNeed, JoineryVerb } from './joinery-verbs.ts'

/** Who creates an account gets this role: alone and for good (`exclusive`), or as its first holder (`first`). */
export type OwnerRule = { readonly role: string; readonly kind: 'exclusive' | 'first' }

/** Access that makes sense only together with other access. Saving what breaks it is refused with the reason. */
export type Dependency = AccessNeed & { readonly needs: readonly AccessNeed[]; readonly reason: string }

/** Access that is allowed, with a warning to whoever gives it. */
export type Advice = AccessNeed & { readonly warning: string }

/** What an access key acts with: its holder's roles, or roles chosen when it is made (with a default, or with none). */
export type KeyRoles = { readonly kind: 'holder' } | { readonly kind: 'chosen'; readonly byDefault: readonly string[] }

export type AccessKeyRule = {
  readonly belongTo: 'person' | 'organisation'
  /** Live keys that one person may have at a time; undefined is no limit. */
  readonly maxPerUser: number | undefined
  readonly roles: KeyRoles
  /** User type → API scope of its keys. Where scopes are given, a type without one makes no keys. */
  readonly scopes: Readonly<Record<string, string>>
  /** People brought over from an older system get a key made for them. */
  readonly issuedOnMigration: boolean
}

/** Verbs of Joinery that an account has only while its plan carries a flag. */
export type Entitlement = { readonly flag: string; readonly gates: readonly JoineryVerb[]; readonly reason: string }

/** People may ask for a role; the answer is promised within this time. */
export type RoleRequests = { readonly promisedHours: number }
