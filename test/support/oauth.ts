import type { Answer, Api, Tenant } from './api.ts'

export type TokenAnswer = Answer

export const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Asks the token endpoint as an OAuth client does. */
export async function askToken(
  url: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const usual = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', body, headers: { ...usual, ...headers } })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

export const basic = (id: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

export const clientsOf = ({ accountId, connectionId }: Pick<Tenant, 'accountId' | 'connectionId'>): string =>
  `/accounts/${accountId}/connections/${connectionId}/clients`

export type MadeClient = { id: string; clientSecret: string; secrets: { id: string }[] }

export function makeClient(api: Api, tenant: Tenant, more: object = {}): Promise<MadeClient> {
  return api.ok('POST', clientsOf(tenant), { name: 'client', ...more })
}
