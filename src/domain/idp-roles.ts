import { managesJoinery, mappableByDirectory, type Capability, type Catalog, type CatalogRole } from './catalog.ts'
import { nameKey } from './directory-user.ts'

/** A role that an IdP told of a person, as told. */
export type ToldRole = { readonly value: string; readonly display: string | null }

/**
 * Whether an IdP may give the role by naming it: nothing that a directory never gives, and nothing that lets its holder
 * change who has what. A mapping to such a role is confirmed by a person; a name in a user's profile is not.
 */
export function assignableByIdp(catalog: Catalog, roleId: string): boolean {
  return mappableByDirectory(catalog, roleId) && !managesJoinery(catalog, roleId)
}

/** What an IdP may choose from. */
export function rolesForIdp(catalog: Catalog): CatalogRole[] {
  return catalog.roles.filter(({ id }) => assignableByIdp(catalog, id))
}

/** Capabilities that a member has or has not one by one, inside what his role gives; none where a role is all there is. */
export function entitlementsForIdp(catalog: Catalog): Capability[] {
  return catalog.customisation === 'within-role' ? [...catalog.capabilities] : []
}

export type Named = { readonly role: string } | { readonly reason: 'unknown_role' | 'ambiguous_role' }

/**
 * The catalog's role that a told one names: by its id in `value`, else by a label that one role alone has. Entra puts a
 * JSON text into `value` that holds both; it is read for its meaning and kept as told.
 */
export function roleNamed(catalog: Catalog, told: ToldRole): Named {
  const inner = innerOf(told.value)
  const ids = [told.value, inner.value].filter((text) => text !== null)
  for (const id of ids) {
    const role = catalog.roles.find((each) => nameKey(each.id) === nameKey(id.trim()))
    if (role !== undefined) return { role: role.id }
  }
  const labels = [told.display, inner.display].filter((text) => text !== null)
  for (const label of labels) {
    const [role, another] = catalog.roles.filter((each) => nameKey(each.label) === nameKey(label.trim()))
    if (role !== undefined) return another === undefined ? { role: role.id } : { reason: 'ambiguous_role' }
  }
  return { reason: 'unknown_role' }
}

/** `{"id":"06b0…","value":"25","displayName":"Role"}`: an app role of Entra in one text. */
function innerOf(value: string): { value: string | null; display: string | null } {
  const nothing = { value: null, display: null }
  if (!value.trimStart().startsWith('{')) return nothing
  try {
    const { value: inner, displayName } = JSON.parse(value) as Record<string, unknown>
    return { value: textOf(inner), display: textOf(displayName) }
  } catch {
    return nothing
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : null
}
