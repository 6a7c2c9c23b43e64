import type { Request } from 'express'
import { randomNonce, type Configuration } from 'openid-client'
import { Strategy, type AuthenticateOptions } from 'openid-client/passport'

/** What the client library keeps between the two halves of a sign-in: verifier, nonce, state, max_age. */
export type Checks = Readonly<Record<string, unknown>>

export type Half =
  | { readonly kind: 'begin'; readonly loginHint: string | undefined; keep(checks: Checks): Promise<void> }
  | { readonly kind: 'finish'; readonly checks: Checks }

export type StrategyOptions = {
  readonly connectionId: string
  readonly config: Configuration
  readonly callbackUrl: string
  readonly state: string
  readonly scopes: readonly string[]
  readonly maxAgeSeconds: number | null
}

const slot = 'checks'

/**
 * openid-client's strategy for one connection and one sign-in. State and nonce are always sent, beside PKCE; what has to be
 * matched lies under the state in the database and not in a session, so that tabs do not overwrite each other; and a callback
 * without an answer in it never begins a new sign-in.
 */
export class ConnectionStrategy extends Strategy {
  // passport gives each attempt these.
  declare redirect: (url: string, status?: number) => void
  declare error: (error: unknown) => void
  readonly #options: StrategyOptions
  readonly #half: Half

  constructor(options: StrategyOptions, half: Half) {
    const { connectionId: name, config, callbackUrl, scopes } = options
    super({ name, config, callbackURL: callbackUrl, sessionKey: slot, scope: scopes.join(' ') }, (tokens, done) => {
      done(null, tokens)
    })
    this.#options = options
    this.#half = half
  }

  override authorizationRequestParams<T extends AuthenticateOptions>(request: Request, options: T): URLSearchParams {
    const told = super.authorizationRequestParams(request, options)
    const params = new URLSearchParams(told as URLSearchParams | undefined)
    params.set('response_type', 'code')
    params.set('state', this.#options.state)
    params.set('nonce', randomNonce())
    const { maxAgeSeconds } = this.#options
    if (maxAgeSeconds !== null) params.set('max_age', String(maxAgeSeconds))
    if (this.#half.kind === 'begin' && this.#half.loginHint !== undefined)
      params.set('login_hint', this.#half.loginHint)
    return params
  }

  override currentUrl(request: Request): URL {
    const url = new URL(this.#options.callbackUrl)
    url.search = new URL(request.originalUrl, url).search
    return url
  }

  override shouldInitiateAuthRequest(): boolean {
    return this.#half.kind === 'begin'
  }

  override authenticate(request: Request, options: AuthenticateOptions): void {
    const half = this.#half
    const held: Record<string, unknown> = half.kind === 'finish' ? { [slot]: half.checks } : {}
    const carrier = Object.create(request, { session: { value: held } }) as Request
    if (half.kind === 'begin') {
      const redirect = this.redirect.bind(this)
      this.redirect = (url) => {
        half.keep(held[slot] as Checks).then(
          () => redirect(url),
          (error: unknown) => this.error(error),
        )
      }
    }
    super.authenticate(carrier, options)
  }
}
