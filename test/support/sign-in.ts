import { createBreakable } from './breakable.ts'
import { createConnection, createTenant, type Tenant } from './api.ts'
import type { JWK } from 'jose'
import { createBrowser, type Browser, type Page } from './browser.ts'
import { okta, patch } from './idp.ts'
import { startJoinery, type Joinery, type Options } from './joinery.ts'
import {
  signingKey,
  startOpenIdProvider,
  type OpenIdProvider,
  type Person,
  type ProviderClient,
} from './openid-provider.ts'

export const clientId = 'joinery'
export const clientSecret = 'a-secret-of-the-client-0123456789'

/** An account whose people sign in at a provider of its own. */
export type Company = Tenant & { idp: OpenIdProvider; key: JWK; loginUrl: string; oidcPath: string }

/** A Joinery whose providers are on this machine, with a look past every verb. */
export type SignInJoinery = Joinery & { breakable: ReturnType<typeof createBreakable> }

export async function startSignInJoinery(options: Options = {}): Promise<SignInJoinery> {
  const breakable = createBreakable()
  const env = { OUTBOUND_ALLOW_LOOPBACK: '1', ...options.env }
  const joinery = await startJoinery({ wrapDatabase: breakable.wrapDatabase, ...options, env })
  return { ...joinery, breakable }
}

export const person = (name: string, more: Record<string, unknown> = {}): Person => ({
  ...{ sub: `00u${name}`, name: `${name} Doe`, email: `${name}@corp.example`, email_verified: true },
  ...more,
})

export type CompanyOptions = {
  people?: Person[]
  settings?: object
  client?: Partial<ProviderClient>
  account?: string
  kind?: string
  port?: number
}

export async function startCompany(
  joinery: Pick<Joinery, 'api' | 'url'>,
  options: CompanyOptions = {},
): Promise<Company> {
  const { api, url } = joinery
  const { kind = 'okta' } = options
  const tenant =
    options.account === undefined ? await createTenant(api, kind) : await createConnection(api, options.account, kind)
  const client: ProviderClient = {
    client_id: clientId,
    ...(options.client?.jwks === undefined ? { client_secret: clientSecret } : {}),
    redirect_uris: [`${url}/auth/callback/${tenant.connectionId}`],
    post_logout_redirect_uris: [`${url}/auth/signed-out`],
    ...options.client,
  }
  const key = await signingKey('first')
  const idp = await startOpenIdProvider({
    clients: [client],
    keys: [key],
    people: options.people ?? [person('ann'), person('bob')],
    ...(options.port === undefined ? {} : { port: options.port }),
  })
  const oidcPath = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/oidc`
  const settings = await api.ok('PUT', oidcPath, { issuer: idp.issuer, clientId, clientSecret, ...options.settings })
  return { ...tenant, idp, key, oidcPath, loginUrl: settings.loginUrl }
}

/** Pushes a person by SCIM as Okta does; answers his SCIM id. */
export async function push({ scim }: Company, name: string, more: object = {}): Promise<string> {
  const answer = await scim('POST', '/Users', okta.createUser(name, more))
  if (answer.status !== 201) throw new Error(`push: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.id
}

/** Signs a person in with a browser; the page at the end. */
export async function signIn(
  company: Company,
  name: string,
  browser: Browser = createBrowser(),
  query = '',
): Promise<Page> {
  company.idp.next.sub = `00u${name}`
  return browser.follow(`${company.loginUrl}${query}`)
}

export type SessionAnswer = { status: number; body: any }

export async function sessionOf(joinery: Joinery, browser: Browser): Promise<SessionAnswer> {
  const page = await browser.get(`${joinery.url}/auth/session`)
  return { status: page.status, body: JSON.parse(page.text) }
}

export type Line = { action: string; member_id: string | null; target: string; detail: Record<string, unknown> }

/** Lines of the audit log about an account, the oldest first. */
export async function auditOf({ breakable }: SignInJoinery, accountId: string, action: string): Promise<Line[]> {
  type Row = Omit<Line, 'detail'> & { detail: string }
  const rows = await breakable.rows<Row>((db) =>
    db('audit_events').where({ account_id: accountId, action }).orderBy('id'),
  )
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }))
}

/** A domain that an account has proved, or is about to. */
export function proveDomain(
  { breakable }: Pick<SignInJoinery, 'breakable'>,
  accountId: string,
  domain: string,
  state = 'verified',
): Promise<void> {
  return breakable.run((db) =>
    db('account_domains').insert({
      ...{ id: `${accountId}-${domain}`, account_id: accountId, domain, state, challenge: 'x', failures: 0 },
      ...{ created_at: 0, expires_at: 0, verified_at: 1, proved_at: 1, next_check_at: 9e12 },
    }),
  )
}

/** What a directory says of somebody who leaves, or comes back. */
export const setActive = ({ scim }: Company, userId: string, value: boolean): ReturnType<Company['scim']> =>
  scim('PATCH', `/Users/${userId}`, patch({ op: 'replace', path: 'active', value }))
