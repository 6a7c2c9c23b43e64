import { createHmac, createPrivateKey, sign, type JsonWebKey } from 'node:crypto'
import type { JWK } from 'jose'
import type { OpenIdProvider } from './openid-provider.ts'

export type Told = { header: Record<string, unknown>; claims: Record<string, unknown> }
export type Forgery = {
  /** Changes what the token says. */
  change?: (told: Told) => void
  /** Signs by this key; by default by the provider's own, as one does who owns it. */
  key?: JWK
  /** Signs by HMAC with this text. */
  hmac?: string
  /** Leaves the signature out. */
  unsigned?: boolean
  /** Before the answer leaves. */
  before?: () => Promise<unknown>
}

/** The provider's next answers of its token endpoint carry an ID token that says something else. */
export function forgeTokens(idp: OpenIdProvider, own: JWK, forgery: Forgery): void {
  idp.intercept = async (request, response) => {
    if (request.url !== '/token') return false
    await forgery.before?.()
    const end = response.end.bind(response)
    response.end = ((body: string | Buffer) => {
      const text = body.toString()
      const forged = rewritten(text, own, forgery)
      response.setHeader('Content-Length', Buffer.byteLength(forged))
      return end(forged)
    }) as typeof response.end
    return false
  }
}

function rewritten(text: string, own: JWK, forgery: Forgery): string {
  const answer = JSON.parse(text) as { id_token?: string }
  if (answer.id_token === undefined) return text
  const [head = '', payload = ''] = answer.id_token.split('.')
  const told: Told = { header: decoded(head), claims: decoded(payload) }
  if (forgery.unsigned === true) told.header = { alg: 'none' }
  if (forgery.hmac !== undefined) told.header = { alg: 'HS256' }
  forgery.change?.(told)
  const signed = `${encoded(told.header)}.${encoded(told.claims)}`
  return JSON.stringify({ ...answer, id_token: `${signed}.${signatureOf(signed, forgery, own)}` })
}

function signatureOf(signed: string, { key, hmac, unsigned }: Forgery, own: JWK): string {
  if (unsigned === true) return ''
  if (hmac !== undefined) return createHmac('sha256', hmac).update(signed).digest('base64url')
  const privateKey = createPrivateKey({ key: (key ?? own) as JsonWebKey, format: 'jwk' })
  return sign('sha256', Buffer.from(signed), privateKey).toString('base64url')
}

const decoded = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
