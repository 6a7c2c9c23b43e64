import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'

export type Person = { sub: string } & Record<string, unknown>

/** A real OpenID provider on this machine, with people who sign in by their `login_hint`, without a screen. */
export type OpenIdProvider = {
  issuer: string
  provider: Provider
  people: Map<string, Person>
  /** What the person says of himself; by default whoever `login_hint` names. */
  next: { sub: string | null; decline: boolean }
  /** Looks at each request first; true: it has been answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null
  /** Requests as `METHOD path`. */
  seen: string[]
  close(): Promise<void>
}

export type ProviderClient = {
  client_id: string
  client_secret?: string
  redirect_uris: string[]
  post_logout_redirect_uris?: string[]
} & Record<string, unknown>

export async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }
}

export type ProviderOptions = { clients: ProviderClient[]; people: Person[]; keys?: JWK[]; port?: number }

export async function startOpenIdProvider(options: ProviderOptions): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const people = new Map(options.people.map((person) => [person.sub, person]))
  const keys = options.keys ?? [await signingKey('first')]
  const provider = quietly(() => new Provider(issuer, configuration(options.clients, people, keys)))
  const started: OpenIdProvider = {
    ...{ issuer, provider, people, next: { sub: null, decline: false }, intercept: null, seen: [] },
    close: () => closed(server),
  }
  const answer = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    started.seen.push(`${request.method} ${path}`)
    void handle(started, path, request, response, answer)
  })
  return started
}

async function handle(
  started: OpenIdProvider,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<void> {
  try {
    if ((await started.intercept?.(request, response)) === true) return
    if (path.startsWith('/interaction/')) await interact(started, request, response)
    else await answer(request, response)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}

/** Signs in whoever is next, or whom the request named, and agrees to all. */
async function interact(
  { provider, next }: OpenIdProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, prompt, grantId } = await provider.interactionDetails(request, response)
  if (next.decline) {
    await provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'not you' })
    return
  }
  const accountId = next.sub ?? (params.login_hint as string | undefined) ?? ''
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId, clientId: String(params.client_id) })
  grant.addOIDCScope('openid email profile')
  const consent = { grantId: await grant.save() }
  const result =
    prompt.name === 'login' ? { login: { accountId, amr: ['pwd', 'otp'], acr: 'loa2' }, consent } : { consent }
  await provider.interactionFinished(request, response, result)
}

function configuration(clients: ProviderClient[], people: Map<string, Person>, keys: JWK[]): Configuration {
  return {
    clients: clients.map((client) => ({
      ...{ grant_types: ['authorization_code'], response_types: ['code'] },
      ...{ token_endpoint_auth_method: 'client_secret_basic' as const },
      ...client,
    })),
    jwks: { keys: keys },
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time', 'tid', 'oid', 'sid', 'session_expiry', 'employee'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'upn'],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ['test-cookie-key'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
    findAccount: (_context, sub) => {
      const person = people.get(sub)
      return person && { accountId: sub, claims: () => Promise.resolve(person) }
    },
  }
}

/** It warns of the runtime and of in-memory adapters, which are wanted here. */
function quietly<T>(make: () => T): T {
  const { info, warn } = console
  console.info = console.warn = () => undefined
  try {
    return make()
  } finally {
    Object.assign(console, { info, warn })
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
