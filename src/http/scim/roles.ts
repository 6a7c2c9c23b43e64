import type { Assignable } from '../../application/roles/find-assignable-roles.ts'
import type { DirectoryQuery, Page } from '../../application/views.ts'
import { nameKey } from '../../domain/directory-user.ts'
import type { Sort } from '../../domain/filter.ts'
import type { Resource } from './canonical.ts'
import type { ResourceHandlers, ScimApplication, ScimContext } from './context.ts'
import { elementMatches } from './element-filters.ts'
import { pageOf } from './lists.ts'
import { project } from './projection.ts'
import { parseSelection, projectionOf } from './query.ts'
import { roleSchemas, roleTypes, type RoleType } from './role-schemas.ts'
import type { Parameters, ScimAnswer } from './request.ts'
import { ScimError } from './scim-error.ts'

export type ReadOnlyHandlers = Pick<ResourceHandlers, 'list' | 'read'>

/** What an IdP may tell of a person, for its administrators to choose from: read, never written. */
export function createRoleHandlers(app: ScimApplication): Readonly<Record<string, ReadOnlyHandlers>> {
  const handlersOf = (type: RoleType): ReadOnlyHandlers => ({
    list: (context, { query }) => list(app, context, type, query),
    read: (context, { id, query }) => read(app, context, type, { id, query }),
  })
  return { [roleTypes.Role.endpoint]: handlersOf('Role'), [roleTypes.Entitlement.endpoint]: handlersOf('Entitlement') }
}

async function list(
  app: ScimApplication,
  context: ScimContext,
  type: RoleType,
  parameters: Parameters,
): Promise<ScimAnswer> {
  const schema = roleSchemas[type]
  const selection = parseSelection(schema, parameters)
  const projection = projectionOf(schema, parameters)
  const all = await resourcesOf(app, context, type)
  return pageOf(context, type, parameters, (window) => {
    const page = pageInMemory(all, { ...selection, ...window })
    return Promise.resolve({ ...page, items: page.items.map((item) => project(item, projection)) })
  })
}

type Asked = { readonly id: string; readonly query: Parameters }

async function read(
  app: ScimApplication,
  context: ScimContext,
  type: RoleType,
  { id, query }: Asked,
): Promise<ScimAnswer> {
  const projection = projectionOf(roleSchemas[type], query)
  const found = (await resourcesOf(app, context, type)).find((resource) => resource.id === id)
  if (found === undefined) throw new ScimError(404, undefined, `there is no ${type} "${id}" for this connection`)
  const headers = { 'Content-Location': locationOf(context, type, id) }
  return { status: 200, body: project(found, projection), headers }
}

/** The roles and entitlements that satisfy a filter, each with what it is ordered by. */
export async function listedResources(
  app: ScimApplication,
  context: ScimContext,
  type: RoleType,
  { filter, sort }: Pick<DirectoryQuery, 'filter' | 'sort'>,
): Promise<{ resource: Resource; value: string | number | null }[]> {
  const all = await resourcesOf(app, context, type)
  const matching = all.filter((resource) => filter === null || elementMatches(flat(resource), filter))
  return matching.map((resource) => ({ resource, value: sort === null ? null : sortValue(resource, sort) }))
}

/** As stored resources are ordered: texts by their beginning and without letter case, truth after untruth. */
function sortValue(resource: Resource, { attribute }: Sort): string | number | null {
  const value = flat(resource)[attribute.path]
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return null
  return (attribute.caseExact ? value : nameKey(value)).slice(0, 200)
}

async function resourcesOf(app: ScimApplication, context: ScimContext, type: RoleType): Promise<Resource[]> {
  const { roles, entitlements } = await app.findAssignableRoles(context.op, context.connection)
  const items = type === 'Role' ? roles : entitlements
  return items.map((item) => toResource(context, type, item))
}

/** Okta reads `id` and `displayName`; the draft has `value`, `display` and `supported`. */
function toResource(context: ScimContext, type: RoleType, item: Assignable): Resource {
  const { id, label, description, kind, counts } = item
  return {
    schemas: [roleTypes[type].schema],
    ...{ id, displayName: label },
    ...(description === undefined ? {} : { description }),
    ...{ value: id, display: label, type: kind, supported: counts },
    meta: { resourceType: type, location: locationOf(context, type, id) },
  }
}

function locationOf({ baseUrl }: ScimContext, type: RoleType, id: string): string {
  return `${baseUrl}${roleTypes[type].endpoint}/${encodeURIComponent(id)}`
}

/** The list is as short as a catalog. Unless asked otherwise it comes in the catalog's own order. */
function pageInMemory(all: readonly Resource[], query: DirectoryQuery): Page<Resource> {
  const { filter, sort, limit, offset, after } = query
  const matching = all.filter((resource) => filter === null || elementMatches(flat(resource), filter))
  const ordered = sort === null ? matching : sorted(matching, sort)
  const start = after === null ? offset : ordered.findIndex(({ id }) => id === after.id) + 1
  const items = ordered.slice(start, start + limit)
  const last = items.at(-1)
  const more = last !== undefined && start + items.length < ordered.length
  return { total: ordered.length, items, next: more ? { value: null, id: String(last.id) } : null }
}

/** Filters and orders name what is inside `meta` by its whole path. */
function flat(resource: Resource): Resource {
  const meta = Object.entries(resource.meta as Resource).map(([name, value]) => [`meta.${name}`, value])
  return { ...resource, ...(Object.fromEntries(meta) as Resource) }
}

function sorted(items: readonly Resource[], { attribute, descending }: Sort): Resource[] {
  const key = (resource: Resource): string => {
    const text = JSON.stringify(flat(resource)[attribute.path] ?? null)
    return attribute.caseExact ? text : text.toLowerCase()
  }
  const ascending = items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return descending ? ascending.toReversed() : ascending
}
