import { importJWK, SignJWT } from 'jose'
import { clientId, type Company } from './sign-in.ts'

let counter = 0

/** A signal of a company's IdP, signed by its key: a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4). */
export function logoutToken(of: Company, nowMs: number, subject: string): Promise<string> {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  return signed(of, nowMs, 'logout+jwt', { aud: clientId, sub: subject, events })
}

/** The token beside a Global Token Revocation at an endpoint. */
export function revocationToken(of: Company, nowMs: number, endpoint: string): Promise<string> {
  return signed(of, nowMs, 'global-token-revocation+jwt', { aud: endpoint, sub: clientId })
}

async function signed(of: Company, nowMs: number, typ: string, claims: Record<string, unknown>): Promise<string> {
  const now = Math.floor(nowMs / 1000)
  const usual = { iss: of.idp.issuer, iat: now, exp: now + 120, jti: `signal-${(counter += 1)}` }
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'first', typ })
    .sign(await importJWK(of.key, 'RS256'))
}

export async function sendLogout(url: string, of: Company, token: string): Promise<number> {
  const body = new URLSearchParams({ logout_token: token })
  return (await fetch(`${url}/auth/backchannel-logout/${of.connectionId}`, { method: 'POST', body })).status
}

export const revocationUrl = (url: string, of: Company): string => `${url}/auth/revoke/${of.connectionId}`

export async function sendRevocation(url: string, of: Company, token: string, subject: string): Promise<number> {
  const answer = await fetch(revocationUrl(url, of), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: of.idp.issuer, sub: subject } }),
  })
  return answer.status
}
