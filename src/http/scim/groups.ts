import type { Request, Response } from 'express'
import type { DirectoryGroup, MembershipStep } from '../../domain/directory-group.ts'
import { sendScim, type ResourceHandlers, type ScimApplication, type ScimContext } from './context.ts'
import { fromScimGroup, splitGroupPatch, toScimGroup } from './group-mapper.ts'
import { parsePatch } from './patch-operations.ts'
import { project, wants } from './projection.ts'
import { listResponse, param, parseListQuery, projectionOf } from './query.ts'
import { groupSchema } from './schemas.ts'
import { etagOf } from './user-mapper.ts'

type Handler = (app: ScimApplication, context: ScimContext, request: Request, response: Response) => Promise<void>

/** The Groups endpoint: members are rows, so that a PATCH costs what it names. */
export function createGroupsHandlers(app: ScimApplication): ResourceHandlers {
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
  const { filter, startIndex, window } = parseListQuery(groupSchema, request)
  const projection = projectionOf(groupSchema, request)
  const query = { connectionId: context.connection.id, filter, window, withMembers: wants(projection, 'members') }
  const page = await app.findGroups(context.op, query)
  const items = page.items.map(({ group, members }) =>
    project(toScimGroup(group, members, context.baseUrl), projection),
  )
  sendScim(response, 200, listResponse(items, page.total, startIndex))
}

async function create(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const { facts, members = [] } = fromScimGroup(request.body, context.notes)
  const group = await app.createGroup(context.op, { connection: context.connection, facts, members })
  await answerWith(app, context, request, response, { status: 201, group })
}

async function read(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const withMembers = wants(projectionOf(groupSchema, request), 'members')
  const found = await app.getGroup(context.op, {
    connectionId: context.connection.id,
    groupId: idOf(request),
    withMembers,
  })
  const resource = toScimGroup(found.group, found.members, context.baseUrl)
  const headers = { ETag: etagOf(found.group), 'Content-Location': locationOf(context, found.group) }
  sendScim(response, 200, project(resource, projectionOf(groupSchema, request)), headers)
}

async function replace(
  app: ScimApplication,
  context: ScimContext,
  request: Request,
  response: Response,
): Promise<void> {
  const { facts, members = [] } = fromScimGroup(request.body, context.notes)
  const steps: MembershipStep[] = [{ kind: 'replace', values: members }]
  const { op, connection } = context
  const group = await app.changeGroup(op, { connection, groupId: idOf(request), change: () => facts, steps })
  await answerWith(app, context, request, response, { status: 200, group })
}

async function patch(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const { op, connection, dialect, notes } = context
  const parsed = parsePatch(groupSchema, request.body, dialect, idOf(request))
  const { change, steps } = splitGroupPatch(parsed, dialect, notes)
  const group = await app.changeGroup(op, { connection, groupId: idOf(request), change, steps })
  // RFC 7644, 3.5.2: 204, unless attributes were asked for.
  if (param(request, 'attributes') !== '') await answerWith(app, context, request, response, { status: 200, group })
  else response.status(204).set('ETag', etagOf(group)).end()
}

async function remove(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  await app.removeGroup(context.op, { connection: context.connection, groupId: idOf(request) })
  response.status(204).end()
}

type Answer = { status: number; group: DirectoryGroup }

async function answerWith(
  app: ScimApplication,
  context: ScimContext,
  request: Request,
  response: Response,
  { status, group }: Answer,
): Promise<void> {
  const projection = projectionOf(groupSchema, request)
  const withMembers = wants(projection, 'members')
  const { members } = withMembers
    ? await app.getGroup(context.op, { connectionId: context.connection.id, groupId: group.id, withMembers })
    : { members: null }
  const location = locationOf(context, group)
  const place = status === 201 ? { Location: location } : { 'Content-Location': location }
  const body = project(toScimGroup(group, members, context.baseUrl), projection)
  sendScim(response, status, body, { ETag: etagOf(group), ...place })
}

function locationOf({ baseUrl }: ScimContext, { id }: DirectoryGroup): string {
  return `${baseUrl}/Groups/${id}`
}

function idOf(request: Request): string {
  return String(request.params.id)
}
