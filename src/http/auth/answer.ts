import type { Request, Response } from 'express'
import { SignInRefused } from '../../application/sign-in/refused.ts'
import { AppError } from '../../domain/errors.ts'
import { html } from '../html.ts'
import { requestId } from '../operation.ts'
import { sendPage } from '../page.ts'
import { refusalTexts, type RefusalText } from './refusal-texts.ts'
import type { AuthDeps } from './deps.ts'

type Handler = (request: Request, response: Response) => Promise<void>

/** Every answer of this door is a page. A refusal says what happened and has a reference that the log knows. */
export function guarded(deps: AuthDeps, handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      sendError(deps, request, response, error)
    }
  }
}

export function sendError(deps: AuthDeps, request: Request, response: Response, error: unknown): void {
  const { log, newId, site } = deps
  const reference = requestId(request, newId)
  const told = toText(error)
  if (told.status === 500) log.error({ err: error, op: reference }, 'a page failed')
  else log.info({ op: reference, rule: (error as AppError).rule }, 'a page was refused')
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (error instanceof AppError && error.retryAfterSeconds !== undefined)
    response.set('Retry-After', String(error.retryAfterSeconds))
  const body = html`<div class="card">
    <h1>${told.title}</h1>
    <p>${told.text}</p>
    <p><a class="button" href="${site.base}/auth/login">Go to the sign-in page</a></p>
    <p class="quiet">If you ask somebody for help, give this reference: <code>${reference}</code></p>
  </div>`
  sendPage(response, site, told.status, { title: told.title, body })
}

function toText(error: unknown): RefusalText {
  if (error instanceof SignInRefused) return refusalTexts[error.refusal]
  if (!(error instanceof AppError)) return isMalformedUrl(error) ? malformed : internal
  if (error.rule === 'invitation_dead') return refusalTexts.invitation_over
  if (error.rule === 'too_many_openings')
    return { status: 429, title: 'Enough accounts for now', text: `${sentence(error)} Try again in ${waiting(error)}.` }
  switch (error.code) {
    case 'rate_limited':
      return { status: 429, title: 'Too many attempts', text: `Wait ${waiting(error)}, and try again.` }
    case 'upstream_unavailable':
      return { status: 503, title: 'Not available right now', text: 'Try again in a few minutes.' }
    case 'not_found':
      return { status: 404, title: 'There is no such page', text: 'Look at the address again.' }
    case 'too_large':
    case 'invalid_input':
      return { status: 400, title: 'That could not be understood', text: error.message }
    case 'forbidden':
    case 'unauthenticated':
    case 'policy_violation':
      return { status: 403, title: 'Not allowed', text: `Not done: ${error.message}.` }
    case 'conflict':
    case 'precondition_failed':
    case 'upstream_rejected':
      return internal
  }
}

const sentence = ({ message }: AppError): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`

function waiting({ retryAfterSeconds = 0 }: AppError): string {
  return retryAfterSeconds < 60 ? 'a moment' : `${Math.ceil(retryAfterSeconds / 60)} minutes`
}

const internal: RefusalText = {
  ...{ status: 500, title: 'Something went wrong on our side' },
  text: 'Try again; if it stays so, tell the operator of this service.',
}

/** What the router says of a path that cannot be decoded. */
function isMalformedUrl(error: unknown): boolean {
  return error instanceof URIError && (error as { status?: number }).status === 400
}

const malformed: RefusalText = {
  ...{ status: 400, title: 'That address is malformed' },
  text: 'Open the whole link again, as it was sent.',
}
