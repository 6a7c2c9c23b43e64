import express, { Router, type NextFunction, type Request, type Response } from 'express'
import type { Given } from '../../application/answers/answer-once.ts'
import type { Operation } from '../../application/operation.ts'
import type { Actor } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { newOperation, requestId } from '../operation.ts'
import { isStorable } from '../storable-text.ts'
import { createAuthentication } from './authenticate.ts'
import { actIf, type Asked } from './conditional.ts'
import type { AdminDeps } from './deps.ts'
import { etagOf, isKnown } from './etag.ts'
import { isTagged, statusOf, type AdminRoute } from './route.ts'
import { routes } from './routes.ts'
import { namedRequest, noteBody } from './idempotency.ts'
import { sendProblem } from '../problem.ts'
import { sendStream } from './stream.ts'
import { warned } from './warning.ts'

const bodyLimit = 1024 * 1024

/** The admin API, mounted at `/api/v1`. */
export function createAdminRouter(deps: AdminDeps): Router {
  const router = Router()
  const json = express.json({ limit: bodyLimit, type: () => true, strict: true, verify: noteBody })
  const actorOf = createAuthentication(deps)
  const noteActor: Guarded = async (request, response) => {
    response.locals.actor = await actorOf(request, response)
  }
  router.use(guarded(deps, noteActor, true))
  router.use((request, response, next) => {
    json(request, response, (error?: unknown) => {
      if (error === undefined) next()
      else sendProblem(response, toBodyError(error as { type?: string }), requestId(request, deps.newId))
    })
  })
  const all = routes(deps)
  for (const route of all) {
    const reads = all.find(({ method, path }) => method === 'get' && path === route.path)
    router[route.method](
      route.path,
      guarded(deps, (request, response) => run(deps, { route, reads, request }, response)),
    )
  }
  router.use(guarded(deps, (request) => Promise.reject(notHere(request))))
  router.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // A URL that cannot be decoded: routes throw nothing else past their guard.
    const told = (error as { status?: number }).status === 400 ? malformedUrl() : error
    sendProblem(response, told, requestId(request, deps.newId))
  })
  return router
}

async function run(deps: AdminDeps, asked: Asked, response: Response): Promise<void> {
  const { route, request } = asked
  const door = isCommandLine(request) ? 'cli' : 'admin'
  const op: Operation = warned({ ...newOperation(request, response.locals.actor as Actor, deps.newId), door }, response)
  const body: unknown = request.body ?? {}
  if (!Object.values(request.params).every((param) => isStorable(String(param)))) throw notHere(request)
  const params = request.params as Record<string, string>
  if (route.stream !== undefined) {
    const pieces = (await route.run({ op, params, query: request.query, body })) as AsyncIterable<string>
    await sendStream(response, route.stream.media, pieces)
    return
  }
  const named = namedRequest(request)
  const act = async (): Promise<Given> => {
    const carryOut = (as: Operation) => route.run({ op: as, params, query: request.query, body })
    const result = await actIf(deps, op, asked, carryOut)
    return result === undefined
      ? { status: 204, body: null }
      : { status: statusOf(route), body: JSON.stringify(result) }
  }
  if (named === null) {
    send(route, request, response, await act())
    return
  }
  const { again, ...given } = await deps.app.answerOnce(op, named, act)
  if (again) response.set('Idempotency-Replayed', 'true')
  send(route, request, response, given)
}

function send(route: AdminRoute, request: Request, response: Response, { status, body: text }: Given): void {
  if (text === null) {
    response.status(status).end()
    return
  }
  if (isTagged(route)) {
    const etag = etagOf(text, route.untagged)
    response.set('ETag', etag)
    // What a person reads by his cookie is kept by nobody: his door has said so.
    if ((response.locals.actor as Actor).kind !== 'member') response.set('Cache-Control', 'private, no-cache')
    // What the tag leaves out may have moved: such an answer is always sent.
    if (route.untagged === undefined && isKnown(request.get('If-None-Match'), etag)) {
      response.status(304).end()
      return
    }
  }
  response.status(status).set('Content-Type', 'application/json').end(text)
}

/** The command line says so by its name; it changes what the audit log calls the door, and nothing else. */
function isCommandLine(request: Request): boolean {
  return request.get('User-Agent')?.startsWith('joinery-cli') === true
}

type Guarded = (request: Request, response: Response) => Promise<void>

/** Every answer of this door is a problem+json or a result; `passes` hands on to the next handler when nothing was thrown. */
function guarded({ log, newId }: AdminDeps, handler: Guarded, passes = false) {
  return async (request: Request, response: Response, next: () => void): Promise<void> => {
    try {
      await handler(request, response)
      if (passes) next()
    } catch (error) {
      const reference = requestId(request, newId)
      if (response.headersSent) {
        response.destroy()
        if (!isGone(error)) log.error({ err: error, op: reference }, 'an answer broke off in the middle')
        return
      }
      const status = sendProblem(response, error, reference)
      if (status >= 500) log.error({ err: error, op: reference }, 'admin request failed')
    }
  }
}

/** Whoever asked has gone away: nobody's fault. */
function isGone(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE'
}

function notHere(request: Request): AppError {
  return new AppError('not_found', `there is no ${request.method} ${request.baseUrl}${request.path}`)
}

function malformedUrl(): AppError {
  return new AppError('invalid_input', 'the URL is not percent-encoded as it should be')
}

function toBodyError({ type }: { type?: string }): AppError {
  if (type === 'entity.too.large') return new AppError('too_large', `the body is larger than ${bodyLimit} bytes`)
  return new AppError('invalid_input', 'the body is not a JSON object')
}
