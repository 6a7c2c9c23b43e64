import type { Request, Response } from 'express'
import type { Acceptance } from '../../application/invitations/accept-invitation.ts'
import type { SeenVisitor } from '../../application/invitations/accept-as-visitor.ts'
import type { SeenInvitation } from '../../application/invitations/find-invitations.ts'
import type { SignedIn } from '../../application/sessions/read-session.ts'
import { AppError } from '../../domain/errors.ts'
import { html, type Html } from '../html.ts'
import { sendPage, type Site } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { formText } from './login-page.ts'
import { browserOf, invitationPath } from './places.ts'

const tokenOf = (request: Request): string => String(request.params.token ?? '').slice(0, 200)
const pathOf = (site: Site, request: Request): string => invitationPath(site, encodeURIComponent(tokenOf(request)))

/** What an invitation is of. Looking spends nothing; a button takes it up, as whoever has signed in. */
export async function showInvitation(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  const op = signInOperation(request, newId)
  const seen = await app.openInvitation(op, { token: tokenOf(request) })
  const browser = browserOf(request, site)
  const visitor = browser === null ? null : await app.findVisitor(op, { token: tokenOf(request), browser })
  const here = pathOf(site, request)
  const who = signedInOf(request)
  const way = seen.state === 'pending' ? ways(site, here, seen, visitor ?? who) : wayOn(site, seen.state, who)
  const body = html`<div class="card">
    <h1>${seen.accountName} invites you</h1>
    <dl>
      <dt>Invited by</dt>
      <dd>${seen.inviter ?? 'the operator of this service'}</dd>
      <dt>${seen.roles.length === 1 ? 'Role' : 'Roles'}</dt>
      <dd>${seen.roles.join(', ')}</dd>
      <dt>Sent to</dt>
      <dd>${seen.email}</dd>
      <dt>Open until</dt>
      <dd><time>${new Date(seen.expiresAt).toISOString().slice(0, 10)}</time></dd>
    </dl>
    ${way}
  </div>`
  sendPage(response, site, 200, { title: 'Invitation', body })
}

function ways(site: Site, here: string, seen: SeenInvitation, who: SeenVisitor | SignedIn | null): Html {
  if (who === null)
    return html`<p>Sign in first; you come back here.</p>
      ${signInForm(site, here, seen.email)}`
  const { email } = 'session' in who ? who.member : who
  const isMeant = email?.toLowerCase() === seen.email.toLowerCase()
  return html`${'session' in who ? asSignedIn(here, who, isMeant) : asVisitor(here, who, isMeant)}
    <h2>Somebody else?</h2>
    ${signInForm(site, here, seen.email)}`
}

/** A link that was used is often opened again to get in. */
function wayOn({ base }: Site, state: keyof typeof over, who: SignedIn | null): Html {
  const [place, text] = who === null ? ['/auth/login', 'Sign in'] : ['/console', 'Go to your accounts']
  return html`<p>${over[state]}</p>
    ${state === 'accepted' ? html`<p><a class="button" href="${base}${place}">${text}</a></p>` : null}`
}

/** Whoever is signed in by another address may be meant, and more likely is not: then to accept is not the first thing offered. */
function acceptButton(name: string, isMeant: boolean): Html {
  return isMeant
    ? html`<button type="submit">Accept as ${name}</button>`
    : html`<p>The invitation was sent to another address.</p>
        <button class="plain" type="submit">Accept as ${name}</button>`
}

function asSignedIn(here: string, { member, account }: SignedIn, isMeant: boolean): Html {
  return html`<p>You are signed in as <strong>${member.userName}</strong> of ${account.name}.</p>
    <form method="post" action="${here}">${acceptButton(member.userName, isMeant)}</form>`
}

function asVisitor(here: string, { id, name, email, issuer }: SeenVisitor, isMeant: boolean): Html {
  const shown = name ?? email ?? 'yourself'
  return html`<p>
      You have signed in as <strong>${shown}</strong>${email === null ? null : ` (${email})`} at ${issuer}.
    </p>
    <form method="post" action="${here}">
      <input type="hidden" name="visitor" value="${id}" />
      ${acceptButton(shown, isMeant)}
    </form>`
}

function signInForm({ base }: Site, here: string, email: string): Html {
  return html`<form method="post" action="${base}/auth/login">
      <label for="hint">Your work e-mail</label>
      <input id="hint" name="hint" value="${email}" maxlength="254" autocomplete="username" required />
      <input type="hidden" name="return_to" value="${here}" />
      <button type="submit">Sign in</button>
    </form>
    <p class="quiet">You sign in at your company; no password is typed here.</p>`
}

export async function takeInvitation(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { site } = deps
  requireSameOrigin(request, site)
  const taken = await gone(take(deps, request))
  if (taken === null) {
    response.redirect(303, pathOf(site, request)) // nobody signed in, or somebody else than the page showed: look again
    return
  }
  const { title, text } = outcome(taken)
  const body = html`<div class="card">
    <h1>${title}</h1>
    <p>${text}</p>
    ${taken.way}
  </div>`
  sendPage(response, site, 200, { title, body })
}

type Taken = Acceptance & { way: Html | null }

async function take({ app, newId, site }: AuthDeps, request: Request): Promise<Taken | null> {
  const op = signInOperation(request, newId)
  const token = tokenOf(request)
  const visitorId = formText(request, 'visitor', 100)
  if (visitorId === undefined) {
    const who = signedInOf(request)
    if (who === null) return null
    const way = html`<p><a class="button" href="${site.base}/console">Go to your accounts</a></p>`
    return { ...(await app.acceptAsSignedIn(op, { token, who })), way }
  }
  const browser = browserOf(request, site)
  const taken = browser === null ? null : await app.acceptAsVisitor(op, { token, browser, visitorId })
  if (taken === null) return null
  const start = `${site.base}/auth/start/${taken.connectionId}?account=${taken.accountId}`
  const way = html`<p><a class="button" href="${start}">Sign in</a></p>`
  return { ...taken, way: taken.kind === 'joined' ? way : null }
}

const over = {
  awaiting_confirmation: 'It was taken up, and waits for whoever invited.',
  accepted: 'It was taken up already.',
  expired: 'It is over; ask whoever invited you to send it again.',
  revoked: 'It was taken back; ask whoever invited you.',
} as const

function outcome({ kind }: Acceptance): { title: string; text: string } {
  if (kind === 'joined') return { title: 'You are in', text: 'The account is among yours from now on.' }
  const text = 'Whoever invited you sees who you are signed in as, and confirms. You need not do anything.'
  return { title: 'Waiting for confirmation', text }
}

/** An invitation that somebody else took up is for the reader no fault of ours. */
async function gone<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') throw new AppError('forbidden', error.message)
    throw error
  }
}
