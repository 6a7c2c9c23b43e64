import express, { Router, type Request, type Response } from 'express'
import type { Application } from '../../application/create-application.ts'
import type { Operation } from '../../application/operation.ts'
import type { Actor } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { bearerOf, requestId, type HttpDeps } from '../operation.ts'
import { presentAnswer, presentCheck, presentDecision, send, sendError } from './answers.ts'
import { decisionPointMetadata } from './metadata.ts'
import { searchForActions, searchForResources, searchForSubjects } from './searches.ts'
import { readKey, readQuestion, readQuestions } from './wire.ts'

export type AccessDeps = HttpDeps & {
  app: Pick<
    Application,
    | 'checkAccessKey'
    | 'evaluate'
    | 'evaluateMany'
    | 'searchSubjects'
    | 'searchResources'
    | 'searchActions'
    | 'authenticateGateway'
  >
  publicUrl: string
  isAdminToken: (token: string) => boolean
}

const bodyLimit = 1024 * 1024

type Answer = (deps: AccessDeps, op: Operation, body: unknown) => Promise<object>

const answers: Readonly<Record<string, Answer>> = {
  '/evaluation': async ({ app }, op, body) => presentDecision(await app.evaluate(op, readQuestion(body))),
  '/evaluations': answerMany,
  '/keys/check': async ({ app }, op, body) => presentCheck(await app.checkAccessKey(op, readKey(body))),
  '/search/subject': ({ app }, op, body) => searchForSubjects(app, op, body),
  '/search/resource': ({ app }, op, body) => searchForResources(app, op, body),
  '/search/action': ({ app }, op, body) => searchForActions(app, op, body),
}

/** The decision point: AuthZEN at `/access/v1`, and what describes it. Mounted at the root. */
export function createAccessRouter(deps: AccessDeps): Router {
  const router = Router()
  const metadata = JSON.stringify(decisionPointMetadata(deps.publicUrl))
  const { pathname } = new URL(deps.publicUrl)
  const place = '/.well-known/authzen-configuration'
  for (const path of new Set([place, `${place}${pathname.replace(/\/$/, '')}`])) {
    router.get(path, (_request, response) => {
      response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'max-age=3600' }).end(metadata)
    })
  }
  for (const [path, answer] of Object.entries(answers)) {
    const route = router.route(`/access/v1${path}`)
    route.post(guarded(deps, (request, response) => respond(deps, answer, request, response)))
    route.all((request, response) => {
      response.set('Allow', 'POST')
      send(response, 405, { error: { status: 405, message: `POST is due, not ${request.method}` } })
    })
  }
  return router
}

async function respond(deps: AccessDeps, answer: Answer, request: Request, response: Response): Promise<void> {
  const actor = await askerOf(deps, request)
  const op: Operation = { actor, id: requestId(request, deps.newId), door: 'access' }
  send(response, 200, await answer(deps, op, await bodyOf(request, response)))
}

async function answerMany({ app }: AccessDeps, op: Operation, body: unknown): Promise<object> {
  const many = readQuestions(body)
  if (many === null) return presentDecision(await app.evaluate(op, readQuestion(body)))
  return { evaluations: (await app.evaluateMany(op, many)).map(presentAnswer) }
}

async function askerOf({ app, isAdminToken }: AccessDeps, request: Request): Promise<Actor> {
  const token = bearerOf(request) ?? ''
  return isAdminToken(token) ? { kind: 'operator' } : app.authenticateGateway(token)
}

const json = express.json({ limit: bodyLimit, type: () => true, strict: true })

function bodyOf(request: Request, response: Response): Promise<unknown> {
  if (request.is('json') === false) throw new AppError('invalid_input', 'send the body as application/json')
  return new Promise((resolve, reject) => {
    json(request, response, (error?: unknown) => {
      if (error === undefined) resolve(request.body ?? {})
      else reject(toBodyError(error as { type?: string }))
    })
  })
}

function toBodyError({ type }: { type?: string }): AppError {
  if (type === 'entity.too.large') return new AppError('too_large', `the body is larger than ${bodyLimit} bytes`)
  return new AppError('invalid_input', 'the body is not a JSON object')
}

type Handler = (request: Request, response: Response) => Promise<void>

function guarded({ log, newId }: AccessDeps, handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      const reference = requestId(request, newId)
      const status = sendError(response, error, reference)
      if (status >= 500) log.error({ err: error, op: reference }, 'decision request failed')
    }
  }
}
