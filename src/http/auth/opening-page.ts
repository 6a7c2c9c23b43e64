import type { Request, Response } from 'express'
import type { Offer } from '../../application/openings/offers.ts'
import type { OpenedAccount } from '../../application/openings/open-account.ts'
import type { SignedIn } from '../../application/sessions/read-session.ts'
import { SignInRefused } from '../../application/sign-in/refused.ts'
import type { AppError } from '../../domain/errors.ts'
import { html, type Html } from '../html.ts'
import { adoptSession, sessionSecretOf, signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { formText } from './login-page.ts'
import { openingPath } from './places.ts'

/** What was typed, where it was not taken. */
export type Typed = { readonly name: string; readonly catalog: string | undefined; readonly alarm: string }

/** Besides, the visitor whom the page shows. */
type Filled = { readonly typed: Typed | null; readonly visitorId: string | null }

/**
 * The form by which somebody opens an account of his own; null where he may not. `request` names what the form of
 * somebody signed in asks for, so that a second click opens no second account; a visitor's sign-in is spent by the first.
 */
export function openingForm(
  { site, newSecret }: AuthDeps,
  offers: readonly Offer[],
  { typed, visitorId }: Filled = { typed: null, visitorId: null },
): Html | null {
  if (offers.length === 0) return null
  return html`${typed && html`<p class="alarm" role="alert">${typed.alarm}</p>`}
    <form method="post" action="${openingPath(site)}">
      <label for="name">Name of the account</label>
      <input id="name" name="name" value="${typed?.name ?? ''}" maxlength="200" autocomplete="organization" required />
      ${platformField(offers, typed?.catalog)}
      ${
        visitorId === null
          ? html`<input type="hidden" name="request" value="${newSecret()}" />`
          : html`<input type="hidden" name="visitor" value="${visitorId}" />`
      }
      <button type="submit">Open the account</button>
    </form>`
}

function platformField(offers: readonly Offer[], chosen: string | undefined): Html | null {
  if (offers.length < 2) return null
  return html`<label for="catalog">Platform</label>
    <select id="catalog" name="catalog">
      ${offers.map(({ catalog, label }) => option(catalog, label, catalog === chosen))}
    </select>`
}

const option = (value: string, label: string, chosen: boolean): Html =>
  html`<option value="${value}" ${chosen ? html`selected` : null}>${label}</option>`

/** What was typed, with what is wrong with it. */
export function typedIn(request: Request, { message }: AppError): Typed {
  const alarm = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  return { name: formText(request, 'name') ?? '', catalog: formText(request, 'catalog', 100), alarm }
}

/** Opens the account of whoever is signed in, and goes over to it. */
export async function openSignedIn(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const who = signedInOf(request)
  if (who !== null) {
    const name = formText(request, 'name') ?? ''
    await openAndGo(deps, request, who, { name, catalog: formText(request, 'catalog', 100), key: keyOf(request, name) })
  }
  response.set('Cache-Control', 'no-store').redirect(303, `${deps.site.base}/console`)
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
