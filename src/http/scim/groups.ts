import { groupNotFound, type GroupFacts } from '../../application/directory-groups/change-group.ts'
import type { GroupWithMembers } from '../../application/directory-groups/find-groups.ts'
import type { DirectoryGroup, MembershipStep } from '../../domain/directory-group.ts'
import { bindHandlers, isOurId, type ResourceHandlers, type ScimApplication, type ScimContext } from './context.ts'
import { fromScimGroup, splitGroupPatch } from './group-mapper.ts'
import { presentGroup } from './group-text.ts'
import { listOf } from './lists.ts'
import { parsePatch } from './patch-operations.ts'
import { etagOf, requireVersion, unlessKnown } from './preconditions.ts'
import { wants, type Projection } from './projection.ts'
import { projectionOf } from './query.ts'
import { settledCreate, settledPatch, settledReplace } from './settled.ts'
import { param, type ScimAnswer, type ScimRequest } from './request.ts'

/** The Groups endpoint: members are rows, so that a PATCH costs what it names. */
export function createGroupsHandlers(app: ScimApplication): ResourceHandlers {
  return bindHandlers(app, { list, create, read, replace, patch, remove })
}

function list(app: ScimApplication, context: ScimContext, { query }: ScimRequest): Promise<ScimAnswer> {
  return listOf(context, 'Group', query, async (wanted, projection) => {
    const withMembers = wants(projection, 'members')
    const page = await app.findGroups(context.op, { connectionId: context.connection.id, ...wanted, withMembers })
    return { ...page, items: page.items.map((item) => presentGroup(item, context, projection)) }
  })
}

async function create(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const { op, connection, accountSchemas: schemas } = context
  const schema = context.schemas.Group
  projectionOf(schema, request.query)
  const { facts, members = [] } = await fromScimGroup(schema, request.body, context.notes)
  settledCreate(schema, facts.attributes)
  const group = await app.createGroup(op, { connection, facts, members, schemas })
  return answerWith(app, context, request, { status: 201, group })
}

async function read(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const projection = projectionOf(context.schemas.Group, request.query)
  const query = { connectionId: context.connection.id, groupId: requireId(request) }
  const withMembers = wants(projection, 'members')
  const found = await app.getGroup(context.op, { ...query, withMembers })
  return unlessKnown(request, { ...answer(context, found, projection), status: 200 })
}

async function replace(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const schema = context.schemas.Group
  const { facts, members = [] } = await fromScimGroup(schema, request.body, context.notes)
  const steps: MembershipStep[] = [{ kind: 'replace', values: members }]
  const change = ({ attributes }: DirectoryGroup): GroupFacts => ({
    ...facts,
    attributes: settledReplace(schema, attributes, facts.attributes, null),
  })
  const group = await changed(app, context, request, { change, steps })
  return answerWith(app, context, request, { status: 200, group })
}

async function patch(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const { dialect, notes } = context
  const schema = context.schemas.Group
  const parsed = parsePatch({ schema, resourceId: requireId(request), dialect, notes }, request.body)
  const split = await splitGroupPatch(parsed, { dialect, notes })
  const change = (current: DirectoryGroup): GroupFacts => {
    const facts = split.change(current)
    return { ...facts, attributes: settledPatch(schema, current.attributes, facts.attributes, null) }
  }
  const group = await changed(app, context, request, { change, steps: split.steps })
  // RFC 7644, 3.5.2: 204, unless attributes were asked for.
  if (param(request.query, 'attributes') === '') return { status: 204, headers: { ETag: etagOf(group) } }
  return answerWith(app, context, request, { status: 200, group })
}

async function remove(app: ScimApplication, context: ScimContext, request: ScimRequest): Promise<ScimAnswer> {
  const check = (current: DirectoryGroup): void => requireVersion(request, current)
  await app.removeGroup(context.op, { connection: context.connection, groupId: requireId(request), check })
  return { status: 204 }
}

type Change = Pick<Parameters<ScimApplication['changeGroup']>[1], 'change' | 'steps'>

function changed(
  app: ScimApplication,
  { op, connection, accountSchemas: schemas }: ScimContext,
  request: ScimRequest,
  { change, steps }: Change,
): Promise<DirectoryGroup> {
  const checked: Change['change'] = (current) => {
    requireVersion(request, current)
    return change(current)
  }
  return app.changeGroup(op, { connection, groupId: requireId(request), change: checked, steps, schemas })
}

async function answerWith(
  app: ScimApplication,
  context: ScimContext,
  request: ScimRequest,
  { status, group }: { status: number; group: DirectoryGroup },
): Promise<ScimAnswer> {
  const projection = projectionOf(context.schemas.Group, request.query)
  const withMembers = wants(projection, 'members')
  const { members } = withMembers
    ? await app.getGroup(context.op, { connectionId: context.connection.id, groupId: group.id, withMembers })
    : { members: null }
  const place = status === 201 ? 'Location' : 'Content-Location'
  return { ...answer(context, { group, members }, projection, place), status }
}

function answer(context: ScimContext, found: GroupWithMembers, projection: Projection, place = 'Content-Location') {
  const { head, text } = presentGroup(found, context, projection)
  return { body: head, text, headers: headersOf(context, found.group, place) }
}

function headersOf({ baseUrl }: ScimContext, group: DirectoryGroup, place: string): Record<string, string> {
  return { ETag: etagOf(group), [place]: `${baseUrl}/Groups/${group.id}` }
}

function requireId({ id }: ScimRequest): string {
  if (!isOurId(id)) throw groupNotFound(id)
  return id
}
