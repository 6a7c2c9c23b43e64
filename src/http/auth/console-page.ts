import type { Request, Response } from 'express'
import type { SignedIn } from '../../application/sessions/read-session.ts'
import type { Membership } from '../../application/sign-in/stores.ts'
import { findRole } from '../../domain/catalog.ts'
import { html, type Html } from '../html.ts'
import { sendPage, type Site } from '../page.ts'
import { signedInOf, signInOperation } from '../sessions.ts'
import type { AuthDeps } from './deps.ts'
import { startUrl } from './login-page.ts'
import { openingForm } from './opening-page.ts'

/** Who am I, in which account, with which roles; strangers are sent to the sign-in page. */
export async function showConsole(deps: AuthDeps, request: Request, response: Response): Promise<void> {
  const { app, newId, site } = deps
  const who = signedInOf(request)
  response.set('Cache-Control', 'no-store')
  if (who === null) {
    response.redirect(303, `${site.base}/auth/login?return_to=${encodeURIComponent(`${site.base}/console`)}`)
    return
  }
  const op = signInOperation(request, newId)
  const memberships = await app.listMemberships(op, who.session)
  const offers = await app.findOpening(op, who)
  const body = html`<div class="card">
      <h1>${who.member.displayName ?? who.member.userName}</h1>
      ${facts(who)} ${accounts(site, who, memberships)}
      <form method="post" action="${site.base}/auth/logout">
        <button type="submit">Sign out</button>
      </form>
    </div>
    ${ownAccount(openingForm(deps, offers))}`
  sendPage(response, site, 200, { title: who.account.name, body })
}

function facts({ member, account, roles, catalog, expiresAt }: SignedIn): Html {
  const labels = roles.map((role) => findRole(catalog, role)?.label ?? role)
  return html`<dl>
    <dt>Signed in as</dt>
    <dd>${member.userName}</dd>
    <dt>Account</dt>
    <dd>${account.name}</dd>
    <dt>${labels.length === 1 ? 'Role' : 'Roles'}</dt>
    <dd>${labels.length === 0 ? 'none' : labels.join(', ')}</dd>
    <dt>Signed in until</dt>
    <dd><time>${new Date(expiresAt).toISOString().replace('T', ' ').slice(0, 16)} UTC</time></dd>
  </dl>`
}

function ownAccount(form: Html | null): Html | null {
  return (
    form &&
    html`<div class="card">
      <h2>Open an account of your own</h2>
      ${form}
    </div>`
  )
}

/** Where else the same identity may go, and where it lands. */
function accounts(site: Site, { account }: SignedIn, memberships: readonly Membership[]): Html | null {
  if (memberships.length < 2) return null
  const here = memberships.filter(({ link }) => link.accountId === account.id)
  const others = memberships.filter(({ link }) => link.accountId !== account.id)
  return html`${here.map(({ isDefault }) => landing(site, account.id, isDefault))}
    <h2>Your other accounts</h2>
    <ul class="plain">
      ${others.map((each) => html`<li><span>${each.accountName}</span> ${wayInto(site, each)}</li>`)}
    </ul>`
}

function landing({ base }: Site, accountId: string, isDefault: boolean): Html {
  if (isDefault) return html`<p class="quiet">You land in this account when you sign in.</p>`
  return html`<form method="post" action="${base}/auth/default">
    <input type="hidden" name="account" value="${accountId}" />
    <button class="plain" type="submit">Land in this account at sign-in</button>
  </form>`
}

function wayInto(site: Site, { link, accountName, ownSignIn }: Membership): Html {
  const { base } = site
  if (ownSignIn !== null) {
    const start = startUrl(site, { connectionId: ownSignIn, accountId: null }, { returnTo: `${base}/console` })
    return html`<a href="${start}" aria-label="Sign in to ${accountName}">has a sign-in of its own</a>`
  }
  return html`<form method="post" action="${base}/auth/switch">
    <input type="hidden" name="account" value="${link.accountId}" />
    <button class="plain" type="submit" aria-label="Go to ${accountName}">Go there</button>
  </form>`
}
