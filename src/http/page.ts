import { createHash } from 'node:crypto'
import type { Response } from 'express'
import { html, type Html } from './html.ts'
import { styles } from './styles.ts'

/** Where the pages live: `base` is the path of the public URL, without a slash at its end. */
export type Site = { readonly base: string; readonly origin: string; readonly secure: boolean }

export function siteOf(publicUrl: string): Site {
  const { pathname, origin, protocol } = new URL(publicUrl)
  return { base: pathname.replace(/\/$/, ''), origin, secure: protocol === 'https:' }
}

const styleName = `joinery-${createHash('sha256').update(styles).digest('hex').slice(0, 12)}.css`
export const stylePath = `/assets/${styleName}`

/** Nothing but our own style sheet and forms to ourselves: no script at all, so that none can be slipped in. */
const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

export function pageHeaders({ secure }: Site): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    // A stricter one would take the Origin from our own forms.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  }
}

export type Page = {
  readonly title: string
  readonly body: Html
  /** Where the browser goes on by itself; a link on the page goes there too. */
  readonly goOn?: string
}

export function sendPage(response: Response, site: Site, status: number, page: Page): void {
  response.status(status).set(pageHeaders(site)).end(document(site, page).text)
}

function document({ base }: Site, { title, body, goOn }: Page): Html {
  const refresh = goOn === undefined ? null : html`<meta http-equiv="refresh" content="0;url=${goOn}" />`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh}
        <title>${title} · Joinery</title>
        <link rel="stylesheet" href="${base}${stylePath}" />
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `
}
