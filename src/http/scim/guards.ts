import type { Request, Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { effectiveRateLimit, type RateLimit } from '../../domain/rate-limit.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { bearerOf, newOperation, type HttpDeps } from '../operation.ts'
import { createSchemaReader } from './account-schemas.ts'
import { readBody, type Body } from './body.ts'
import {
  createContext,
  sendAnswer,
  sendScim,
  type ResourceHandler,
  type ScimApplication,
  type ScimContext,
} from './context.ts'
import type { Seal } from './cursors.ts'
import { hiddenNames } from './marks.ts'
import { fromHttp } from './request.ts'
import type { RequestSink } from './request-log/recorder.ts'
import { traceOf } from './request-log/trace.ts'
import { ScimError, toErrorAnswer } from './scim-error.ts'

export type ScimDeps = HttpDeps & {
  app: ScimApplication
  publicUrl: string
  rateLimit: RateLimit
  cursorSeal: Seal
  requestLog: RequestSink
}

/** Answers one HTTP request; what it throws becomes a SCIM error. */
export type Guarded = (request: Request, response: Response) => Promise<void>
export type Admit = (request: Request) => Promise<ScimContext>
/** How a route is guarded: who may pass, and what an error becomes. */
export type Tools = { guard: (handler: Guarded) => Guarded; admit: Admit }

/** A route without a body. */
export function plain({ guard, admit }: Tools, handler: ResourceHandler): Guarded {
  return guard(async (request, response) =>
    sendAnswer(response, await handler(await admit(request), fromHttp(request))),
  )
}

/** A route with a JSON body, read after its sender is known. */
export function withBody({ guard, admit }: Tools, body: Body, handler: ResourceHandler): Guarded {
  const read = readBody(body)
  return guard(async (request, response) => {
    const context = await admit(request)
    await read(request, response)
    await sendAnswer(response, await handler(context, fromHttp(request)))
  })
}

/** Who speaks, and how fast: the first question of each request, before its body is read. */
export function createAdmission({ app, publicUrl, rateLimit, clock, newId, cursorSeal }: ScimDeps): Admit {
  const limit = createRateLimiter(() => clock.now())
  const schemasOf = createSchemaReader(app)
  const cursors = { ...cursorSeal, now: () => clock.now() }
  return async (request) => {
    const bearer = bearerOf(request)
    const connectionId = String(request.params.connectionId)
    if (bearer === null) {
      throw new AppError(
        'unauthenticated',
        'send a token of this connection, or an access token, as "Authorization: Bearer <token>"',
      )
    }
    const { actor, connection, schemasRev } = await app.authenticateScimClient({ bearer, connectionId })
    const trace = traceOf(request)
    const op = trace.follow(newOperation(request, actor, newId))
    limit(connection.id, effectiveRateLimit(connection.rateLimit, rateLimit))
    const schemas = await schemasOf(op, connection, schemasRev)
    const context = createContext(op, connection, { publicUrl, cursors, schemas })
    trace.notes = context.notes
    trace.hidden = hiddenNames([context.schemas.User, context.schemas.Group])
    return context
  }
}

/** Every answer of this door is SCIM's: nothing that is thrown leaves it raw. */
export function guarded({ log, newId }: ScimDeps, handler: Guarded): Guarded {
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      const reference = newOperation(request, { kind: 'system', part: 'housekeeping' }, newId).id
      const answer = toErrorAnswer(error, reference)
      if (answer.status === 500) log.error({ err: error, op: reference }, 'scim request failed')
      else if (answer.status === 503) log.warn({ err: error, op: reference }, 'scim request met an outage')
      if (response.headersSent) response.destroy()
      else sendScim(response, answer)
    }
  }
}

export function notAllowed({ guard, admit }: Tools, allow: string): Guarded {
  return guard(async (request, response) => {
    await admit(request)
    response.set('Allow', allow)
    throw new ScimError(405, undefined, `${request.method} is not for this endpoint; allowed: ${allow}`)
  })
}
