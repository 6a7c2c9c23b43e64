import type { Request, Response } from 'express'
import type { Site } from '../page.ts'

/** A single text of the query; what comes twice or in brackets counts as not given. */
export function queryText(request: Request, name: string, longest = 500): string | undefined {
  const value = request.query[name]
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined
}

/** A place of ours to go to after a sign-in, as a path; anything that leads elsewhere is the console. */
export function safeReturn({ base, origin }: Site, wanted: string | undefined): string {
  const usual = `${base}/console`
  if (wanted === undefined || /[\u0000-\u0020\\]/.test(wanted) || !URL.canParse(wanted, origin)) return usual
  const url = new URL(wanted, origin)
  if (url.origin !== origin || !url.pathname.startsWith(`${base}/`) || url.username !== '') return usual
  return url.pathname.startsWith('//') ? usual : `${url.pathname}${url.search}`
}

/** Where an invitation is shown, and taken up. */
export function invitationPath({ base }: Site, token: string): string {
  return `${base}/auth/invitations/${token}`
}

/** The token of the invitation that a place of ours shows; null for any other place. */
export function invitationIn(site: Site, place: string): string | null {
  const start = invitationPath(site, '')
  const token = place.startsWith(start) ? place.slice(start.length) : ''
  return /^[0-9A-Za-z_-]{1,200}$/.test(token) ? token : null
}

const browserLifeMs = 15 * 60_000

function browserCookie({ secure }: Site) {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: browserLifeMs } as const
  return { name: secure ? '__Host-joinery-browser' : 'joinery-browser', options }
}

/** The secret that ties sign-ins under way to this browser. */
export function browserOf(request: Request, site: Site): string | null {
  const { name } = browserCookie(site)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = pair.trim().split('=')
    if (key === name && /^[0-9A-Za-z]{43}$/.test(value)) return value
  }
  return null
}

/** The same, made where there is none; several tabs share it. */
export function tieBrowser(request: Request, response: Response, site: Site, newSecret: () => string): string {
  const { name, options } = browserCookie(site)
  const secret = browserOf(request, site) ?? newSecret()
  response.cookie(name, secret, options)
  return secret
}
