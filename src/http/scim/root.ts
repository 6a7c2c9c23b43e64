import type { DirectoryQuery } from '../../application/views.ts'
import type { Resource } from './canonical.ts'
import type { ResourceHandler, ScimApplication, ScimContext } from './context.ts'
import { parseSharedFilter, parseSort } from './filters.ts'
import { presentGroup } from './group-text.ts'
import { pageOf } from './lists.ts'
import { project, wants, type Projection } from './projection.ts'
import { projectionOf, sortOf } from './query.ts'
import { param, type Parameters, type ScimAnswer } from './request.ts'
import { roleSchemas } from './role-schemas.ts'
import { listedResources } from './roles.ts'
import { invalidFilter } from './scim-error.ts'
import { toScimUser } from './user-mapper.ts'

/** A query at the base URL covers every resource type (RFC 7644, 3.4.2.1). */
export function createRootHandler(app: ScimApplication): ResourceHandler {
  return (context, { query }) => list(app, context, query)
}

type Selection = Pick<DirectoryQuery, 'filter' | 'sort'>
type Listed = { readonly id: string; readonly value: string | number | null; readonly shown: Resource }

async function list(app: ScimApplication, context: ScimContext, parameters: Parameters): Promise<ScimAnswer> {
  const { User, Group } = context.schemas
  const { users, groups, roles, entitlements, descending } = selections(context, parameters)
  const projections = { User: projectionOf(User, parameters), Group: projectionOf(Group, parameters) }
  const listed = [
    ...(await listedAs(app, context, 'Role', roles, projectionOf(roleSchemas.Role, parameters))),
    ...(await listedAs(app, context, 'Entitlement', entitlements, projectionOf(roleSchemas.Entitlement, parameters))),
  ]
  const shown = new Map(listed.map((each) => [each.id, each.shown]))
  return pageOf(context, 'root', parameters, async (window) => {
    const withMembers = wants(projections.Group, 'members')
    const query = { connectionId: context.connection.id, users, groups, listed, descending, withMembers, ...window }
    const page = await app.findResources(context.op, query)
    const items = page.items.map((item) => {
      if (item.kind === 'Listed') return shown.get(item.id) ?? {}
      if (item.kind === 'User') return project(toScimUser(item.user, null, context), projections.User)
      return presentGroup({ group: item.group, members: item.members ?? null }, context, projections.Group)
    })
    return { ...page, items }
  })
}

/** Ids of roles and entitlements are a catalog’s: here they have their type before them, so that none is another’s. */
async function listedAs(
  app: ScimApplication,
  context: ScimContext,
  type: 'Role' | 'Entitlement',
  selection: Selection,
  projection: Projection,
): Promise<Listed[]> {
  const found = await listedResources(app, context, type, selection)
  return found.map(({ resource, value }) => ({
    id: `${type} ${String(resource.id)}`,
    value,
    shown: project(resource, projection),
  }))
}

/** An attribute has to be one of a type at least; of a type that lacks it nobody has a value. */
function selections({ schemas }: ScimContext, parameters: Parameters) {
  const text = param(parameters, 'filter').trim()
  const kinds = [schemas.User, schemas.Group, roleSchemas.Role, roleSchemas.Entitlement] as const
  const order = sortOf(parameters, (sortBy, descending) => {
    const sorts = kinds.map((schema) => parseSort(schema, sortBy, descending))
    return sorts.every((sort) => sort === null) ? null : { sorts }
  })
  const lacking = kinds.map(() => new Set<string>())
  const select = (index: 0 | 1 | 2 | 3): Selection => ({
    filter: text === '' ? null : parseSharedFilter(kinds[index], text, { names: lacking[index] ?? new Set(), kinds }),
    sort: order?.sorts[index] ?? null,
  })
  const [users, groups, roles, entitlements] = [select(0), select(1), select(2), select(3)]
  const nobodys = [...(lacking[0] ?? [])].find((name) => lacking.every((names) => names.has(name)))
  if (nobodys !== undefined) throw invalidFilter(`filter: no resource type has an attribute "${nobodys}"`)
  const descending = order?.sorts.some((sort) => sort?.descending === true) === true
  return { users, groups, roles, entitlements, descending }
}
