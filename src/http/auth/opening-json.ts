import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import { requestId } from '../operation.ts'
import { sendProblem } from '../problem.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { signedInOf } from '../sessions.ts'
import { isStorable } from '../storable-text.ts'
import { parseInput } from '../strict.ts'
import type { AuthDeps } from './deps.ts'
import { openAndGo } from './opening-page.ts'

const text = z.string('must be text').refine(isStorable, 'must hold no NUL and no half of a surrogate pair')
const openingBody = z.strictObject(
  { name: text.max(1000, 'must have at most 200 characters'), catalog: text.max(100).optional() },
  'send a JSON object with "name", and "Content-Type: application/json"',
)

const readJson = express.json({ limit: '8kb' })

/** The body of a program's request. */
export const jsonBody: RequestHandler = (request, response, next) => {
  readJson(request, response, (error?: unknown) =>
    next(error === undefined ? undefined : new AppError('invalid_input', 'the body must be JSON of at most 8 kB')),
  )
}

/** Opens an account for whoever is signed in, and goes over to it: for consoles of the platform. */
export async function postAccount(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  requireSameOrigin(request, deps.site)
  const who = signedInOf(request)
  if (who === null) throw nobody()
  const { name, catalog } = parseInput(openingBody, request.body)
  const opened = await openAndGo(deps, request, who, { name, catalog, key: keyOf(request) })
  if (opened === null) throw nobody()
  const { account, memberId: member, again } = opened
  if (again) response.set('Idempotency-Replayed', 'true')
  response.status(201).set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify({ account, member }))
}

function keyOf(request: Request): string | null {
  const told = request.get('Idempotency-Key')
  if (told === undefined) return null
  if (/^[\x21-\x7e]{1,255}$/.test(told)) return `key ${told}`
  const message = 'must have 1 to 255 visible ASCII characters, such as a UUID'
  const problems = [{ path: 'Idempotency-Key', message }]
  throw new AppError('invalid_input', `Idempotency-Key: ${message}`, { problems })
}

const nobody = (): AppError => new AppError('unauthenticated', 'nobody is signed in; send the browser to /auth/login')

/** What a program is told that was refused. */
export function failedJson({ newId, log }: Pick<AuthDeps, 'newId' | 'log'>) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const reference = requestId(request, newId)
    response.set('Cache-Control', 'no-store')
    const status = sendProblem(response, error, reference, null)
    if (status === 500) log.error({ err: error, op: reference }, 'a request of a console failed')
  }
}
