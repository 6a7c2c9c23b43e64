import type { Response } from 'express'
import type { Application } from '../../application/create-application.ts'
import type { Operation } from '../../application/operation.ts'
import type { Connection } from '../../domain/connection.ts'
import type { AccountSchemas } from '../../domain/extension-schema.ts'
import type { Notes } from './canonical.ts'
import type { CursorTools } from './cursors.ts'
import { dialects, type Dialect } from './dialects.ts'
import type { ScimAnswer, ScimRequest } from './request.ts'
import { traceOf } from './request-log/trace.ts'
import type { SchemasInUse } from './account-schemas.ts'
import type { ResourceSchemas } from './schemas.ts'
import { sendSlices } from './slices.ts'

/** The verbs that this door calls. */
export type ScimApplication = Pick<
  Application,
  | 'authenticateScimClient'
  | 'createUser'
  | 'changeUser'
  | 'removeUser'
  | 'getUser'
  | 'findUsers'
  | 'createGroup'
  | 'changeGroup'
  | 'removeGroup'
  | 'getGroup'
  | 'findGroups'
  | 'findResources'
  | 'findAssignableRoles'
  | 'findConnectionSchemas'
>

/** All that one request is about; nothing of it is ever kept between requests. */
export type ScimContext = {
  readonly op: Operation
  readonly connection: Connection
  readonly dialect: Dialect
  /** The connection's own base URL, without a slash at its end. */
  readonly baseUrl: string
  readonly schemas: ResourceSchemas
  /** The account’s own schemas, which are among these. */
  readonly accountSchemas: AccountSchemas
  readonly cursors: CursorTools
  readonly notes: Notes
}

export type ResourceHandler = (context: ScimContext, request: ScimRequest) => Promise<ScimAnswer>

/** What an endpoint of a resource type does with each method. */
export type ResourceHandlers = Readonly<
  Record<'list' | 'create' | 'read' | 'replace' | 'patch' | 'remove', ResourceHandler>
>

type Verb = (app: ScimApplication, context: ScimContext, request: ScimRequest) => Promise<ScimAnswer>

/** The handlers of a resource type, bound to the application once. */
export function bindHandlers(app: ScimApplication, verbs: Record<keyof ResourceHandlers, Verb>): ResourceHandlers {
  const bind = (name: keyof ResourceHandlers): ResourceHandler => verbs[name].bind(undefined, app)
  return {
    list: bind('list'),
    create: bind('create'),
    read: bind('read'),
    replace: bind('replace'),
    patch: bind('patch'),
    remove: bind('remove'),
  }
}

type Surroundings = { readonly publicUrl: string; readonly cursors: CursorTools; readonly schemas: SchemasInUse }

export function createContext(
  op: Operation,
  connection: Connection,
  { publicUrl, cursors, schemas }: Surroundings,
): ScimContext {
  return {
    op,
    connection,
    dialect: dialects[connection.kind],
    baseUrl: scimBaseUrl(publicUrl, connection.id),
    schemas: schemas.resources,
    accountSchemas: schemas.account,
    cursors,
    notes: [],
  }
}

/** Whatever else stands in a URL is an id that nobody has: the store is not even asked. */
export function isOurId(id: string): boolean {
  return /^[0-9a-z-]{1,64}$/.test(id)
}

export function scimBaseUrl(publicUrl: string, connectionId: string): string {
  return `${publicUrl}/scim/v2/${connectionId}`
}

/** Sends what a handler answers, in slices where it says so. */
export async function sendAnswer(response: Response, answer: ScimAnswer): Promise<void> {
  traceOf(response.req).answer = answer
  if (answer.text === undefined) sendScim(response, answer)
  else await sendSlices(response, answer.status, answer.text, answer.headers)
}

export function sendScim(response: Response, answer: ScimAnswer): void {
  const { status, body, headers = {} } = answer
  const trace = traceOf(response.req)
  trace.answer = answer
  response.status(status).set(headers)
  if (body === undefined) {
    response.end()
  } else {
    response.set('Content-Type', 'application/scim+json')
    response.end(JSON.stringify(body))
  }
  trace.answered()
}
