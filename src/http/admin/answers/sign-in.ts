import { z } from 'zod'
import { authorities, clientAuthMethods, pairAttributes } from '../../../domain/oidc-settings.ts'
import { id, instant, text } from './common.ts'

export const oidcAnswer = z.strictObject({
  ...{ connection: id, issuer: text, clientId: text, authMethod: z.enum(clientAuthMethods), hasSecret: z.boolean() },
  publicKey: z.record(z.string(), z.string()).nullable(),
  ...{ authority: z.enum(authorities), defaultRole: id.nullable() },
  pair: z.strictObject({ attribute: z.enum(pairAttributes), claim: text }).nullable(),
  ...{ tenant: text.nullable(), scopes: z.array(text), maxAgeSeconds: z.int().nullable() },
  ...{ enabled: z.boolean(), platform: z.boolean(), redirectUri: text, loginUrl: text, jwksUrl: text },
  ...{ signedOutUrl: text, createdAt: instant, updatedAt: instant },
})
export const checkAnswer = z.strictObject({
  check: z.enum(['discovery', 'issuer', 'endpoints', 'code_flow', 'pkce', 'keys', 'client', 'logout']),
  state: z.enum(['ok', 'warning', 'failed']),
  detail: text,
})
export const identityAnswer = z.strictObject({
  ...{ id, connection: id, subject: text, issuer: text, objectId: text.nullable() },
  ...{ createdAt: instant, lastUsedAt: instant.nullable() },
})
export const oneTimeLinkAnswer = z.strictObject({ id, url: text, expiresAt: instant })

const origin = 'https://joinery.example.com'
const connection = '01a20d9b-6245-…'

export const exampleOidc = {
  ...{ connection, issuer: 'https://acme.okta.com', clientId: '0oa5x7example', hasSecret: true, publicKey: null },
  ...{ authMethod: 'client_secret_basic' as const, authority: 'scim' as const, defaultRole: null },
  ...{ pair: { attribute: 'externalId' as const, claim: 'sub' }, tenant: null },
  ...{ scopes: ['openid', 'profile', 'email'], maxAgeSeconds: null, enabled: true, platform: false },
  redirectUri: `${origin}/auth/callback/${connection}`,
  loginUrl: `${origin}/auth/start/${connection}`,
  jwksUrl: `${origin}/auth/keys/${connection}`,
  signedOutUrl: `${origin}/auth/signed-out`,
  createdAt: '2026-11-24T12:50:16.773Z',
  updatedAt: '2026-11-24T12:50:16.773Z',
}
export const exampleCheck = {
  ...{ check: 'client' as const, state: 'ok' as const },
  detail: 'the IdP knows the client and takes its credential',
}
export const exampleIdentity = {
  ...{ id: '01a20d9b-9c11-…', connection, subject: '00u8k2example', issuer: 'https://acme.okta.com', objectId: null },
  ...{ createdAt: '2026-11-24T12:58:41.002Z', lastUsedAt: '2026-11-25T08:01:10.920Z' },
}
