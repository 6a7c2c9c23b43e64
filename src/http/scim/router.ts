import { Router, type NextFunction, type Request, type Response } from 'express'
import { bulkBody, groupBody, userBody, type Body } from './body.ts'
import { createBulkHandler } from './bulk.ts'
import type { ResourceHandler, ResourceHandlers } from './context.ts'
import { mountDiscovery } from './discovery-routes.ts'
import { createGroupsHandlers } from './groups.ts'
import {
  createAdmission,
  guarded,
  notAllowed,
  plain,
  withBody,
  type Guarded,
  type ScimDeps,
  type Tools,
} from './guards.ts'
import { recorded } from './request-log/recorder.ts'
import { createRoleHandlers, type ReadOnlyHandlers } from './roles.ts'
import { createRootHandler } from './root.ts'
import { invalidSyntax, ScimError } from './scim-error.ts'
import { parametersOfSearch } from './search.ts'
import { createUsersHandlers } from './users.ts'
import { readVersion } from './version.ts'

/** The SCIM door, mounted at `/scim/v2/:connectionId`. */
export function createScimRouter(deps: ScimDeps): Router {
  const router = Router({ mergeParams: true })
  const admit = createAdmission(deps)
  const guard = (handler: Guarded): Guarded => guarded(deps, handler)
  router.use(recorded(deps))
  router.use(readVersion)
  const tools = { guard, admit }
  mountDiscovery(router, deps.publicUrl, tools)
  const users = createUsersHandlers(deps.app)
  const groups = createGroupsHandlers(deps.app)
  mountResource(router, '/Users', users, userBody, tools)
  mountResource(router, '/Groups', groups, groupBody, tools)
  for (const [path, handlers] of Object.entries(createRoleHandlers(deps.app))) {
    mountReadOnly(router, path, handlers, tools)
  }
  mountQuery(router, '/', createRootHandler(deps.app), tools)
  const bulk = createBulkHandler({ '/Users': users, '/Groups': groups }, deps)
  router
    .route('/Bulk')
    .post(withBody(tools, bulkBody, bulk))
    .all(notAllowed(tools, 'POST'))
  const refuse = (status: number, detail: string): Guarded =>
    guard(async (request) => {
      await admit(request)
      throw new ScimError(status, undefined, detail)
    })
  // RFC 7644, 3.11: 501 for whoever has none; a 404 would say that the person is gone.
  router.all('/Me', refuse(501, 'there is no /Me: a connection is nobody'))
  router.use(refuse(404, 'there is no such endpoint; see /ResourceTypes'))
  router.use(malformedUrl(guard))
  return router
}

/** A URL that cannot even be decoded ends here, in SCIM's words too. */
function malformedUrl(guard: Tools['guard']) {
  const answer = guard(() => Promise.reject(invalidSyntax('the URL is not percent-encoded as it should be')))
  return (_error: unknown, request: Request, response: Response, _next: NextFunction): Promise<void> =>
    answer(request, response)
}

function mountResource(router: Router, path: string, handlers: ResourceHandlers, body: Body, tools: Tools): void {
  mountSearch(router, path, handlers.list, tools)
  router
    .route(path)
    .get(plain(tools, handlers.list))
    .post(withBody(tools, body, handlers.create))
    .all(notAllowed(tools, 'GET, POST'))
  router
    .route(`${path}/:id`)
    .get(plain(tools, handlers.read))
    .put(withBody(tools, body, handlers.replace))
    .patch(withBody(tools, body, handlers.patch))
    .delete(plain(tools, handlers.remove))
    .all(notAllowed(tools, 'GET, PUT, PATCH, DELETE'))
}

function mountReadOnly(router: Router, path: string, { list, read }: ReadOnlyHandlers, tools: Tools): void {
  mountQuery(router, path, list, tools)
  router.route(`${path}/:id`).get(plain(tools, read)).all(notAllowed(tools, 'GET'))
}

function mountQuery(router: Router, path: string, list: ResourceHandler, tools: Tools): void {
  mountSearch(router, path, list, tools)
  router.route(path).get(plain(tools, list)).all(notAllowed(tools, 'GET'))
}

/** POST /.search (RFC 7644, 3.4.3): the query of a GET, in a body. */
function mountSearch(router: Router, path: string, list: ResourceHandler, tools: Tools): void {
  const search: ResourceHandler = (context, request) =>
    list(context, { ...request, query: parametersOfSearch(request.body) })
  router
    .route(`${path === '/' ? '' : path}/.search`)
    .post(withBody(tools, userBody, search))
    .all(notAllowed(tools, 'POST'))
}
