import type { Request } from 'express'
import type { TokenRequest } from '../../application/clients/issue-access-token.ts'
import type { Form } from './form.ts'
import { OAuthError } from './oauth-error.ts'

export type ClientCredential = Pick<TokenRequest, 'clientId' | 'proof'>

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Who asks and how it proves that, by exactly one way of RFC 6749, 2.3.1, or RFC 7523, 2.2. */
export function clientCredentialOf(request: Request, form: Form): ClientCredential {
  const header = request.headers.authorization
  const ways = [header, form.get('client_secret'), form.get('client_assertion')].filter((way) => way !== undefined)
  if (ways.length > 1) throw new OAuthError('invalid_request', 'the client proves itself in more than one way')
  if (header !== undefined) return basicOf(header, form)
  if (form.has('client_assertion') || form.has('client_assertion_type')) return assertionOf(form)
  const [clientId, secret] = [form.get('client_id'), form.get('client_secret')]
  if (secret === undefined)
    throw new OAuthError('invalid_client', 'send the client by Basic, by client_secret or by client_assertion')
  if (clientId === undefined) throw new OAuthError('invalid_request', 'client_id is missing')
  return { clientId, proof: { kind: 'secret', secret } }
}

function basicOf(header: string, form: Form): ClientCredential {
  const [, encoded = ''] = /^basic +([a-z0-9+/_=-]+) *$/i.exec(header) ?? []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const [clientId, secret] = [formDecoded(text.slice(0, Math.max(0, colon))), formDecoded(text.slice(colon + 1))]
  if (colon < 1 || clientId === null || secret === null)
    throw new OAuthError('invalid_client', 'the Authorization header is no Basic one with a client and a secret')
  if ((form.get('client_id') ?? clientId) !== clientId)
    throw new OAuthError('invalid_request', 'client_id names another client than the Authorization header')
  return { clientId, proof: { kind: 'secret', secret } }
}

function assertionOf(form: Form): ClientCredential {
  const assertion = form.get('client_assertion')
  if (form.get('client_assertion_type') !== jwtBearer)
    throw new OAuthError('invalid_request', `client_assertion_type must be ${jwtBearer}`)
  if (assertion === undefined) throw new OAuthError('invalid_request', 'client_assertion is missing')
  return { clientId: form.get('client_id') ?? null, proof: { kind: 'assertion', assertion } }
}

/** Name and secret are form-encoded before they are joined (RFC 6749, 2.3.1). */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
