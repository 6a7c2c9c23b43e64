import type { Request, Response } from 'express'
import type { Offer } from '../../application/openings/offers.ts'
import type { OpenedAccount } from '../../application/openings/open-account.ts'
import type { SignedIn } from '../../application/sessions/read-session.ts'
import { SignInRefused } from '../../application/sign-in/refused.ts'
import { AppError } from '../../domain/errors.ts'
import { html, type Html } from '../html.ts'
import { sendPage } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { adoptSession, sessionSecretOf, signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { formText } from './login-page.ts'

/** What was typed, where it was not taken. */
type Typed = { readonly name: string; readonly catalog: string | undefined; readonly alarm: string }

/**
 * The form by which somebody opens an account of his own; null where he may not. `request` names what the form asks for, so
 * that a second click opens no second account.
 */
export function openingForm({ site, newSecret }: AuthDeps, offers: readonly Offer[], typed: Typed | null): Html | null {
  if (offers.length === 0) return null
  return html`${typed === null ? null : html`<p class="alarm" role="alert">${typed.alarm}</p>`}
    <form method="post" action="${site.base}/auth/open">
      <label for="name">Name of the account</label>
      <input id="name" name="name" value="${typed?.name ?? ''}" maxlength="200" autocomplete="organization" required />
      ${platformField(offers, typed?.catalog)}
      <input type="hidden" name="request" value="${newSecret()}" />
      <button class="plain" type="submit">Open the account</button>
    </form>`
}

function platformField(offers: readonly Offer[], chosen: string | undefined): Html | null {
  if (offers.length < 2) return null
  return html`<label for="catalog">Of</label>
    <select id="catalog" name="catalog">
      ${offers.map(({ catalog, label }) => option(catalog, label, catalog === chosen))}
    </select>`
}

const option = (value: string, label: string, chosen: boolean): Html =>
  html`<option value="${value}" ${chosen ? html`selected` : null}>${label}</option>`

/** Opens the account, and goes over to it. */
export async function submitOpening(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  requireSameOrigin(request, site)
  const who = signedInOf(request)
  if (who !== null) {
    const name = formText(request, 'name') ?? ''
    const catalog = formText(request, 'catalog', 100)
    try {
      await openAndGo(deps, request, who, { name, catalog, key: keyOf(request, name) })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
      const offers = await app.findOpening(signInOperation(request, newId), who)
      return sendForm(deps, response, offers, { name, catalog, alarm: sentence(error.message) })
    }
  }
  response.set('Cache-Control', 'no-store').redirect(303, `${site.base}/console`)
}

/** Sent again with another name, by way of the browser's button back, the form asks for something else. */
function keyOf(request: Request, name: string): string | null {
  const nonce = formText(request, 'request', 100)
  return nonce === undefined ? null : `form ${nonce} ${formText(request, 'catalog', 100) ?? ''} ${name.trim()}`
}

type Wanted = { name: string; catalog: string | undefined; key: string | null }

/** Null where the session has ended meanwhile. */
export async function openAndGo(
  { app, newId, newSecret }: AuthDeps,
  request: Request,
  who: SignedIn,
  wanted: Wanted,
): Promise<OpenedAccount | null> {
  const op = signInOperation(request, newId)
  const opened = await app.openAsSignedIn(op, { ...wanted, who })
  const secret = sessionSecretOf(request)
  if (opened === null || secret === null) return null
  const newOne = newSecret()
  try {
    await app.switchAccount(op, { secret, newSecret: newOne, accountId: opened.account.id })
    adoptSession(request, newOne)
  } catch (error) {
    // The same request, sent twice at once: the other one has gone over already.
    if (!(error instanceof SignInRefused) || error.refusal !== 'not_begun_here') throw error
  }
  return opened
}

function sendForm(deps: AuthDeps, response: Response, offers: readonly Offer[], typed: Typed): void {
  const title = 'Open an account of your own'
  const body = html`<div class="card">
    <h1>${title}</h1>
    ${openingForm(deps, offers, typed)}
    <p><a href="${deps.site.base}/console">Back to your accounts</a></p>
  </div>`
  sendPage(response, deps.site, 400, { title, body })
}

const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
