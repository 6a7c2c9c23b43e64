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
  if (url.pathname.startsWith('//')) return usual
  const path = decoded(url.pathname)
  if (path === null) return usual
  const token = shownInvitation(base, path)
  if (token === null) return `${url.pathname}${url.search}`
  return tokenForm.test(token) ? invitationPath({ base }, token) : usual
}

/**
 * What stands for the token in the decoded path of an invitation, read as the router reads it; null for any other place. Places are
 * kept in clear, and tokens are not: however an invitation is spelt, it has one form, that `invitationIn` knows.
 */
function shownInvitation(base: string, path: string): string | null {
  const start = invitationPath({ base }, '')
  if (!path.toLowerCase().startsWith(start.toLowerCase())) return null
  return path.slice(start.length).replace(/\/$/, '')
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

const tokenForm = /^[0-9A-Za-z_-]{1,200}$/

/** Where an invitation is shown, and taken up. */
export function invitationPath({ base }: Pick<Site, 'base'>, token: string): string {
  return `${base}/auth/invitations/${token}`
}

/** Where somebody opens an account of his own. */
export function openingPath({ base }: Pick<Site, 'base'>): string {
  return `${base}/auth/open`
}

/** The token of the invitation that a place of ours shows; null for any other place. */
export function invitationIn(site: Site, place: string): string | null {
  const start = invitationPath(site, '')
  const token = place.startsWith(start) ? place.slice(start.length) : ''
  return tokenForm.test(token) ? token : null
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

export function dropBrowser(response: Response, site: Site): void {
  const { name, options } = browserCookie(site)
  const { maxAge: _, ...rest } = options
  response.clearCookie(name, rest)
}

/** The same, made where there is none; several tabs share it. */
export function tieBrowser(request: Request, response: Response, site: Site, newSecret: () => string): string {
  const { name, options } = browserCookie(site)
  const secret = browserOf(request, site) ?? newSecret()
  response.cookie(name, secret, options)
  return secret
}
