import type { Request, Response } from 'express'
import type { Application } from '../../application/create-application.ts'
import type { Operation } from '../../application/operation.ts'
import type { Connection } from '../../domain/connection.ts'
import type { Notes, Resource } from './canonical.ts'
import { dialects, type Dialect } from './dialects.ts'

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
>

/** All that one request is about; nothing of it is ever kept between requests. */
export type ScimContext = {
  readonly op: Operation
  readonly connection: Connection
  readonly dialect: Dialect
  /** The connection's own base URL, without a slash at its end. */
  readonly baseUrl: string
  readonly notes: Notes
}

export type ScimHandler = (context: ScimContext, request: Request, response: Response) => Promise<void>

/** What an endpoint of a resource type does with each method. */
export type ResourceHandlers = Readonly<
  Record<'list' | 'create' | 'read' | 'replace' | 'patch' | 'remove', ScimHandler>
>

export function createContext(op: Operation, connection: Connection, publicUrl: string): ScimContext {
  return {
    op,
    connection,
    dialect: dialects[connection.kind],
    baseUrl: scimBaseUrl(publicUrl, connection.id),
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

export function sendScim(
  response: Response,
  status: number,
  body: Resource | object,
  headers: Record<string, string> = {},
): void {
  response.status(status).set({ 'Content-Type': 'application/scim+json', ...headers })
  response.end(JSON.stringify(body))
}
