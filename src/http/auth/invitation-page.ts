import type { Request, Response } from 'express'
import type { Acceptance } from '../../application/invitations/accept-invitation.ts'
import { AppError } from '../../domain/errors.ts'
import { html } from '../html.ts'
import { sendPage } from '../page.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'

const tokenOf = (request: Request): string => String(request.params.token ?? '').slice(0, 200)
const pathOf = (request: Request): string => `/auth/invitations/${encodeURIComponent(tokenOf(request))}`

/** What an invitation is of. Looking spends nothing; a button takes it up, as whoever is signed in. */
export async function showInvitation(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  const seen = await gone(app.openInvitation(signInOperation(request, newId), { token: tokenOf(request) }))
  const who = signedInOf(request)
  const here = `${site.base}${pathOf(request)}`
  const login = `${site.base}/auth/login?${new URLSearchParams({ return_to: here }).toString()}`
  const way =
    seen.state !== 'pending'
      ? html`<p>${over[seen.state]}</p>`
      : who === null
        ? html`<p>Sign in first; you come back here.</p>
            <p><a class="button" href="${login}">Sign in</a></p>`
        : html`<p>You are signed in as <strong>${who.member.userName}</strong> of ${who.account.name}.</p>
            <form method="post" action="${here}"><button type="submit">Accept as ${who.member.userName}</button></form>
            <p class="quiet">Somebody else? Sign out, and open the link again.</p>`
  const body = html`<div class="card">
    <h1>${seen.accountName} invites you</h1>
    <p>
      The invitation went to ${seen.email}, for the role ${seen.roles.join(', ')}. It ends on
      ${new Date(seen.expiresAt).toISOString().slice(0, 10)}.
    </p>
    ${way}
  </div>`
  sendPage(response, site, 200, { title: 'Invitation', body })
}

export async function takeInvitation(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  requireSameOrigin(request, site)
  const who = signedInOf(request)
  if (who === null) {
    response.redirect(303, `${site.base}${pathOf(request)}`)
    return
  }
  const taken = await gone(app.acceptAsSignedIn(signInOperation(request, newId), { token: tokenOf(request), who }))
  const { title, text } = outcome(taken)
  const body = html`<div class="card">
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a class="button" href="${site.base}/console">Go to your accounts</a></p>
  </div>`
  sendPage(response, site, 200, { title, body })
}

const over = {
  awaiting_confirmation: 'It was taken up, and waits for whoever invited.',
  accepted: 'It was taken up already.',
  expired: 'It is over; ask whoever invited you to send it again.',
  revoked: 'It was taken back; ask whoever invited you.',
} as const

function outcome({ kind }: Acceptance): { title: string; text: string } {
  if (kind === 'joined') return { title: 'You are in', text: 'The account is among yours; you can switch to it.' }
  const text = 'Whoever invited you sees who you are signed in as, and confirms. You need not do anything.'
  return { title: 'Your acceptance waits for a word', text }
}

/** A link that is spent, over or somebody else's is for the reader no fault of ours. */
async function gone<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof AppError && (error.code === 'conflict' || error.rule === 'invitation_dead'))
      throw new AppError('forbidden', error.message)
    throw error
  }
}
