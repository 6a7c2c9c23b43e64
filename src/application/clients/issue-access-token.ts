import { formatCredential } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import { accessTokenEnd, type AccessToken, type OAuthClient } from '../../domain/oauth-client.ts'
import { narrowScopes, type ScimScope } from '../../domain/scim-scope.ts'
import type { Ports } from '../ports.ts'
import {
  invalidClient,
  proveByAssertion,
  proveBySecret,
  type Proof,
  type Proved,
  type TokenEndpoint,
} from './prove-client.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets' | 'assertions'>
export type TokenRequest = {
  /** May be left out with an assertion, which then names the client as its subject (RFC 7521, 4.2). */
  clientId: string | null
  proof: Proof
  /** What the client asks for; empty: all that it may. */
  scope: string
  endpoint: TokenEndpoint
  /** Called once the client has proved itself, before anything is stored; throws where it asks too often. */
  admit: (clientId: string) => void
}
export type IssuedToken = {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly scopes: readonly ScimScope[]
}

/** What an id of ours looks like: anything else is nobody's, and the store is not even asked. */
const idForm = /^[0-9a-z-]{1,64}$/

/** The client credentials grant (RFC 6749, 4.4): an access token for one connection, for an hour at most. */
export async function issueAccessToken(ports: Needs, request: TokenRequest): Promise<IssuedToken> {
  const { proof, endpoint } = request
  const id = request.clientId ?? (proof.kind === 'assertion' ? ports.assertions.subjectOf(proof.assertion) : null)
  const found = id === null || !idForm.test(id) ? undefined : await ports.views.clientWithConnection(id)
  const proved =
    proof.kind === 'secret'
      ? await proveBySecret(ports, found?.client, proof.secret)
      : await proveByAssertion(ports, found?.client, { assertion: proof.assertion, endpoint })
  if (found === undefined) throw invalidClient()
  if (found.connection.state !== 'active')
    throw new AppError('forbidden', 'the connection of this client is not active', { rule: 'invalid_grant' })
  const scopes = narrowScopes(found.client.scopes, request.scope)
  if (scopes === null) {
    const may = found.client.scopes.join(' ')
    throw new AppError('invalid_input', `the client may ask for: ${may}`, { rule: 'invalid_scope' })
  }
  request.admit(found.client.id)
  return store(ports, found.client, proved, scopes)
}

async function store(
  ports: Needs,
  { id: clientId }: OAuthClient,
  { secret, spent }: Proved,
  scopes: readonly ScimScope[],
): Promise<IssuedToken> {
  const { clock, newId, secrets, unitOfWork } = ports
  const now = clock.now()
  const chance = secrets.token()
  const token: AccessToken = {
    id: newId(),
    clientId,
    secretId: secret?.id ?? null,
    secretHash: secrets.hash(chance),
    scopes,
    createdAt: now,
    expiresAt: accessTokenEnd(now, secret),
  }
  await unitOfWork(async (tx) => {
    if (
      spent !== null &&
      !(await tx.accessTokens.spend(clientId, secrets.hash(spent.jti), { now, until: spent.until }))
    )
      throw invalidClient('the assertion was used before; sign a new one')
    await tx.accessTokens.insert(token)
  })
  const expiresInSeconds = Math.floor((token.expiresAt - now) / 1000)
  return { accessToken: formatCredential('scimat', token.id, chance), expiresInSeconds, scopes }
}
