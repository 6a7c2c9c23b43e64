/** What Joinery itself lets people do in an account. A catalog says which of its capabilities controls each. */
export const JOINERY_VERBS = [
  'see-members', // members, their roles, and why they hold them
  'manage-members', // members, invitations, role requests
  'manage-mappings', // mappings, connections, tokens, sign-in, domains, extension schemas
  'manage-permission-groups', // permission groups, catalog changes
  'manage-keys', // access keys of the organisation and of other people; one's own need no control
  'read-audit',
] as const

export type JoineryVerb = (typeof JOINERY_VERBS)[number]

/** Access to a capability at one word of the catalog's vocabulary or more. */
export type AccessNeed = { readonly capability: string; readonly access: string }

/**
 * Who may use a verb: the operator alone, or whoever meets every part that is stated: all of `needs`, one of
 * `roles`, one of `userTypes`. An empty list states nothing. A name counts as far as nothing of its role is taken by
 * customising: a control that states names alone has no cell that could be taken.
 */
export type Control =
  | { readonly kind: 'operator' }
  | {
      readonly kind: 'holders'
      readonly needs: readonly AccessNeed[]
      readonly roles: readonly string[]
      readonly userTypes: readonly string[]
    }

/** Capability → every word of access held, implied ones and lower levels included. Without access: no entry. */
export type EffectiveAccess = ReadonlyMap<string, readonly string[]>

type Named = { readonly roles: readonly string[]; readonly userTypes: readonly string[] }

/** What somebody has when a control is judged: from roles, a permission group, or customised permissions. */
export type Holder = Named & {
  readonly access: EffectiveAccess
  /** Told of whoever is customised: those of his roles, and their user types, of which nothing is taken from him. */
  readonly whole?: Named
}

export function hasAccess(access: EffectiveAccess, need: AccessNeed): boolean {
  return access.get(need.capability)?.includes(need.access) ?? false
}

export function meetsControl(control: Control, holder: Holder): boolean {
  if (control.kind === 'operator') return false
  const { needs, roles, userTypes } = control
  if (needs.length + roles.length + userTypes.length === 0) return false // a control that states nothing lets nobody in
  const named = holder.whole ?? holder
  return (
    needs.every((need) => hasAccess(holder.access, need)) &&
    (roles.length === 0 || roles.some((role) => named.roles.includes(role))) &&
    (userTypes.length === 0 || userTypes.some((type) => named.userTypes.includes(type)))
  )
}
