import type { Request, Response } from 'express'
import { groupNotFound } from '../../application/directory-groups/change-group.ts'
import type { DirectoryGroup, MembershipStep } from '../../domain/directory-group.ts'
import { isOurId, sendScim, type ResourceHandlers, type ScimApplication, type ScimContext } from './context.ts'
import { fromScimGroup, splitGroupPatch, toScimGroup } from './group-mapper.ts'
import { parsePatch } from './patch-operations.ts'
import { requireVersion } from './preconditions.ts'
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
  const group = await changed(app, context, request, { change: () => facts, steps })
  await answerWith(app, context, request, response, { status: 200, group })
}

async function patch(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const { dialect, notes } = context
  const parsed = parsePatch({ schema: groupSchema, resourceId: idOf(request), dialect, notes }, request.body)
  const group = await changed(app, context, request, splitGroupPatch(parsed, { dialect, notes }))
  // RFC 7644, 3.5.2: 204, unless attributes were asked for.
  if (param(request, 'attributes') !== '') await answerWith(app, context, request, response, { status: 200, group })
  else response.status(204).set('ETag', etagOf(group)).end()
}

async function remove(app: ScimApplication, context: ScimContext, request: Request, response: Response): Promise<void> {
  const check = (current: DirectoryGroup): void => requireVersion(request, current)
  await app.removeGroup(context.op, { connection: context.connection, groupId: idOf(request), check })
  response.status(204).end()
}

type Change = Pick<Parameters<ScimApplication['changeGroup']>[1], 'change' | 'steps'>

function changed(
  app: ScimApplication,
  { op, connection }: ScimContext,
  request: Request,
  { change, steps }: Change,
): Promise<DirectoryGroup> {
  const checked: Change['change'] = (current) => {
    requireVersion(request, current)
    return change(current)
  }
  return app.changeGroup(op, { connection, groupId: idOf(request), change: checked, steps })
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
  const id = String(request.params.id)
  if (!isOurId(id)) throw groupNotFound(id)
  return id
}
