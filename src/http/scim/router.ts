import { Router, type Request, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { newOperation, type HttpDeps } from '../operation.ts'
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
import { createRateLimiter, type RateLimit } from './rate-limit.ts'
import { ScimError, toErrorAnswer } from './scim-error.ts'
import { createUsersHandlers } from './users.ts'

export type ScimDeps = HttpDeps & { app: ScimApplication; publicUrl: string; rateLimit: RateLimit }
type Guarded = (request: Request, response: Response) => Promise<void>

/** The SCIM door, mounted at `/scim/v2/:connectionId`. */
export function createScimRouter(deps: ScimDeps): Router {
  const router = Router({ mergeParams: true })
  const admit = createAdmission(deps)
  const guard = (handler: Guarded): Guarded => guarded(deps, handler)
  mountDiscovery(router, deps, guard)
  mountResource(router, '/Users', createUsersHandlers(deps.app), userBodyLimit, guard, admit)
  mountResource(router, '/Groups', createGroupsHandlers(deps.app), groupBodyLimit, guard, admit)
  router.use(
    guard(async (request) => {
      await admit(request)
      throw new ScimError(404, undefined, 'there is no such endpoint; see /ResourceTypes')
    }),
  )
  return router
}

type Admit = (request: Request) => Promise<ScimContext>

function mountResource(
  router: Router,
  path: string,
  handlers: ResourceHandlers,
  limit: number,
  guard: (handler: Guarded) => Guarded,
  admit: Admit,
): void {
  const read = readBody(limit)
  const plain = (handler: ScimHandler): Guarded =>
    guard(async (request, response) => handler(await admit(request), request, response))
  const withBody = (handler: ScimHandler): Guarded =>
    guard(async (request, response) => {
      const context = await admit(request)
      await read(request, response)
      await handler(context, request, response)
    })
  const collection = router.route(path).get(plain(handlers.list)).post(withBody(handlers.create))
  collection.all(guard(notAllowed(admit, 'GET, POST')))
  const one = router.route(`${path}/:id`).get(plain(handlers.read)).put(withBody(handlers.replace))
  one.patch(withBody(handlers.patch)).delete(plain(handlers.remove))
  one.all(guard(notAllowed(admit, 'GET, PUT, PATCH, DELETE')))
}

/** Who speaks, and how fast: the first question of each request, before its body is read. */
function createAdmission({ app, publicUrl, rateLimit, clock, newId }: ScimDeps): Admit {
  const limit = createRateLimiter(rateLimit, () => clock.now())
  return async (request) => {
    const [scheme = '', bearer = ''] = (request.headers.authorization ?? '').split(' ')
    const connectionId = String(request.params.connectionId)
    if (scheme.toLowerCase() !== 'bearer') {
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
function mountDiscovery(router: Router, { publicUrl }: ScimDeps, guard: (handler: Guarded) => Guarded): void {
  const base = (request: Request): string =>
    scimBaseUrl(publicUrl, encodeURIComponent(String(request.params.connectionId)))
  const one = (of: (baseUrl: string) => { id: string }[]) =>
    guard(async (request, response) => {
      const found = of(base(request)).find(({ id }) => id === request.params.id)
      if (found === undefined) return Promise.reject(new ScimError(404, undefined, 'there is no such document'))
      return Promise.resolve(sendScim(response, 200, found))
    })
  const all = (of: (baseUrl: string) => object) =>
    guard((request, response) => Promise.resolve(sendScim(response, 200, of(base(request)))))
  router.get('/ServiceProviderConfig', all(serviceProviderConfig))
  router.get(
    '/ResourceTypes',
    all((baseUrl) => asList(resourceTypes(baseUrl))),
  )
  router.get('/ResourceTypes/:id', one(resourceTypes))
  router.get(
    '/Schemas',
    all((baseUrl) => asList(schemas(baseUrl))),
  )
  router.get('/Schemas/:id', one(schemas))
}
