import { Router, type Request, type RequestHandler, type Response } from 'express'
import type { Application } from '../../application/create-application.ts'
import { AppError } from '../../domain/errors.ts'
import { keySetSeconds } from '../../domain/signing-key.ts'
import { requestId, type HttpDeps } from '../operation.ts'
import { siteOf } from '../page.ts'
import { createSessions, signedInOf, signInOperation, type SessionDeps } from '../sessions.ts'

export type GatewayDeps = HttpDeps &
  Omit<SessionDeps, 'app'> & {
    app: Application
    publicUrl: string
    /** Whom tokens are for. */
    tokenAudience: string
  }

export const gatewayTokenPath = '/auth/token'
/** Where proxies read the token that cannot read a body. */
const tokenHeader = 'X-Joinery-Token'

/**
 * What gateways of the platform ask: a token for the person behind a cookie, and the keys to verify it with. It changes
 * nothing, and no page of another origin may read it, so that it is given whoever sent the browser here.
 */
export function createGatewayRouter(deps: GatewayDeps): Router {
  const router = Router()
  const sessions = createSessions(deps, siteOf(deps.publicUrl))
  router.get('/.well-known/jwks.json', guarded(deps, sendKeys))
  router.route(gatewayTokenPath).post(judged(sessions), guarded(deps, sendToken)).all(guarded(deps, refuseMethod))
  router.use(gatewayTokenPath, (error: unknown, request: Request, response: Response, _next: () => void) => {
    sendProblem(deps, request, response, error)
  })
  return router
}

type Handler = (deps: GatewayDeps, request: Request, response: Response) => Promise<void>

function judged(sessions: RequestHandler): RequestHandler {
  return (request, response, next) => {
    response.set('Cache-Control', 'no-store')
    sessions(request, response, next)
  }
}

async function sendKeys({ app, newId }: GatewayDeps, request: Request, response: Response): Promise<void> {
  const keys = await app.publishKeys(signInOperation(request, newId))
  response.set({ 'Content-Type': 'application/jwk-set+json', 'Cache-Control': `public, max-age=${keySetSeconds}` })
  response.end(JSON.stringify(keys))
}

async function sendToken(deps: GatewayDeps, request: Request, response: Response): Promise<void> {
  const who = signedInOf(request)
  if (who === null) throw new AppError('unauthenticated', 'nobody is signed in; send the browser to /auth/login')
  const { app, newId, publicUrl, tokenAudience } = deps
  const { token, expiresAt } = await app.issueGatewayToken(signInOperation(request, newId), {
    ...{ memberId: who.member.id, accountId: who.account.id, incarnation: who.session.incarnation },
    ...{ roles: who.roles, customised: who.customised, sessionEndsAt: who.expiresAt },
    ...{ issuer: publicUrl, audience: tokenAudience },
  })
  response.set({ 'Content-Type': 'application/json', [tokenHeader]: token })
  response.end(JSON.stringify({ token, expiresAt: new Date(expiresAt).toISOString() }))
}

function refuseMethod(_deps: GatewayDeps, request: Request, response: Response): Promise<void> {
  response.set('Allow', 'POST').status(405).type('text/plain')
  response.end(`POST is due at ${gatewayTokenPath}, not ${request.method}\n`)
  return Promise.resolve()
}

function guarded(deps: GatewayDeps, handler: Handler): RequestHandler {
  return async (request, response) => {
    try {
      await handler(deps, request, response)
    } catch (error) {
      sendProblem(deps, request, response, error)
    }
  }
}

const statuses = { unauthenticated: 401, upstream_unavailable: 503 } as const

/** RFC 9457. A gateway takes 401 for "sign in", and everything else for an outage: it lets nobody pass. */
function sendProblem({ log, newId }: GatewayDeps, request: Request, response: Response, error: unknown): void {
  const known = error instanceof AppError ? error : null
  const code = known?.code ?? 'internal_error'
  const status = code === 'unauthenticated' || code === 'upstream_unavailable' ? statuses[code] : 500
  const reference = requestId(request, newId)
  if (status === 500) log.error({ err: error, op: reference }, 'a request of a gateway failed')
  if (status === 503) response.set('Retry-After', String(known?.retryAfterSeconds ?? 5))
  const title = { 401: 'Who are you?', 503: 'Not available right now', 500: 'Something went wrong on our side' }[status]
  const detail = status === 500 ? `tell the operator this reference: ${reference}` : known?.message
  const body = { type: `urn:joinery:problem:${code}`, title, status, detail, request_id: reference }
  response.status(status).set({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
