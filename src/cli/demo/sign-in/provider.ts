import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type Provider from 'oidc-provider'
import type { Configuration } from 'oidc-provider'
import type { Company, Person } from '../model.ts'
import { pickingPage } from './picking-page.ts'

/** The OpenID provider of a company, on this machine: whoever opens it picks a person, and no password is asked. */
export type IdP = { readonly issuer: string; close(): Promise<void> }
export type Client = { readonly clientId: string; readonly clientSecret: string; readonly redirectUri: string }

type Library = typeof import('oidc-provider')

/** Null where it is not installed: it comes with the packages for development. */
export async function loadLibrary(): Promise<Library | null> {
  try {
    return await quietly(() => import('oidc-provider'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

export async function startProvider(library: Library, company: Company, client: Client): Promise<IdP> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = await configurationOf(company, client)
  const provider = await quietly(() => new library.default(issuer, settings))
  const answer = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    forgetSession(request, company)
    const picking = request.url?.startsWith('/interaction/') === true
    const answered = picking ? pick(provider, company, request, response) : answer(request, response)
    Promise.resolve(answered).catch((error: unknown) => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end((error as Error).message)
    })
  })
  return { issuer, close: () => closed(server) }
}

/** Shows whom one can be, and takes who was picked. */
async function pick(
  provider: Provider,
  company: Company,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, uid } = await provider.interactionDetails(request, response)
  const login = request.method === 'POST' ? new URLSearchParams(await textOf(request)).get('person') : null
  const person = company.people.get(login ?? '')
  if (person === undefined) {
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
    response.writeHead(200, headers).end(pickingPage(company, `/interaction/${uid}`))
    return
  }
  const accountId = claimsOf(company, person).sub
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) })
  grant.addOIDCScope('openid email profile')
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId, remember: false }, consent })
}

async function configurationOf(company: Company, client: Client): Promise<Configuration> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'demo', alg: 'RS256', use: 'sig' }
  const all = [...company.people.values()].map((person) => claimsOf(company, person))
  const people = new Map(all.map((claims) => [claims.sub, claims]))
  const { vendor } = company
  return {
    clients: [
      {
        ...{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [client.redirectUri] },
      },
    ],
    jwks: { keys: [jwk] },
    claims: { openid: ['sub', 'oid'], email: ['email'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    // Browsers share cookies between the ports of one host.
    cookies: {
      keys: [randomBytes(32).toString('hex')],
      names: { session: `${vendor}-session`, interaction: `${vendor}-interaction`, resume: `${vendor}-resume` },
    },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
    findAccount: (_context, sub) => {
      const claims = people.get(sub)
      return claims && { accountId: sub, claims: () => Promise.resolve(claims) }
    },
  }
}

/** Each sign-in asks who it is, as a demo is looked at as one person after another: no session of the provider is read. */
function forgetSession(request: IncomingMessage, { vendor }: Company): void {
  const { cookie } = request.headers
  if (cookie === undefined) return
  const kept = cookie.split(';').filter((pair) => !pair.trim().startsWith(`${vendor}-session`))
  request.headers.cookie = kept.join(';')
}

type Claims = { readonly sub: string } & Readonly<Record<string, unknown>>

/** Okta’s `sub` is the id that it also pushes; Entra has another `sub` for each app, and one `oid`, which it pushes. */
function claimsOf({ vendor }: Pick<Company, 'vendor'>, person: Person): Claims {
  const { login, userName, displayName: name, externalId } = person
  return vendor === 'Okta'
    ? { sub: externalId, name, email: userName }
    : { sub: `joinery-${login}`, oid: externalId, name, preferred_username: userName }
}

/** The library warns of the version of Node, and of keeping things in memory, which is wanted here. */
async function quietly<T>(work: () => T): Promise<Awaited<T>> {
  const { info, warn } = console
  const silent = (): void => undefined
  Object.assign(console, { info: silent, warn: silent })
  try {
    return await work()
  } finally {
    Object.assign(console, { info, warn })
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text = (text + String(chunk)).slice(0, 4096)
  return text
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
