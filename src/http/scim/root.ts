import type { ResourceHandler, ScimApplication, ScimContext } from './context.ts'
import { parseSharedFilter, parseSort } from './filters.ts'
import { presentGroup } from './group-text.ts'
import { pageOf } from './lists.ts'
import { project, wants } from './projection.ts'
import { projectionOf, sortOf } from './query.ts'
import { param, type Parameters, type ScimAnswer } from './request.ts'
import { invalidFilter } from './scim-error.ts'
import { toScimUser } from './user-mapper.ts'

/** A query at the base URL covers users and groups (RFC 7644, 3.4.2.1). */
export function createRootHandler(app: ScimApplication): ResourceHandler {
  return (context, { query }) => list(app, context, query)
}

async function list(app: ScimApplication, context: ScimContext, parameters: Parameters): Promise<ScimAnswer> {
  const { User, Group } = context.schemas
  const [users, groups] = selections(context, parameters)
  const projections = { User: projectionOf(User, parameters), Group: projectionOf(Group, parameters) }
  return pageOf(context, 'root', parameters, async (window) => {
    const withMembers = wants(projections.Group, 'members')
    const query = { connectionId: context.connection.id, users, groups, withMembers, ...window }
    const page = await app.findResources(context.op, query)
    const items = page.items.map((item) =>
      item.kind === 'User'
        ? project(toScimUser(item.user, null, context), projections.User)
        : presentGroup({ group: item.group, members: item.members ?? null }, context, projections.Group),
    )
    return { ...page, items }
  })
}

/** An attribute has to be one of a type at least; of a type that lacks it nobody has a value. */
function selections({ schemas }: ScimContext, parameters: Parameters) {
  const text = param(parameters, 'filter').trim()
  const kinds = [schemas.User, schemas.Group] as const
  const order = sortOf(parameters, (sortBy, descending) => {
    const sorts = kinds.map((schema) => parseSort(schema, sortBy, descending))
    return sorts.every((sort) => sort === null) ? null : { sorts }
  })
  const lacking = [new Set<string>(), new Set<string>()] as const
  const select = (index: 0 | 1) => ({
    filter: text === '' ? null : parseSharedFilter(kinds[index], text, { names: lacking[index], kinds }),
    sort: order?.sorts[index] ?? null,
  })
  const selections = [select(0), select(1)] as const
  const nobodys = [...lacking[0]].find((name) => lacking[1].has(name))
  if (nobodys !== undefined) throw invalidFilter(`filter: no resource type has an attribute "${nobodys}"`)
  return selections
}
