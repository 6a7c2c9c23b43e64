import type { ScimScope } from './scim-scope.ts'

/**
 * Who acts. The operator holds the platform's own admin token; a member is a person signed in to one account; a key is a
 * program with an access key; a SCIM client is one connection; a gateway asks for decisions; the system is Joinery's workers.
 */
export type Actor =
  | { readonly kind: 'operator' }
  | MemberActor
  | KeyActor
  | ScimActor
  | GatewayActor
  | { readonly kind: 'system'; readonly part: 'propagation' | 'housekeeping' | 'mail' | 'sign-in' }

/** A person who is signed in to an account. */
export type MemberActor = { readonly kind: 'member'; readonly accountId: string; readonly memberId: string }

/** A SCIM client, by a token of its connection or as an OAuth client of it. */
export type ScimActor = {
  readonly kind: 'scim'
  readonly accountId: string
  readonly connectionId: string
  readonly credentialId: string
  readonly scopes: readonly ScimScope[]
}

/** A program with an access key: a person's, or (null) the organisation's. */
export type KeyActor = {
  readonly kind: 'key'
  readonly keyId: string
  readonly accountId: string
  readonly memberId: string | null
}

/** A part of the platform that asks for decisions; null is every account. */
export type GatewayActor = { readonly kind: 'gateway'; readonly gatewayId: string; readonly accountId: string | null }

/** The member who acts, himself or by a key of his; null where it is nobody of the account. */
export function memberBehind(actor: Actor): string | null {
  return actor.kind === 'member' || actor.kind === 'key' ? actor.memberId : null
}

/**
 * The actor as one word of the audit log: `operator`, `member:<id>`, `key:<id>`, `scim:<connection>`, `gateway:<id>`,
 * `system:<part>`.
 */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'operator':
      return 'operator'
    case 'member':
      return `member:${actor.memberId}`
    case 'key':
      return `key:${actor.keyId}`
    case 'scim':
      return `scim:${actor.connectionId}`
    case 'gateway':
      return `gateway:${actor.gatewayId}`
    case 'system':
      return `system:${actor.part}`
  }
}
