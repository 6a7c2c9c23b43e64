import express, { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import type { Application } from '../../application/create-application.ts'
import { AppError } from '../../domain/errors.ts'
import { bearerOf, requestId, type HttpDeps } from '../operation.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { signInOperation } from '../sessions.ts'

export type SignalDeps = HttpDeps & {
  app: Pick<Application, 'endByBackChannel' | 'endByRevocation'>
  publicUrl: string
}

/** An IdP that signs a whole company out sends one signal for each session. */
const signalLimit = { perSecond: 50, burst: 1000 }
const bodyLimit = 64 * 1024

const text = z.string().min(1).max(1000)
const revocationBody = z.object({
  sub_id: z.discriminatedUnion('format', [
    z.object({ format: z.literal('iss_sub'), iss: text, sub: text }),
    z.object({ format: z.literal('email'), email: text }),
  ]),
})

type Act = (deps: SignalDeps, request: Request, response: Response) => Promise<void>

/** Where IdPs say that somebody is to be signed out, one URL for each connection, mounted at the root. */
export function createSignalRouter(deps: SignalDeps): Router {
  const router = Router()
  const limit = createRateLimiter(() => deps.clock.now())
  const form = express.text({ type: 'application/x-www-form-urlencoded', limit: bodyLimit })
  const json = express.json({ type: () => true, limit: bodyLimit })
  const act = (handler: Act): RequestHandler => guarded(deps, limit, handler)
  const failed = (error: unknown, request: Request, response: Response, _next: NextFunction): void =>
    sendProblem(deps, request, response, (error as { type?: string }).type === undefined ? error : badBody())
  router.post('/auth/backchannel-logout/:connection', form, act(backChannel), failed)
  router.post('/auth/revoke/:connection', json, act(revoke), failed)
  return router
}

/** OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8: 200, or 400 for a token that is refused. */
async function backChannel({ app, newId }: SignalDeps, request: Request, response: Response): Promise<void> {
  const tokens = new URLSearchParams(typeof request.body === 'string' ? request.body : '').getAll('logout_token')
  const [token] = tokens
  if (token === undefined || tokens.length > 1)
    throw new AppError('invalid_input', 'send one logout_token as application/x-www-form-urlencoded')
  const command = { connectionId: connectionOf(request), token }
  await app.endByBackChannel(signInOperation(request, newId), command).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'unauthenticated') throw error
    throw new AppError('invalid_input', error.message, { rule: 'invalid_request', cause: error })
  })
  response.status(200).end()
}

/** Global Token Revocation: 204, 401 for a token that is refused, 404 for somebody whom nobody knows. */
async function revoke({ app, newId, publicUrl }: SignalDeps, request: Request, response: Response): Promise<void> {
  const token = bearerOf(request)
  if (token === null) throw new AppError('unauthenticated', 'send the signed token as "Authorization: Bearer <token>"')
  const body = revocationBody.safeParse(request.body)
  if (!body.success) throw badBody()
  const connectionId = connectionOf(request)
  const endpoint = `${publicUrl}/auth/revoke/${connectionId}`
  const command = { connectionId, token, endpoint, subject: body.data.sub_id }
  await app.endByRevocation(signInOperation(request, newId), command)
  response.status(204).end()
}

function connectionOf(request: Request): string {
  return String(request.params.connection).slice(0, 100)
}

function badBody(): AppError {
  return new AppError(
    'invalid_input',
    'the body must be {"sub_id":{"format":"iss_sub","iss":…,"sub":…}}, or an "email"',
  )
}

function guarded(deps: SignalDeps, limit: ReturnType<typeof createRateLimiter>, handler: Act): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    try {
      limit(`signals ${connectionOf(request)}`, signalLimit)
      await handler(deps, request, response)
    } catch (error) {
      sendProblem(deps, request, response, error)
    }
  }
}

const statuses: Readonly<Partial<Record<AppError['code'], number>>> = {
  ...{ invalid_input: 400, unauthenticated: 401, not_found: 404, rate_limited: 429, upstream_unavailable: 503 },
}

function sendProblem({ log, newId }: SignalDeps, request: Request, response: Response, error: unknown): void {
  const known = error instanceof AppError ? error : null
  const status = (known && statuses[known.code]) ?? 500
  const reference = requestId(request, newId)
  if (status === 500) log.error({ err: error, op: reference }, 'a signal of an IdP failed')
  if (status === 401) response.set('WWW-Authenticate', 'Bearer error="invalid_token"')
  if (status === 429 || status === 503) response.set('Retry-After', String(known?.retryAfterSeconds ?? 5))
  const told = status === 500 ? `tell the operator this reference: ${reference}` : known?.message
  response.status(status).set('Content-Type', 'application/json')
  response.end(JSON.stringify({ error: known?.rule ?? known?.code ?? 'server_error', error_description: told }))
}
