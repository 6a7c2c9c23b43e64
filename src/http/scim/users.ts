import type { Request, Response } from 'express'
import { userNotFound } from '../../application/directory-users/change-user.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import { canonicalResource, type Resource } from './canonical.ts'
import { isOurId, sendScim, type ResourceHandlers, type ScimApplication, type ScimContext } from './context.ts'
import { applyPatch } from './patch.ts'
import { parsePatch } from './patch-operations.ts'
import { requireVersion } from './preconditions.ts'
import { project, wants } from './projection.ts'
import { listResponse, parseListQuery, projectionOf } from './query.ts'
import { userSchema } from './schemas.ts'
import { etagOf, fromScimUser, toScimUser } from './user-mapper.ts'

type Handler = (app: ScimApplication, context: ScimContext, request: Request, response: Response) => Promise<void>

/** The Users endpoint: RFC 7644, 3.3 to 3.6. */
export function createUsersHandlers(app: ScimApplication): ResourceHandlers {
  const bound = (handler: Handler) => (context: ScimContext, request: Request, response: Response) =>
    handler(app, context, request, response)
  return {
    list: bound(list),
    create: bound(create),
    read: bound(read),
    replace: bound(replace),
    patch: bound(patch),
    remove: bound(remove),
  }
}

async function list(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const { filter, startIndex, window } = parseListQuery(userSchema, request)
  const projection = projectionOf(userSchema, request)
  const page = await app.findUsers(context.op, { connectionId: context.connection.id, filter, window })
  const items = page.items.map((user) => project(toScimUser(user, null, context.baseUrl), projection))
  sendScim(response, 200, listResponse(items, page.total, startIndex))
}

async function create(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const facts = fromScimUser(canonicalResource(userSchema, request.body, context.notes))
  const user = await app.createUser(context.op, { connection: context.connection, facts })
  const resource = toScimUser(user, null, context.baseUrl)
  answer(response, 201, user, project(resource, projectionOf(userSchema, request)), locationOf(context, user))
}

async function read(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const projection = projectionOf(userSchema, request)
  const { user, groups } = await app.getUser(context.op, {
    connectionId: context.connection.id,
    userId: idOf(request),
  })
  const resource = toScimUser(user, wants(projection, 'groups') ? groups : null, context.baseUrl)
  answer(response, 200, user, project(resource, projection), locationOf(context, user))
}

async function replace(
  app: ScimApplication,
  context: ScimContext,
  request: Request,
  response: Response,
): Promise<void> {
  const wanted = canonicalResource(userSchema, request.body, context.notes)
  fromScimUser(wanted)
  // What is not told of is cleared, but for the flag: nobody is let in again by saying nothing.
  await change(app, context, request, response, ({ active }) => fromScimUser({ active, ...wanted }))
}

async function patch(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const { dialect, notes } = context
  const target = { schema: userSchema, resourceId: idOf(request), dialect, notes }
  const steps = parsePatch(target, request.body)
  await change(app, context, request, response, ({ attributes }) =>
    fromScimUser(applyPatch(attributes, steps, { dialect, notes })),
  )
}

async function remove(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const check = (current: DirectoryUser): void => requireVersion(request, current)
  await app.removeUser(context.op, { connection: context.connection, userId: idOf(request), check })
  response.status(204).end()
}

type Change = Parameters<ScimApplication['changeUser']>[1]['change']

async function change(
  app: ScimApplication,
  context: ScimContext,
  request: Request,
  response: Response,
  wanted: Change,
): Promise<void> {
  const { op, connection, baseUrl } = context
  const checked: Change = (current) => {
    requireVersion(request, current)
    return wanted(current)
  }
  const user = await app.changeUser(op, { connection, userId: idOf(request), change: checked })
  const projection = projectionOf(userSchema, request)
  const groups = wants(projection, 'groups')
    ? (await app.getUser(op, { connectionId: connection.id, userId: user.id })).groups
    : null
  answer(response, 200, user, project(toScimUser(user, groups, baseUrl), projection), locationOf(context, user))
}

function answer(response: Response, status: number, user: DirectoryUser, body: Resource, location: string): void {
  const place = status === 201 ? { Location: location } : { 'Content-Location': location }
  sendScim(response, status, body, { ETag: etagOf(user), ...place })
}

function locationOf({ baseUrl }: ScimContext, { id }: DirectoryUser): string {
  return `${baseUrl}/Users/${id}`
}

function idOf(request: Request): string {
  const id = String(request.params.id)
  if (!isOurId(id)) throw userNotFound(id)
  return id
}
