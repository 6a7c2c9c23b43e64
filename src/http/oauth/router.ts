import { Router, type Request, type Response } from 'express'
import type { Application } from '../../application/create-application.ts'
import type { TokenRequest } from '../../application/clients/issue-access-token.ts'
import { AppError } from '../../domain/errors.ts'
import { requestId, type HttpDeps } from '../operation.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { tokenUrlOf } from '../token-url.ts'
import { clientCredentialOf } from './client-credential.ts'
import { readForm } from './form.ts'
import { authorizationServerMetadata } from './metadata.ts'
import { OAuthError, toOAuthAnswer } from './oauth-error.ts'

export type OAuthDeps = HttpDeps & {
  app: Pick<Application, 'issueAccessToken'>
  publicUrl: string
}

/** A client needs a token an hour: whoever asks much more often is not in order. */
const grantLimit = { perSecond: 1, burst: 60 }
/** Wrong credentials of one client, which never slow down its right ones. */
const refusalLimit = { perSecond: 5, burst: 60 }

/** The token endpoint and what describes it, mounted at the root. */
export function createOAuthRouter(deps: OAuthDeps): Router {
  const router = Router()
  const limit = createRateLimiter(() => deps.clock.now())
  const token = router.route('/oauth/token')
  token.post(guarded(deps, (request, response) => answerToken(deps, limit, request, response)))
  token.all((request, response) => {
    const told = { error: 'invalid_request', error_description: `POST is due, not ${request.method}` }
    send(response, 405, told, { Allow: 'POST' })
  })
  const { pathname } = new URL(deps.publicUrl)
  const place = '/.well-known/oauth-authorization-server'
  const metadata = JSON.stringify(authorizationServerMetadata(deps.publicUrl))
  for (const path of new Set([place, `${place}${pathname.replace(/\/$/, '')}`])) {
    router.get(path, (_request, response) => {
      response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'max-age=3600' }).end(metadata)
    })
  }
  return router
}

type Limit = ReturnType<typeof createRateLimiter>

async function answerToken(deps: OAuthDeps, limit: Limit, request: Request, response: Response): Promise<void> {
  const form = await readForm(request, response)
  const grant = form.get('grant_type')
  if (grant === undefined) throw new OAuthError('invalid_request', 'grant_type is missing')
  if (grant !== 'client_credentials')
    throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials')
  const { publicUrl, app } = deps
  const asked: TokenRequest = {
    ...clientCredentialOf(request, form),
    scope: form.get('scope') ?? '',
    endpoint: { issuer: publicUrl, url: tokenUrlOf(publicUrl) },
    admit: (clientId) => limit(`granted ${clientId}`, grantLimit),
  }
  const issued = await app.issueAccessToken(asked).catch((error: unknown) => {
    if (error instanceof AppError && error.rule === 'invalid_client')
      limit(`refused ${(asked.clientId ?? '').slice(0, 64)}`, refusalLimit)
    throw error
  })
  send(response, 200, {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.expiresInSeconds,
    scope: issued.scopes.join(' '),
  })
}

type Handler = (request: Request, response: Response) => Promise<void>

/** Every answer of this door is OAuth's. A refusal is logged with its reason, which whoever sets a client up needs. */
function guarded({ log, newId }: OAuthDeps, handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      const reference = requestId(request, newId)
      const { status, body, headers } = toOAuthAnswer(error, reference)
      if (status === 500) log.error({ err: error, op: reference }, 'token request failed')
      else if (status === 503) log.warn({ err: error, op: reference }, 'token request met an outage')
      else log.info({ op: reference, ...body }, 'token request refused')
      send(response, status, body, headers)
    }
  }
}

function send(response: Response, status: number, body: object, headers: Record<string, string> = {}): void {
  const fixed = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' }
  response.status(status).set({ ...fixed, ...headers })
  response.end(JSON.stringify(body))
}
