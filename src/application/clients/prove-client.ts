import { isLive, parseCredential } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import { isSelfIssued, type ClientSecret, type OAuthClient } from '../../domain/oauth-client.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'secrets' | 'assertions'>

/** How a client says who it is. */
export type Proof =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'assertion'; readonly assertion: string }

/** What a client has proved itself by: a live secret of its own, or an assertion and what it takes to know it again. */
export type Proved = { readonly secret: ClientSecret | null; readonly spent: { jti: string; until: number } | null }

/** The names by which this service is meant as an audience. */
export type TokenEndpoint = { readonly issuer: string; readonly url: string }

/** An absent client, a wrong secret and the wrong kind of proof are one and the same answer. */
export function invalidClient(what = 'the client is not known, or its credential is not valid'): AppError {
  return new AppError('unauthenticated', what, { rule: 'invalid_client' })
}

export async function proveBySecret(ports: Needs, client: OAuthClient | undefined, text: string): Promise<Proved> {
  const parsed = parseCredential('scimcs', text)
  const { views, secrets, clock } = ports
  const usable = client?.assertion === null && client.revokedAt === null ? client : undefined
  const found = parsed && usable ? await views.clientSecret(usable.id, parsed.id) : undefined
  const genuine = secrets.equal(secrets.hash(parsed?.secret ?? text), found?.secretHash ?? '')
  if (found === undefined || !genuine || !isLive(found, clock.now())) throw invalidClient()
  return { secret: found, spent: null }
}

export async function proveByAssertion(
  ports: Needs,
  client: OAuthClient | undefined,
  { assertion, endpoint }: { assertion: string; endpoint: TokenEndpoint },
): Promise<Proved> {
  if (client === undefined || client.revokedAt !== null || client.assertion === null) throw invalidClient()
  const { audience, ...trust } = client.assertion
  const audiences = audience === null ? [endpoint.issuer, endpoint.url] : [audience]
  const { jti, expiresAt } = await ports.assertions.verify(assertion, { ...trust, audiences })
  if (jti === null && isSelfIssued(client))
    throw invalidClient('the assertion lacks "jti", without which it may be replayed')
  return { secret: null, spent: jti === null ? null : { jti, until: expiresAt } }
}
