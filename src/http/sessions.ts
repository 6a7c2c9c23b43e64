import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import session, { Store, type SessionData } from 'express-session'
import type { Application } from '../application/create-application.ts'
import type { SignedIn } from '../application/sessions/read-session.ts'
import { newOperation, type HttpDeps } from './operation.ts'
import type { Site } from './page.ts'

declare module 'express-session' {
  interface SessionData {
    signedIn: Judged
  }
}

/** Who is signed in, judged when the request came in; written out as its id, as the session is compared by its text. */
type Judged = { readonly who: SignedIn; toJSON(): string }

export type SessionDeps = HttpDeps & {
  app: Pick<Application, 'readSession'>
  /** Signs cookies by the first, takes those of all. */
  cookieKeys: readonly string[]
  newSecret: () => string
}

const secrets = new WeakMap<object, string>()

/** The one cookie of a signed-in browser; on https its name keeps every other host from setting it. */
export function sessionCookie(site: Site) {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: site.secure } as const
  return { name: site.secure ? '__Host-joinery' : 'joinery', options }
}

/**
 * express-session over the sessions of the house: they begin and end in verbs, and each request's look is judged by one.
 * Nobody who is not signed in has a session, and nothing is kept in one.
 */
export function createSessions(deps: SessionDeps, site: Site): RequestHandler {
  const { name, options } = sessionCookie(site)
  const make = (rolling: boolean): RequestHandler =>
    session({
      ...{ name, cookie: options, secret: [...deps.cookieKeys], store: new JudgingStore(deps), rolling },
      ...{ genid: (request) => secrets.get(request) ?? deps.newSecret(), resave: false, saveUninitialized: false },
    })
  const [usual, renewing] = [make(false), make(true)]
  return (request, response, next) => {
    // TLS may end before us; whether the browser speaks https is what the public URL says.
    if (site.secure) Object.defineProperty(request, 'secure', { value: true })
    const handler = isSignedBy(deps.cookieKeys[0] ?? '', cookieIn(request, name)) ? usual : renewing
    handler(request, response, next)
  }
}

function cookieIn({ headers }: Request, name: string): string {
  const pair = headers.cookie?.split(';').find((each) => each.trim().startsWith(`${name}=`))
  return pair?.slice(pair.indexOf('=') + 1).trim() ?? ''
}

/**
 * Whether a cookie carries the signature of this key. Whether it is good at all is express-session's to judge. One
 * that a former key has signed is given anew with the answer, so that it outlives that key.
 */
function isSignedBy(key: string, cookie: string): boolean {
  const [, secret = '', signature = ''] = /^s%3A([^.]*)\.(.*)$/.exec(cookie) ?? []
  const own = createHmac('sha256', key).update(secret).digest('base64').replace(/=+$/, '')
  return signature === encodeURIComponent(own)
}

class JudgingStore extends Store {
  readonly #deps: SessionDeps

  constructor(deps: SessionDeps) {
    super()
    this.#deps = deps
  }

  override get(secret: string, answer: (error: unknown, data?: SessionData | null) => void): void {
    const { app, newId } = this.#deps
    app.readSession({ actor: { kind: 'system', part: 'sign-in' }, id: newId() }, secret).then(
      (who) => answer(null, who && toData(who)),
      (error: unknown) => answer(error),
    )
  }

  override set(_secret: string, _data: SessionData, done?: () => void): void {
    done?.()
  }

  override destroy(_secret: string, done?: () => void): void {
    done?.()
  }
}

function toData(who: SignedIn): SessionData {
  return { cookie: { originalMaxAge: null }, signedIn: { who, toJSON: () => who.session.id } }
}

export function signedInOf(request: Request): SignedIn | null {
  return request.session.signedIn?.who ?? null
}

/** The secret of the session that the request came with; null for a stranger. */
export function sessionSecretOf(request: Request): string | null {
  return signedInOf(request) === null ? null : request.sessionID
}

/** Gives the browser the cookie of a session that a verb has just begun. */
export function adoptSession(request: Request, secret: string): void {
  secrets.set(request, secret)
  request.sessionStore.generate(request)
}

export function dropCookie(response: Response, site: Site): void {
  const { name, options } = sessionCookie(site)
  response.clearCookie(name, options)
}

export const signInOperation = (request: Request, newId: () => string) =>
  newOperation(request, { kind: 'system', part: 'sign-in' }, newId)
