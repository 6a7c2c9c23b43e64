import { userNotFound } from '../../application/directory-users/change-user.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import { canonicalResource, type Resource } from './canonical.ts'
import { bindHandlers, isOurId, type ResourceHandlers, type ScimApplication, type ScimContext } from './context.ts'
import { listOf } from './lists.ts'
import { keptNote, type Misfit } from './misfits.ts'
import { applyPatch } from './patch.ts'
import { parsePatch } from './patch-operations.ts'
import { etagOf, requireVersion, unlessKnown } from './preconditions.ts'
import { project, wants, type Projection } from './projection.ts'
import { projectionOf } from './query.ts'
import type { ScimAnswer, ScimRequest } from './request.ts'
import { settledCreate, settledMisfits, settledPatch, settledReplace } from './settled.ts'
import { fromScimUser, groupTagsOf, toScimUser } from './user-mapper.ts'

/** The Users endpoint: RFC 7644, 3.3 to 3.6. */
export function createUsersHandlers(app: ScimApplication): ResourceHandlers {
  return bindHandlers(app, { list, create, read, replace, patch, remove })
}

function list(app: ScimApplication, context: ScimContext, { query }: ScimRequest): Promise<ScimAnswer> {
  return listOf(context, 'User', query, async (wanted, projection) => {
    const page = await app.findUsers(context.op, { connectionId: context.connection.id, ...wanted })
    return { ...page, items: page.items.map((user) => project(toScimUser(user, null, context), projection)) }
  })
}

async function create(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const projection = projectionOf(context.schemas.User, request.query)
  const schema = context.schemas.User
  const { op, connection, accountSchemas: schemas, notes } = context
  const misfits: Misfit[] = []
  const told = canonicalResource(schema, request.body, notes, misfits)
  const facts = fromScimUser(
    settledCreate(schema, settledMisfits(told, {}, misfits, told.active === false ? notes : null)),
  )
  const user = await app.createUser(op, { connection, facts, schemas, onKept: noteKept(context) })
  return { ...answer(context, user, [], projection), status: 201, headers: headersOf(context, user, 'Location') }
}

async function read(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const projection = projectionOf(context.schemas.User, request.query)
  const query = { connectionId: context.connection.id, userId: requireId(request) }
  const { user, groups } = await app.getUser(context.op, query)
  return unlessKnown(request, answer(context, user, wants(projection, 'groups') ? groups : [], projection))
}

async function replace(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const schema = context.schemas.User
  const { notes } = context
  const misfits: Misfit[] = []
  const wanted = canonicalResource(schema, request.body, notes, misfits)
  fromScimUser(wanted)
  const leaving = wanted.active === false ? notes : null
  // What is not told of is cleared, but for the flag: nobody is let in again by saying nothing.
  return change(app, context, request, ({ active, attributes }) => {
    const told = settledMisfits({ active, ...wanted }, attributes, misfits, leaving)
    return fromScimUser(settledReplace(schema, attributes, told, leaving))
  })
}

async function patch(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const { dialect, notes } = context
  const schema = context.schemas.User
  const unread: Misfit[] = []
  const steps = parsePatch({ schema, resourceId: requireId(request), dialect, notes, misfits: unread }, request.body)
  const tells = steps.some(({ extension, attribute }) => extension === null && attribute.name === 'active')
  return change(app, context, request, ({ attributes }) => {
    const misfits = [...unread]
    const after = applyPatch(attributes, steps, { dialect, notes, misfits })
    const leaving = after.active === false && tells ? notes : null
    return fromScimUser(settledPatch(schema, attributes, settledMisfits(after, attributes, misfits, leaving), leaving))
  })
}

async function remove(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const check = (current: DirectoryUser): void => requireVersion(request, current)
  await app.removeUser(context.op, { connection: context.connection, userId: requireId(request), check })
  return { status: 204 }
}

type Change = Parameters<ScimApplication['changeUser']>[1]['change']

async function change(
  app: ScimApplication,
  context: ScimContext,
  request: ScimRequest,
  wanted: Change,
): Promise<ScimAnswer> {
  const { op, connection, accountSchemas: schemas } = context
  const checked: Change = (current) => {
    requireVersion(request, current)
    return wanted(current)
  }
  const projection = projectionOf(context.schemas.User, request.query)
  const command = { connection, userId: requireId(request), change: checked, schemas, onKept: noteKept(context) }
  const user = await app.changeUser(op, command)
  const withGroups = wants(projection, 'groups')
  const groups = withGroups ? (await app.getUser(op, { connectionId: connection.id, userId: user.id })).groups : []
  return answer(context, user, groups, projection)
}

/** The request log tells of a value that stayed as it was, as another user has it. */
function noteKept({ notes }: ScimContext): (path: string) => void {
  return (path) => notes.push(keptNote(`${path}: another user of this connection has that value already`))
}

type Groups = Parameters<typeof groupTagsOf>[0]

function answer(context: ScimContext, user: DirectoryUser, groups: Groups, projection: Projection): ScimAnswer {
  const body: Resource = project(toScimUser(user, groups, context), projection)
  return { status: 200, body, headers: headersOf(context, user, 'Content-Location', groups) }
}

function headersOf({ baseUrl }: ScimContext, user: DirectoryUser, place: string, groups: Groups = []) {
  return { ETag: etagOf(user, groupTagsOf(groups)), [place]: `${baseUrl}/Users/${user.id}` }
}

function requireId({ id }: ScimRequest): string {
  if (!isOurId(id)) throw userNotFound(id)
  return id
}
