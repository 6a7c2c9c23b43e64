import type { Connection } from '../../domain/connection.ts'
import type { IdentityLink } from '../../domain/identity-link.ts'
import type { Member } from '../../domain/member.ts'
import type { OidcSettings } from '../../domain/oidc-settings.ts'
import type { Claims, SignInRefusal } from '../../domain/sign-in.ts'
import type { Ports } from '../ports.ts'

/** Somebody whom an IdP has authenticated, before it is known who he is. */
export type Arrival = {
  readonly connection: Connection
  readonly settings: OidcSettings
  readonly claims: Claims
  /** The account that was asked for; null: the connection's own, or whichever the identity may enter. */
  readonly accountId: string | null
  /** Whether a sign-in may make somebody new where the connection lets it; one for an invitation never does. */
  readonly mayCreate: boolean
  readonly now: number
}
export type Person = { readonly member: Member; readonly link: IdentityLink }
export type Found =
  | Person
  | { readonly refusal: SignInRefusal; readonly memberId?: string; readonly detail?: Readonly<Record<string, unknown>> }

export type PersonNeeds = Pick<Ports, 'newId' | 'workEmail'>
