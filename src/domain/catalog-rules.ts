import type { Labelled } from './access-vocabulary.ts'
import type { AccessNeed, Control, JoineryVerb } from './joinery-verbs.ts'

/**
 * Who creates an account gets the role of its level in the account tree: alone and for good (`exclusive`), or as its
 * first holder (`first`).
 */
export type OwnerRule = { readonly roles: Readonly<Record<string, string>>; readonly kind: 'exclusive' | 'first' }

/** A row of the platform's table whose cells hold roles instead of access. `after` is the capability that it follows. */
export type RoleRow = Labelled & {
  readonly section: string | undefined
  readonly after: string | undefined
  readonly availableAt: readonly string[]
}

/** Who hands out what in the accounts directly below his own, where that is not what he hands out in his own. */
export type AssignBelow = {
  /** Undefined: the platform has it in no row of its table. */
  readonly row: RoleRow | undefined
  readonly roles: Readonly<Record<string, readonly string[]>>
}

/** Access that makes sense only together with other access. Saving what breaks it is refused with the reason. */
export type Dependency = AccessNeed & { readonly needs: readonly AccessNeed[]; readonly reason: string }

/** What a question has to tell of each part, name by name. */
export type Told = Readonly<Record<string, string | number | boolean>>

/** Access that counts in a decision only where the question tells this of its parts. It takes away and never gives. */
export type Condition = AccessNeed & {
  readonly when: { readonly subject: Told; readonly resource: Told; readonly action: Told }
  readonly reason: string
}

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

/** People may ask for a role; the answer is promised within this time. `forOthers`: who asks for somebody else. */
export type RoleRequests = { readonly promisedHours: number; readonly forOthers: Control }
