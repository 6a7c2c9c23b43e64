/** What a credential of a connection may do: a resource as a whole, or only read it. */
export const scimScopes = ['users', 'users:read', 'groups', 'groups:read'] as const

export type ScimScope = (typeof scimScopes)[number]
export type ScimResource = 'users' | 'groups'

/** What a credential may do that was made without saying: everything. */
export const everyScope: readonly ScimScope[] = ['users', 'groups']

/** How IdPs ask for whatever there is: Entra sends one of these, and IPSIE names the first. */
const wholeScopes: readonly string[] = ['scim', 'scim.readwrite']

/** The scope that is missing to read or write a resource; null where none is. */
export function missingScope(
  scopes: readonly ScimScope[],
  resource: ScimResource,
  access: 'read' | 'write',
): ScimScope | null {
  const needed: ScimScope = access === 'write' ? resource : `${resource}:read`
  return holds(scopes, needed) ? null : needed
}

/** What of its scopes a client gets that asks for `wanted`, as RFC 6749, 3.3 writes it; null where it asks for more. */
export function narrowScopes(held: readonly ScimScope[], wanted: string): readonly ScimScope[] | null {
  const names = [...new Set(wanted.split(' ').filter((name) => name !== ''))]
  if (names.some((name) => wholeScopes.includes(name)) || names.length === 0) {
    return names.every((name) => wholeScopes.includes(name) || isHeld(held, name)) ? held : null
  }
  return names.every((name) => isHeld(held, name)) ? (names as ScimScope[]) : null
}

export function isScimScope(name: string): name is ScimScope {
  return (scimScopes as readonly string[]).includes(name)
}

function isHeld(held: readonly ScimScope[], name: string): boolean {
  return isScimScope(name) && holds(held, name)
}

function holds(scopes: readonly ScimScope[], needed: ScimScope): boolean {
  const [resource] = needed.split(':') as [ScimResource]
  return scopes.includes(needed) || scopes.includes(resource)
}
