import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Application } from '../application/create-application.ts'
import type { RateLimit } from '../domain/rate-limit.ts'
import { createAccessRouter } from './access/router.ts'
import { createOpenApiRouter } from './admin/openapi/router.ts'
import { createAuthRouter } from './auth/router.ts'
import type { AuthDeps } from './auth/deps.ts'
import { createAdminRouter } from './admin/router.ts'
import { createGatewayRouter } from './gateway/router.ts'
import { createSignalRouter } from './signals/router.ts'
import { mountHealth, type HealthDeps } from './health.ts'
import { lastResort } from './last-resort.ts'
import { createOAuthRouter } from './oauth/router.ts'
import { requestId, type HttpDeps } from './operation.ts'
import { scimBaseUrl } from './scim/context.ts'
import type { Seal } from './scim/cursors.ts'
import type { RequestSink } from './scim/request-log/recorder.ts'
import { createScimRouter } from './scim/router.ts'
import { refuseOtherVersion } from './scim/version.ts'
import type { MailTarget } from './admin/deps.ts'
import { tokenUrlOf } from './token-url.ts'

export type HttpAppDeps = HttpDeps &
  Pick<AuthDeps, 'configurationOf' | 'newSecret'> &
  Pick<HealthDeps, 'ready' | 'metrics' | 'metricsToken'> & {
    app: Application
    publicUrl: string
    rateLimit: RateLimit
    cursorSeal: Seal
    requestLog: RequestSink
    isAdminToken: (token: string) => boolean
    mailGoesTo: MailTarget
    observe: (labels: { door: string; method: string; status: string }, ms: number) => void
    isDraining: () => boolean
    trustedProxies: number
    cookieKeys: readonly string[]
    tokenAudience: string
  }

/** All doors in order. */
export function createHttpApp(deps: HttpAppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', deps.trustedProxies)
  app.use(logged(deps))
  mountHealth(app, deps)
  const scimUrl = (connectionId: string): string => scimBaseUrl(deps.publicUrl, connectionId)
  app.use('/scim/v2/:connectionId', createScimRouter(deps))
  app.use('/scim', refuseOtherVersion)
  app.use(createAccessRouter(deps))
  app.use(createOAuthRouter(deps))
  app.use(createSignalRouter(deps))
  app.use(createGatewayRouter(deps))
  app.use(createAuthRouter(deps))
  app.use('/api/v1', createAdminRouter({ ...deps, scimUrl, tokenUrl: tokenUrlOf(deps.publicUrl) }))
  app.use(createOpenApiRouter(deps.publicUrl))
  app.use((_request, response) => {
    response
      .status(404)
      .type('text/plain')
      .send('Not found. SCIM is at /scim/v2/{connection}, the admin API at /api/v1, decisions at /access/v1.\n')
  })
  app.use(lastResort(deps))
  return app
}

/** One line for each request: ids, status and time; no query and no body, as those hold personal data. */
function logged({ log, newId, observe, isDraining }: HttpAppDeps) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const started = performance.now()
    const id = requestId(request, newId)
    const path = request.path
    response.set('X-Request-Id', id)
    if (isDraining()) response.set('Connection', 'close')
    response.on('finish', () => {
      const ms = Math.round((performance.now() - started) * 10) / 10
      const [, door = ''] = path.split('/', 2)
      observe(
        {
          door: knownDoors.has(door) ? door : 'other',
          method: request.method,
          status: `${Math.floor(response.statusCode / 100)}xx`,
        },
        ms,
      )
      log.info({ op: id, method: request.method, path: idsOnly(path), status: response.statusCode, ms }, 'request')
    })
    next()
  }
}

/** A path as it may stand in a log: whoever puts an address where an id belongs does not get it written down. */
function idsOnly(path: string): string {
  const segments = path.split('/').map((segment) => (isHarmless(segment) ? segment : '…'))
  return segments.join('/').slice(0, longestLogged)
}

const longestLogged = 300

/** No address and no credential: of these the last part is 43 digits of chance. */
function isHarmless(segment: string): boolean {
  return /^[\w.:-]*$/.test(segment) && !/_[0-9A-Za-z]{43}/.test(segment)
}

const knownDoors = new Set([
  'scim',
  'api',
  'access',
  'oauth',
  'auth',
  'console',
  'assets',
  '.well-known',
  'healthz',
  'readyz',
  'metrics',
])
