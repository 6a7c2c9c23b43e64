import type { ConnectionKind } from './connection.ts'
import type { FieldProblem } from './errors.ts'

/** How Joinery proves itself at the token endpoint of an IdP. */
export const clientAuthMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type ClientAuthMethod = (typeof clientAuthMethods)[number]

/** Who decides that a person exists: the directory alone (`scim`), or a sign-in too (`jit`). */
export const authorities = ['scim', 'jit'] as const
export type Authority = (typeof authorities)[number]

export const pairAttributes = ['externalId', 'userName'] as const

/** Which attribute of the directory's person equals which claim of the ID token: letter by letter. */
export type JoiningPair = { readonly attribute: (typeof pairAttributes)[number]; readonly claim: string }

/** A key of ours by which an IdP knows us; the private half lies in the vault. */
export type ClientKey = {
  readonly kid: string
  readonly publicJwk: Readonly<Record<string, string>>
}

/** The sign-in of one connection (OpenID Connect Core 1.0). Its secrets lie in the vault. */
export type OidcSettings = {
  readonly connectionId: string
  readonly accountId: string
  readonly issuer: string
  readonly clientId: string
  readonly authMethod: ClientAuthMethod
  readonly hasSecret: boolean
  readonly key: ClientKey | null
  readonly authority: Authority
  /** The role of whom a sign-in creates; null where it creates nobody. */
  readonly defaultRole: string | null
  /** Null: nobody of the directory is joined. */
  readonly pair: JoiningPair | null
  /** Entra's tenant, the only `tid` that is accepted; null for IdPs without such a thing. */
  readonly tenant: string | null
  readonly scopes: readonly string[]
  /** How old the IdP's own sign-in may be, in seconds; null leaves that to the IdP. */
  readonly maxAgeSeconds: number | null
  readonly enabled: boolean
  /** Whether its people may be let into other accounts by the operator: his own staff, and accounts without an IdP. */
  readonly platform: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** Claims that people or administrators can change, or that are given to somebody else later: they identify nobody. */
const changeableClaims: readonly string[] = [
  ...['email', 'preferred_username', 'upn', 'unique_name', 'verified_primary_email', 'verified_secondary_email'],
  ...['name', 'nickname', 'given_name', 'family_name', 'middle_name', 'profile', 'website', 'phone_number'],
  ...['groups', 'roles', 'nonce', 'aud', 'iss', 'iat', 'exp', 'sid', 'acr', 'amr', 'auth_time'],
]

const tenantForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const entraIssuer = /^https:\/\/login\.microsoftonline\.(?:com|us|cn)\/([^/]+)\/(?:v2\.0\/?)?$/

export type WantedSettings = Pick<
  OidcSettings,
  'issuer' | 'clientId' | 'authMethod' | 'authority' | 'defaultRole' | 'pair' | 'tenant' | 'scopes'
> & {
  readonly hasNewSecret: boolean
}

/** The tenant that an issuer of Entra names; null for every other issuer. */
export function tenantOf(issuer: string): string | null {
  return entraIssuer.exec(issuer)?.[1]?.toLowerCase() ?? null
}

/** The pair that fits most set-ups: Okta pushes its own user id as `externalId`, Entra the object id where it is told to. */
export function usualPair(kind: ConnectionKind): JoiningPair {
  return { attribute: 'externalId', claim: kind === 'entra' ? 'oid' : 'sub' }
}

/**
 * What is wrong with wanted settings, each with its place. A changed issuer or client gets no old secret: else whoever may
 * change the issuer could have the secret sent to himself.
 */
export function settingsProblems(wanted: WantedSettings, current: OidcSettings | undefined): FieldProblem[] {
  return [
    ...issuerProblems(wanted),
    ...credentialProblems(wanted, current),
    ...authorityProblems(wanted),
    ...pairProblems(wanted.pair),
    ...(wanted.scopes.includes('openid') ? [] : [{ path: 'scopes', message: 'must hold "openid"' }]),
  ]
}

function issuerProblems({ issuer, tenant }: WantedSettings): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (/\/\.well-known\//.test(issuer))
    problems.push({ path: 'issuer', message: 'must be the issuer, without /.well-known/…' })
  if (issuer.includes('?')) problems.push({ path: 'issuer', message: 'must have no query' })
  const named = tenantOf(issuer)
  if (named !== null && !tenantForm.test(named)) {
    const message = `must name one tenant by its id; "${named}" lets every tenant of Microsoft in`
    problems.push({ path: 'issuer', message })
  } else if (named !== null && tenant !== null && tenant !== named) {
    problems.push({ path: 'tenant', message: 'must be the tenant that the issuer names' })
  }
  return problems
}

function credentialProblems(wanted: WantedSettings, current: OidcSettings | undefined): FieldProblem[] {
  const { authMethod, hasNewSecret } = wanted
  if (authMethod === 'private_key_jwt') {
    return hasNewSecret ? [{ path: 'clientSecret', message: 'must be left out with private_key_jwt' }] : []
  }
  if (hasNewSecret || (current?.hasSecret === true && sameClient(wanted, current))) return []
  const again = current?.hasSecret !== true ? '' : ' again, as the issuer or the client is another one now'
  return [{ path: 'clientSecret', message: `must be given${again}` }]
}

function authorityProblems({ authority, defaultRole, pair }: WantedSettings): FieldProblem[] {
  if (authority === 'scim') {
    const problems: FieldProblem[] = []
    if (defaultRole !== null)
      problems.push({ path: 'defaultRole', message: 'must be left out with authority scim, which creates nobody' })
    if (pair === null)
      problems.push({ path: 'pair', message: 'must be given with authority scim: else nobody is ever joined' })
    return problems
  }
  return defaultRole === null
    ? [{ path: 'defaultRole', message: 'must be given with authority jit: the role of whom a sign-in creates' }]
    : []
}

function pairProblems(pair: JoiningPair | null): FieldProblem[] {
  if (pair === null || !changeableClaims.includes(pair.claim)) return []
  const message = `"${pair.claim}" may change or pass to somebody else; use a claim that stays, such as sub or oid`
  return [{ path: 'pair.claim', message }]
}

/** Whether the IdP still knows us, and its people, by the same names. */
export function sameClient(
  wanted: Pick<OidcSettings, 'issuer' | 'clientId'>,
  current: Pick<OidcSettings, 'issuer' | 'clientId'>,
): boolean {
  return wanted.issuer === current.issuer && wanted.clientId === current.clientId
}

/** When settings were changed: later than ever before, so that no two changes look alike, whatever the clock says. */
export function nextMark(current: Pick<OidcSettings, 'updatedAt'> | undefined, now: number): number {
  return current === undefined ? now : Math.max(now, current.updatedAt + 1)
}

type Judging = Pick<OidcSettings, 'issuer' | 'clientId' | 'tenant' | 'pair' | 'maxAgeSeconds'>

/** Whether a token that was judged by the one settings was judged as the others would. A credential of ours judges none. */
export function sameJudge(one: Judging, other: Judging): boolean {
  const sameRules = one.tenant === other.tenant && one.maxAgeSeconds === other.maxAgeSeconds
  return sameClient(one, other) && sameRules && samePair(one, other)
}

/** Whether a sign-in names the directory's people by the same values. */
export function samePair(one: Pick<OidcSettings, 'pair'>, other: Pick<OidcSettings, 'pair'>): boolean {
  return one.pair?.attribute === other.pair?.attribute && one.pair?.claim === other.pair?.claim
}
