/** Who acts. The operator holds the platform's own admin token; a SCIM client is one connection; the system is Joinery's workers. */
export type Actor =
  | { readonly kind: 'operator' }
  | { readonly kind: 'scim'; readonly accountId: string; readonly connectionId: string; readonly tokenId: string }
  | { readonly kind: 'system'; readonly part: 'propagation' | 'housekeeping' | 'sign-in' }

/** The actor as one word of the audit log: `operator`, `scim:<connection>`, `system:<part>`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'operator':
      return 'operator'
    case 'scim':
      return `scim:${actor.connectionId}`
    case 'system':
      return `system:${actor.part}`
  }
}
