import express, { type Request, type RequestHandler, type Response } from 'express'
import type { Realm } from '../../application/sign-in/find-realm.ts'
import { AppError } from '../../domain/errors.ts'
import { html } from '../html.ts'
import { sendPage, type Site } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { invitationIn, openingPath, queryText, safeReturn } from './places.ts'

const readBody = express.urlencoded({ extended: false, limit: '8kb', parameterLimit: 20 })

/** The fields of a form of ours. */
export const formBody: RequestHandler = (request, response, next) => {
  readBody(request, response, (error?: unknown) =>
    next(error === undefined ? undefined : new AppError('invalid_input', 'The form could not be read.')),
  )
}

export function formText(request: Request, name: string, longest = 500): string | undefined {
  const value = (request.body as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined
}

/** The sign-in page; `iss` goes straight on to the sign-in of that issuer, as a third party may begin one. */
export async function showLogin(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  const issuer = queryText(request, 'iss', 2048)
  const returnTo = safeReturn(site, queryText(request, 'target_link_uri') ?? queryText(request, 'return_to'))
  if (issuer !== undefined) {
    const realm = await app.findRealmByIssuer(signInOperation(request, newId), issuer)
    if (realm !== null) {
      const hints = { loginHint: queryText(request, 'login_hint', 254), issuer, returnTo }
      response.set('Cache-Control', 'no-store').redirect(303, startUrl(site, realm, hints))
      return
    }
  }
  const hint = queryText(request, 'login_hint', 254) ?? ''
  sendLogin(response, site, 200, { returnTo, hint, alarm: null, opens: await hasOpenings(deps, request) })
}

/**
 * Goes on as by a link where a third party posts what begins a sign-in (OpenID Connect Core 1.0, 4): a form of another site
 * brings no cookie of ours along, and a link does.
 */
export function goOnAsLink({ site }: AuthDeps, request: Request, response: Response, path: string): void {
  const query = new URLSearchParams()
  for (const name of ['iss', 'login_hint', 'target_link_uri']) {
    const told = formText(request, name, 2048)
    if (told !== undefined) query.set(name, told)
  }
  response.set('Cache-Control', 'no-store').redirect(303, `${site.base}${path}?${query.toString()}`)
}

/** Takes what was typed and goes on to the sign-in of that company. What is answered is the same whoever exists. */
export async function submitLogin(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  if (formText(request, 'iss', 2048) !== undefined) {
    goOnAsLink(deps, request, response, '/auth/login')
    return
  }
  requireSameOrigin(request, site)
  const hint = formText(request, 'hint', 254)?.trim() ?? ''
  const returnTo = safeReturn(site, formText(request, 'return_to'))
  const op = signInOperation(request, newId)
  const token = invitationIn(site, returnTo)
  const realm =
    token !== null
      ? await app.findInvitationRealm(op, { token, hint })
      : hint === ''
        ? null
        : await app.findRealm(op, hint)
  if (realm === null) {
    const alarm = 'No sign-in is known for that. Ask the administrator of your company’s account for its name.'
    sendLogin(response, site, 404, { returnTo, hint, alarm, opens: await hasOpenings(deps, request) })
    return
  }
  const loginHint = hint.includes('@') ? hint : undefined
  goOn(response, site, 'Taking you to your company’s sign-in', startUrl(site, realm, { loginHint, returnTo }))
}

/**
 * A page that goes on by itself. A form's own answer may not lead to another host, as browsers hold the whole way to the
 * page's policy; this page may.
 */
export function goOn(response: Response, site: Site, title: string, url: string): void {
  const body = html`<div class="card">
    <h1>${title}</h1>
    <p><a class="button" href="${url}">Go on</a></p>
  </div>`
  sendPage(response, site, 200, { title, body, goOn: url })
}

type Hints = { loginHint?: string | undefined; issuer?: string | undefined; returnTo: string }

export function startUrl({ base }: Site, { connectionId, accountId }: Realm, hints: Hints): string {
  const query = new URLSearchParams({ return_to: hints.returnTo })
  if (hints.loginHint !== undefined) query.set('login_hint', hints.loginHint)
  if (hints.issuer !== undefined) query.set('iss', hints.issuer)
  if (accountId !== null) query.set('account', accountId)
  return `${base}/auth/start/${connectionId}?${query.toString()}`
}

/** Whether a stranger may open an account of his own: he comes in by the platform's own sign-in alone. */
async function hasOpenings({ app, newId }: AuthDeps, request: Request): Promise<boolean> {
  const door = await app.findOpeningDoor(signInOperation(request, newId))
  return door !== null && door.connectionId !== null
}

type LoginForm = { returnTo: string; hint: string; alarm: string | null; opens: boolean }

function sendLogin(response: Response, site: Site, status: number, { returnTo, hint, alarm, opens }: LoginForm): void {
  const body = html`<div class="card">
    <h1>Sign in</h1>
    ${alarm === null ? null : html`<p class="alarm" role="alert">${alarm}</p>`}
    <form method="post" action="${site.base}/auth/login">
      <label for="hint">Work e-mail, or the name of your company’s account</label>
      <input id="hint" name="hint" value="${hint}" maxlength="254" autocomplete="username" autofocus required />
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button type="submit">Go on</button>
    </form>
    <p class="quiet">You sign in at your company; no password is typed here.</p>
    ${opens ? html`<p><a href="${openingPath(site)}">Open an account of your own</a></p>` : null}
  </div>`
  sendPage(response, site, status, { title: 'Sign in', body })
}
