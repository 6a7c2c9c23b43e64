import { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { siteOf, stylePath } from '../page.ts'
import { createSessions, signInOperation, type SessionDeps } from '../sessions.ts'
import { styles } from '../styles.ts'
import { guarded, sendError } from './answer.ts'
import { showConsole } from './console-page.ts'
import type { AuthDeps } from './deps.ts'
import { showInvitation, takeInvitation } from './invitation-page.ts'
import { formBody, goOnAsLink, showLogin, submitLogin } from './login-page.ts'
import { failedJson, jsonBody, postAccount } from './opening-json.ts'
import { showOpening, submitOpening } from './opening-visit-page.ts'
import {
  landHere,
  listAccounts,
  showOneTimeLink,
  showSession,
  showSignedOut,
  signOut,
  switchTo,
  takeOneTimeLink,
} from './session-routes.ts'
import { beginSignIn, connectionOf, finishSignIn } from './sign-in.ts'

/** Sign-ins from one address: an office behind one address signs in at nine, a guesser all day. */
const doorLimit = { perSecond: 10, burst: 200 }

type Act = (deps: AuthDeps, request: Request, response: Response) => Promise<void> | void

/** Sign-in, sessions and their pages, mounted at the root. */
export function createAuthRouter(given: Omit<AuthDeps, 'site'> & Omit<SessionDeps, 'app'>): Router {
  const deps: AuthDeps = { ...given, site: siteOf(given.publicUrl) }
  const router = Router()
  const limit = createRateLimiter(() => deps.clock.now())
  const act = (handler: Act) => guarded(deps, async (request, response) => handler(deps, request, response))
  const knock = ({ ip }: Request): void => limit(`address ${ip ?? ''}`, doorLimit)
  const limited = (handler: Act) =>
    act((here, request, response) => {
      knock(request)
      return handler(here, request, response)
    })
  const failed = (error: unknown, request: Request, response: Response, _next: NextFunction): void =>
    sendError(deps, request, response, error)

  addLooks(router)
  router.get('/auth/keys/:connection', act(sendClientKeys)) // for everybody's cache: before whatever knows cookies
  router.use(['/auth', '/console'], createSessions(given, deps.site), failed)
  router.get('/auth/login', limited(showLogin))
  router.post('/auth/login', formBody, limited(submitLogin))
  router.get('/auth/start/:connection', limited(beginSignIn))
  router.post('/auth/start/:connection', formBody, limited(startAsLink))
  router.get('/auth/callback/:connection', limited(finishSignIn))
  router.get('/auth/first', limited(showOneTimeLink))
  router.post('/auth/first', formBody, limited(takeOneTimeLink))
  router.get('/auth/invitations/:token', limited(showInvitation))
  router.post('/auth/invitations/:token', formBody, limited(takeInvitation))
  router.post('/auth/logout', act(signOut))
  router.get('/auth/signed-out', act(showSignedOut))
  addAccountRoutes(router, deps, { act, limited, knock })
  router.get('/auth/session', act(showSession))
  router.get('/console', act(showConsole))
  router.get('/', (_request, response) => response.redirect(303, `${deps.site.base}/console`))
  router.use(['/auth', '/console'], act(refuseUnknown))
  router.use(['/auth', '/console'], failed)
  return router
}

const refuseMethod: RequestHandler = (request, response) => {
  const detail = `${request.method} is not for this path; send GET or POST`
  const told = { type: 'about:blank', title: 'Method not allowed', status: 405, detail }
  response
    .status(405)
    .set({ Allow: 'GET, POST', 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(told))
}

function startAsLink(deps: AuthDeps, request: Request, response: Response): void {
  goOnAsLink(deps, request, response, `/auth/start/${connectionOf(request)}`)
}

function refuseUnknown(_deps: AuthDeps, { method, baseUrl, path }: Request): never {
  throw new AppError('not_found', `there is no ${method} ${baseUrl}${path}`)
}

/** By which IdPs know us. */
async function sendClientKeys({ app, newId }: AuthDeps, request: Request, response: Response): Promise<void> {
  const keys = await app.publishClientKeys(signInOperation(request, newId), connectionOf(request))
  response.set({ 'Content-Type': 'application/jwk-set+json', 'Cache-Control': 'public, max-age=60' })
  response.end(JSON.stringify(keys))
}

type Doors = {
  readonly act: (handler: Act) => RequestHandler
  readonly limited: (handler: Act) => RequestHandler
  /** Counts a request of an address, and refuses it where there are too many. */
  readonly knock: (request: Request) => void
}

/** The accounts of whoever is signed in: which there are, going to another, and opening one of his own. */
function addAccountRoutes(router: Router, deps: AuthDeps, { act, limited, knock }: Doors): void {
  router.post('/auth/switch', formBody, limited(switchTo))
  router.post('/auth/default', formBody, limited(landHere))
  router.get('/auth/accounts', act(listAccounts))
  router.post('/auth/accounts', jsonBody, async (request, response) => {
    knock(request)
    await postAccount(deps, request, response)
  })
  router.all('/auth/accounts', refuseMethod)
  router.use('/auth/accounts', failedJson(deps))
  router.get('/auth/open', limited(showOpening))
  router.post('/auth/open', formBody, limited(submitOpening))
}

/** What pages look by. */
function addLooks(router: Router): void {
  router.get(stylePath, (_request, response) => {
    response.set({ 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=31536000, immutable' })
    response.end(styles)
  })
  router.get('/favicon.ico', (_request, response) => response.status(204).set('Cache-Control', 'max-age=86400').end())
}
