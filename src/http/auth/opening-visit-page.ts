import type { Request, Response } from 'express'
import type { SeenVisitor } from '../../application/invitations/accept-as-visitor.ts'
import { AppError } from '../../domain/errors.ts'
import { html, type Html } from '../html.ts'
import { sendPage, type Site } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { formText } from './login-page.ts'
import { openingForm, openSignedIn, typedIn, type Typed } from './opening-page.ts'
import { browserOf, openingPath } from './places.ts'

/** What somebody may open, as the visitor of this browser, else as whoever is signed in; a stranger signs in first. */
export async function showOpening(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  await sendOpening(deps, request, response, null)
}

/** Opens the account: as the visitor whom the page showed, else as whoever is signed in. */
export async function submitOpening(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  requireSameOrigin(request, deps.site)
  const visitorId = formText(request, 'visitor', 100)
  try {
    if (visitorId === undefined) await openSignedIn(deps, request, response)
    else await openVisiting(deps, request, response, visitorId)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
    await sendOpening(deps, request, response, typedIn(request, error))
  }
}

async function openVisiting(deps: AuthDeps, request: Request, response: Response, visitorId: string): Promise<void> {
  const { app, newId, site } = deps
  const browser = browserOf(request, site)
  const wanted = { name: formText(request, 'name') ?? '', catalog: formText(request, 'catalog', 100) }
  const op = signInOperation(request, newId)
  const opened = browser === null ? null : await app.openAsVisitor(op, { ...wanted, browser, visitorId })
  if (opened === null) {
    response.redirect(303, `${openingPath(site)}?sent`) // spent, over, or somebody else than the page showed: look again
    return
  }
  const { account, connectionId } = opened
  const body = html`<div class="card">
    <h1>${account.name} is open</h1>
    <p>It is yours. You enter it as you signed in just now.</p>
    <p><a class="button" href="${site.base}/auth/start/${connectionId}?account=${account.id}">Sign in</a></p>
  </div>`
  sendPage(response, site, 200, { title: account.name, body })
}

async function sendOpening(deps: AuthDeps, request: Request, response: Response, typed: Typed | null): Promise<void> {
  const { app, newId, site } = deps
  const op = signInOperation(request, newId)
  const door = await app.findOpeningDoor(op)
  if (door === null) throw new AppError('not_found', 'only the operator of this service opens accounts here')
  const browser = browserOf(request, site)
  const visiting = browser === null ? null : await app.findOpeningVisitor(op, browser)
  const who = signedInOf(request)
  const offers = visiting?.offers ?? (who === null ? [] : await app.findOpening(op, who))
  const visitor = visiting?.visitor ?? null
  const known = visitor !== null || who !== null
  const title = 'Open an account of your own'
  const body = html`<div class="card">
    <h1>${title}</h1>
    ${request.query.sent === undefined || visitor !== null ? null : sentBefore(site)} ${visitor && shown(visitor)}
    ${known ? (openingForm(deps, offers, { typed, visitorId: visitor?.id ?? null }) ?? refused) : null}
    ${visitor ? somebodyElse(site, door.connectionId) : known ? null : signInFirst(site, door.connectionId)}
    ${who && html`<p><a href="${site.base}/console">Back to your accounts</a></p>`}
  </div>`
  sendPage(response, site, typed === null ? 200 : 400, { title, body })
}

/** The form was sent twice, or too late: which of them, nobody can be told who has not signed in. */
function sentBefore(site: Site): Html {
  return html`<p role="status">
    Your sign-in is used up or over. If you have sent the form already, your account may be open: enter it by the
    sign-in by which you opened it. <a href="${site.base}/auth/login">Go to the sign-in page</a>, or sign in anew here.
  </p>`
}

const refused = html`<p>
  You cannot open one by this sign-in. Where a company’s directory says who its people are, the operator of this service
  opens accounts for them.
</p>`

function shown({ name, email, issuer }: SeenVisitor): Html {
  return html`<p>
    You have signed in as <strong>${name ?? email ?? 'yourself'}</strong>${email === null ? null : ` (${email})`} at
    ${issuer}.
  </p>`
}

/** The platform’s own sign-in takes whoever is new; a company’s, whoever it knows already. */
function signInFirst(site: Site, connectionId: string | null): Html {
  const company = html`<a href="${site.base}/auth/login?return_to=${backTo(site)}">Sign in at your company</a>`
  if (connectionId === null) return html`<p>${company} first; you come back here.</p>`
  return html`<p>You sign in first, and come back here.</p>
    <p><a class="button" href="${startOf(site, connectionId)}">Sign in</a></p>
    <p class="quiet">Is your company here already? ${company}.</p>`
}

function somebodyElse(site: Site, connectionId: string | null): Html | null {
  if (connectionId === null) return null
  return html`<p class="quiet">Somebody else? <a href="${startOf(site, connectionId)}">Sign in anew</a>.</p>`
}

const backTo = (site: Site): string => encodeURIComponent(openingPath(site))
const startOf = (site: Site, connectionId: string): string =>
  `${site.base}/auth/start/${connectionId}?return_to=${backTo(site)}`
