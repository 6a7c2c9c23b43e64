import type { Request, Response } from 'express'
import passport from 'passport'
import {
  customFetch,
  type CustomFetch,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client'
import type { TakenSignIn, UsableSignIn } from '../../application/sign-in/begin-sign-in.ts'
import { SignInRefused } from '../../application/sign-in/refused.ts'
import type { Site } from '../page.ts'
import { adoptSession, sessionSecretOf, signInOperation } from '../sessions.ts'
import { ConnectionStrategy, type Checks, type Half } from './connection-strategy.ts'
import { callbackUrlOf, type AuthDeps } from './deps.ts'
import { browserOf, invitationIn, invitationPath, openingPath, queryText, safeReturn, tieBrowser } from './places.ts'
import { SignInDeclined, toRefusal } from './provider-errors.ts'

/** Sends the browser to the IdP of a connection; a third party may begin it too (OpenID Connect Core 1.0, 4). */
export async function beginSignIn(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, newSecret, site } = deps
  const op = signInOperation(request, newId)
  const connectionId = connectionOf(request)
  const browser = tieBrowser(request, response, site, newSecret)
  const state = newSecret()
  const wanted = safeReturn(site, queryText(request, 'target_link_uri') ?? queryText(request, 'return_to'))
  const invitation = invitationIn(site, wanted)
  const signIn = await app.openSignIn(op, { connectionId, issuer: queryText(request, 'iss'), invitation })
  const returnTo = invitation === null ? wanted : safeReturn(site, undefined)
  const accountId = invitation === null ? (queryText(request, 'account', 100) ?? null) : null
  const keep = (checks: Checks): Promise<void> =>
    app.rememberSignIn(op, {
      ...{ signIn, state, browser },
      ...{ checks: JSON.stringify(checks), accountId, returnTo, invitation },
    })
  const half: Half = { kind: 'begin', loginHint: queryText(request, 'login_hint', 254), keep }
  response.set('Cache-Control', 'no-store')
  await carryOut(deps, request, response, { signIn, state, half })
}

/** The IdP has sent the browser back. */
export async function finishSignIn(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, newSecret, site } = deps
  const op = signInOperation(request, newId)
  const connectionId = connectionOf(request)
  const state = queryText(request, 'state') ?? ''
  const browser = browserOf(request, site)
  const signIn = await app.takeSignIn(op, { connectionId, state, browser })
  const half: Half = { kind: 'finish', checks: JSON.parse(signIn.checks) as Checks }
  const tokens = await carryOut(deps, request, response, { signIn, state, half })
  const claims = tokens?.claims()
  if (tokens === null || claims === undefined) return refuse(deps, request, signIn, 'token_invalid')
  const sessionSecret = newSecret()
  const { invitation } = signIn
  const entered = await app.completeSignIn(op, {
    ...{ signIn, claims, idToken: tokens.id_token ?? null, accountId: signIn.accountId },
    ...{ sessionSecret, formerSecret: sessionSecretOf(request) },
    visiting: browser !== null && isForVisitors(site, signIn) ? { invitation, browser } : null,
  })
  if ('session' in entered) adoptSession(request, sessionSecret)
  const place = invitation === null ? signIn.returnTo : invitationPath(site, invitation)
  response.set('Cache-Control', 'no-store').redirect(303, place)
}

/** Whoever comes to take up an invitation, or to open an account, may be a member of nothing. */
function isForVisitors(site: Site, { invitation, returnTo }: TakenSignIn): boolean {
  return invitation !== null || returnTo === openingPath(site)
}

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers
type Step = { readonly signIn: UsableSignIn | TakenSignIn; readonly state: string; readonly half: Half }

/** One half of a sign-in by the strategy: null where the browser was sent on. What the IdP did wrong is a refusal. */
async function carryOut(deps: AuthDeps, request: Request, response: Response, step: Step): Promise<Tokens | null> {
  const { signIn, state, half } = step
  let tokenAsked = false
  try {
    const config = await deps.configurationOf(signIn.provider)
    const send = config[customFetch] as CustomFetch
    config[customFetch] = (url, init) => {
      tokenAsked = true
      return send(url, init)
    }
    const { scopes, maxAgeSeconds } = signIn.settings
    const callbackUrl = callbackUrlOf(deps.publicUrl, signIn.connection.id)
    const options = { connectionId: signIn.connection.id, config, callbackUrl, state, scopes, maxAgeSeconds }
    return await authenticated(new ConnectionStrategy(options, half), request, response)
  } catch (error) {
    const told = error instanceof SignInRefused ? null : toRefusal(error, tokenAsked)
    if (told === null) throw error
    return refuse(deps, request, signIn, told.refusal, { detail: told.detail, cause: error })
  }
}

type Refusal = SignInRefused['refusal']
type Told = { detail?: Readonly<Record<string, unknown>>; cause?: unknown }

async function refuse(
  { app, newId }: AuthDeps,
  request: Request,
  { connection }: UsableSignIn,
  refusal: Refusal,
  { detail = {}, cause }: Told = {},
): Promise<never> {
  await app.refuseSignIn(signInOperation(request, newId), { connectionId: connection.id, refusal, detail })
  throw new SignInRefused(refusal, cause)
}

function authenticated(strategy: ConnectionStrategy, request: Request, response: Response): Promise<Tokens | null> {
  return new Promise((resolve, reject) => {
    response.once('close', () => resolve(null))
    const done = (error: unknown, tokens?: Tokens | false | null): void => {
      if (error !== null && error !== undefined) reject(error instanceof Error ? error : new Error('sign-in failed'))
      else if (tokens) resolve(tokens)
      else reject(new SignInDeclined())
    }
    const handler = passport.authenticate(strategy, { session: false }, done) as (
      request: Request,
      response: Response,
      next: (error?: unknown) => void,
    ) => void
    handler(request, response, done)
  })
}

/** The connection in the path; empty where that is no id. */
export function connectionOf(request: Request): string {
  const { connection } = request.params
  return typeof connection === 'string' && /^[0-9a-z-]{1,64}$/.test(connection) ? connection : ''
}
