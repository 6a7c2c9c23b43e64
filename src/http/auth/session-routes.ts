import type { Request, Response } from 'express'
import { buildEndSessionUrl } from 'openid-client'
import type { IdpLogout } from '../../application/sessions/end-session.ts'
import type { SignedIn } from '../../application/sessions/read-session.ts'
import { findRole } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { html } from '../html.ts'
import { requestId } from '../operation.ts'
import { sendPage } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { adoptSession, dropCookie, sessionSecretOf, signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { formText, goOn } from './login-page.ts'
import { browserOf, dropBrowser, queryText } from './places.ts'

/** Who is signed in, for consoles of the platform: JSON, judged now. */
export function showSession({ newId }: AuthDeps, request: Request, response: Response): void {
  const who = signedInOf(request)
  response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  if (who === null) return sendNobody(request, response, newId)
  const { session, member, account, roles, access, customised, expiresAt } = who
  const { identity } = session
  response.end(
    JSON.stringify({
      ...{ member, account, roles, roleLabels: labelsOf(who), customised, permissions: Object.fromEntries(access) },
      signIn: identity && {
        ...{ connection: identity.connectionId, acr: identity.acr, amr: identity.amr },
        authTime: identity.authTime === null ? null : new Date(identity.authTime).toISOString(),
      },
      ...{ startedAt: new Date(session.startedAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() },
      endsAt: new Date(session.endsAt).toISOString(),
    }),
  )
}

/** What the catalog, or whoever made a permission group, calls each of his roles. */
function labelsOf({ catalog, roles }: SignedIn): Record<string, string> {
  return Object.fromEntries(roles.map((id) => [id, findRole(catalog, id)?.label ?? id]))
}

function sendNobody(request: Request, response: Response, newId: () => string): void {
  const problem = { type: 'urn:joinery:problem:unauthenticated', title: 'Who are you?', status: 401 }
  const detail = 'nobody is signed in; send the browser to /auth/login'
  response.status(401).set({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify({ ...problem, detail, request_id: requestId(request, newId) }))
}

/** Signs out here, and goes on to sign out at the IdP where it has a page for that. */
export async function signOut(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  requireSameOrigin(request, site)
  const op = signInOperation(request, newId)
  const [secret, browser] = [sessionSecretOf(request), browserOf(request, site)]
  if (browser !== null) await app.endVisits(op, browser)
  const logout = secret === null ? null : await app.endSession(op, secret)
  dropCookie(response, site)
  dropBrowser(response, site)
  const url = logout === null ? null : await idpLogoutUrl(deps, logout)
  if (url !== null) goOn(response, site, 'Signing you out', url)
  else response.redirect(303, `${site.base}/auth/signed-out`)
}

/** An IdP that cannot be reached keeps nobody signed in here. */
async function idpLogoutUrl(
  { configurationOf, publicUrl, log }: AuthDeps,
  { provider, idToken }: IdpLogout,
): Promise<string | null> {
  try {
    const config = await configurationOf(provider)
    if (config.serverMetadata().end_session_endpoint === undefined) return null
    const url = buildEndSessionUrl(config, {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${publicUrl}/auth/signed-out`,
    })
    return url.protocol === 'https:' || provider.issuer.startsWith('http:') ? url.href : null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.info({ rule: error.rule }, 'the IdP could not be asked to sign somebody out')
    return null
  }
}

export function showSignedOut({ site }: AuthDeps, _request: Request, response: Response): void {
  const body = html`<div class="card">
    <h1>You are signed out</h1>
    <p><a class="button" href="${site.base}/auth/login">Sign in again</a></p>
  </div>`
  sendPage(response, site, 200, { title: 'Signed out', body })
}

/** The accounts that whoever is signed in may enter: JSON, for a switcher in a console of the platform. */
export async function listAccounts({ app, newId }: AuthDeps, request: Request, response: Response): Promise<void> {
  const who = signedInOf(request)
  if (who === null) return sendNobody(request, response, newId)
  const memberships = await app.listMemberships(signInOperation(request, newId), who.session)
  const items = memberships.map(({ link, accountName, ownSignIn, isDefault }) => ({
    ...{ account: { id: link.accountId, name: accountName }, member: link.memberId },
    ...{ current: link.accountId === who.account.id, default: isDefault, ownSignIn: ownSignIn !== null },
  }))
  response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify({ items }))
}

/** Says where to land at sign-in. */
export async function landHere(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  requireSameOrigin(request, site)
  const who = signedInOf(request)
  if (who !== null) {
    const accountId = formText(request, 'account', 100) ?? ''
    await app.setDefaultAccount(signInOperation(request, newId), { session: who.session, accountId })
  }
  response.redirect(303, `${site.base}/console`)
}

/** Goes over to another of the person's accounts. */
export async function switchTo(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, newSecret, site } = deps
  requireSameOrigin(request, site)
  const secret = sessionSecretOf(request)
  if (secret === null) {
    response.redirect(303, `${site.base}/auth/login`)
    return
  }
  const newOne = newSecret()
  const accountId = formText(request, 'account', 100) ?? ''
  await app.switchAccount(signInOperation(request, newId), { secret, newSecret: newOne, accountId })
  adoptSession(request, newOne)
  response.redirect(303, `${site.base}/console`)
}

/** A one-time link is used by a button: what merely looks at links in a mail does not use it up. */
export function showOneTimeLink({ site }: AuthDeps, request: Request, response: Response): void {
  const body = html`<div class="card">
    <h1>Sign in by a one-time link</h1>
    <p>This link works once. You are signed in for an hour.</p>
    <form method="post" action="${site.base}/auth/first">
      <input type="hidden" name="link" value="${queryText(request, 'link', 100) ?? ''}" />
      <button type="submit">Sign in</button>
    </form>
  </div>`
  sendPage(response, site, 200, { title: 'One-time link', body })
}

export async function takeOneTimeLink(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, newSecret, site } = deps
  requireSameOrigin(request, site)
  const sessionSecret = newSecret()
  const secret = formText(request, 'link', 100) ?? ''
  await app.useOneTimeLink(signInOperation(request, newId), {
    ...{ secret, sessionSecret, formerSecret: sessionSecretOf(request) },
  })
  adoptSession(request, sessionSecret)
  response.redirect(303, `${site.base}/console`)
}
