import type { NextFunction, Request, Response } from 'express'
import { AppError } from '../domain/errors.ts'
import { sendError } from './access/answers.ts'
import { sendProblem } from './problem.ts'
import { requestId, type HttpDeps } from './operation.ts'
import { sendScim } from './scim/context.ts'
import { toErrorAnswer } from './scim/scim-error.ts'

type Send = (response: Response, error: unknown, reference: string) => void

/** Whose form an answer has that no door gave, by the beginning of the path. */
const forms: readonly [string, Send][] = [
  ['/scim/', (response, error, reference) => sendScim(response, toErrorAnswer(error, reference))],
  ['/access/', sendError],
  ['/api/', sendProblem],
]

/** What no door has caught, in the form of the door that was meant: a malformed URL, or a fault of ours. */
export function lastResort({ log, newId }: Pick<HttpDeps, 'log' | 'newId'>) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const isMalformed = (error as { status?: number }).status === 400
    const reference = requestId(request, newId)
    if (!isMalformed) log.error({ err: error, op: reference }, 'request failed')
    if (response.headersSent) {
      response.destroy()
      return
    }
    const [, send = sendText] = forms.find(([start]) => request.originalUrl.startsWith(start)) ?? []
    const mend = 'the URL is malformed: a "%" is followed by two hexadecimal digits, together they are UTF-8'
    send(response, isMalformed ? new AppError('invalid_input', mend) : error, reference)
  }
}

const sendText: Send = (response, error, reference) => {
  const [status, text] =
    error instanceof AppError
      ? [400, `Bad request: ${error.message}`]
      : [500, `Something went wrong; reference ${reference}`]
  response.status(status).type('text/plain').send(`${text}\n`)
}
