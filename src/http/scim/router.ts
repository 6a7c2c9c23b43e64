import { Router, type NextFunction, type Request, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { bearerOf, newOperation, type HttpDeps } from '../operation.ts'
import { groupBodyLimit, readBody, userBodyLimit } from './body.ts'
import {
  createContext,
  scimBaseUrl,
  sendScim,
  type ResourceHandlers,
  type ScimApplication,
  type ScimContext,
  type ScimHandler,
} from './context.ts'
import { asList, resourceTypes, schemas, serviceProviderConfig } from './discovery.ts'
import { createGroupsHandlers } from './groups.ts'
import { param } from './query.ts'
import { createRateLimiter, type RateLimit } from './rate-limit.ts'
import { invalidSyntax, ScimError, toErrorAnswer } from './scim-error.ts'
import { createUsersHandlers } from './users.ts'

export type ScimDeps = HttpDeps & { app: ScimApplication; publicUrl: string; rateLimit: RateLimit }
type Guarded = (request: Request, response: Response) => Promise<void>

/** The SCIM door, mounted at `/scim/v2/:connectionId`. */
export function createScimRouter(deps: ScimDeps): Router {
  const router = Router({ mergeParams: true })
  const admit = createAdmission(deps)
  const guard = (handler: Guarded): Guarded => guarded(deps, handler)
  mountDiscovery(router, deps.publicUrl, { guard, admit })
  const tools = { guard, admit, log: deps.log }
  mountResource(router, '/Users', createUsersHandlers(deps.app), userBodyLimit, tools)
  mountResource(router, '/Groups', createGroupsHandlers(deps.app), groupBodyLimit, tools)
  const refuse = (status: number, detail: string): Guarded =>
    guard(async (request) => {
      await admit(request)
      throw new ScimError(status, undefined, detail)
    })
  // RFC 7644, 3.11: 501 for whoever has none; a 404 would say that the person is gone.
  router.all('/Me', refuse(501, 'there is no /Me: a connection is nobody'))
  router.all('/Bulk', refuse(501, 'there is no /Bulk; see /ServiceProviderConfig'))
  router.use(refuse(404, 'there is no such endpoint; see /ResourceTypes'))
  router.use(malformedUrl(guard))
  return router
}

/** A URL that cannot even be decoded ends here, in SCIM's words too. */
function malformedUrl(guard: (handler: Guarded) => Guarded) {
  const answer = guard(() => Promise.reject(invalidSyntax('the URL is not percent-encoded as it should be')))
  return (_error: unknown, request: Request, response: Response, _next: NextFunction): Promise<void> =>
    answer(request, response)
}

type Admit = (request: Request) => Promise<ScimContext>
type Tools = { guard: (handler: Guarded) => Guarded; admit: Admit; log: HttpDeps['log'] }

function mountResource(
  router: Router,
  path: string,
  handlers: ResourceHandlers,
  limit: number,
  { guard, admit, log }: Tools,
): void {
  const read = readBody(limit)
  const plain = (handler: ScimHandler): Guarded =>
    guard(async (request, response) => handler(await admit(request), request, response))
  const withBody = (handler: ScimHandler): Guarded =>
    guard(async (request, response) => {
      const context = await admit(request)
      await read(request, response)
      await handler(context, request, response).finally(() => noteRepairs(log, context))
    })
  const collection = router.route(path).get(plain(handlers.list)).post(withBody(handlers.create))
  collection.all(guard(notAllowed(admit, 'GET, POST')))
  const one = router.route(`${path}/:id`).get(plain(handlers.read)).put(withBody(handlers.replace))
  one.patch(withBody(handlers.patch)).delete(plain(handlers.remove))
  one.all(guard(notAllowed(admit, 'GET, PUT, PATCH, DELETE')))
}

const mostNotes = 20

/** What was repaired of a body: how an administrator learns that his IdP sends what goes nowhere. */
function noteRepairs(log: HttpDeps['log'], { op, connection, notes }: ScimContext): void {
  if (notes.length === 0) return
  const told = { connection: connection.id, repairs: notes.slice(0, mostNotes), of: notes.length }
  log.info({ op: op.id, ...told }, 'scim body repaired')
}

/** Who speaks, and how fast: the first question of each request, before its body is read. */
function createAdmission({ app, publicUrl, rateLimit, clock, newId }: ScimDeps): Admit {
  const limit = createRateLimiter(rateLimit, () => clock.now())
  return async (request) => {
    const bearer = bearerOf(request)
    const connectionId = String(request.params.connectionId)
    if (bearer === null) {
      throw new AppError('unauthenticated', 'send the token of this connection as "Authorization: Bearer <token>"')
    }
    const { actor, connection } = await app.authenticateScimClient({ bearer, connectionId })
    limit(connection.id)
    return createContext(newOperation(request, actor, newId), connection, publicUrl)
  }
}

/** Every answer of this door is SCIM's: nothing that is thrown leaves it raw. */
function guarded({ log, newId }: ScimDeps, handler: Guarded): Guarded {
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      const reference = newOperation(request, { kind: 'system', part: 'housekeeping' }, newId).id
      const { status, body, headers } = toErrorAnswer(error, reference)
      if (status === 500) log.error({ err: error, op: reference }, 'scim request failed')
      else if (status === 503) log.warn({ err: error, op: reference }, 'scim request met an outage')
      if (response.headersSent) response.destroy()
      else sendScim(response, status, body, headers)
    }
  }
}

function notAllowed(admit: Admit, allow: string): Guarded {
  return async (request, response) => {
    await admit(request)
    response.set('Allow', allow)
    throw new ScimError(405, undefined, `${request.method} is not for this endpoint; allowed: ${allow}`)
  }
}

/** Discovery needs no token and tells nothing about any connection (RFC 7644, 4). */
function mountDiscovery(router: Router, publicUrl: string, { guard, admit }: Pick<Tools, 'guard' | 'admit'>): void {
  const base = (request: Request): string =>
    scimBaseUrl(publicUrl, encodeURIComponent(String(request.params.connectionId)))
  const one = (of: (baseUrl: string) => { id: string }[]) =>
    guard(async (request, response) => {
      const found = of(base(request)).find(({ id }) => id === request.params.id)
      if (found === undefined) return Promise.reject(new ScimError(404, undefined, 'there is no such document'))
      return Promise.resolve(sendScim(response, 200, found))
    })
  const list = (of: (baseUrl: string) => object[]) =>
    guard((request, response) => {
      // RFC 7644, 4: whoever filters here takes an answer for what it is not.
      if (param(request, 'filter') !== '') throw new ScimError(403, undefined, 'this list is short: read it whole')
      return Promise.resolve(sendScim(response, 200, asList(of(base(request)))))
    })
  const config = guard((request, response) =>
    Promise.resolve(sendScim(response, 200, serviceProviderConfig(base(request)))),
  )
  const documents = {
    '/ServiceProviderConfig': config,
    '/ResourceTypes': list(resourceTypes),
    '/ResourceTypes/:id': one(resourceTypes),
    '/Schemas': list(schemas),
    '/Schemas/:id': one(schemas),
  }
  for (const [path, answer] of Object.entries(documents)) {
    router
      .route(path)
      .get(answer)
      .all(guard(notAllowed(admit, 'GET')))
  }
}
