import { z } from 'zod'
import { scimScopes } from '../../../domain/scim-scope.ts'
import { id, instant, text } from './common.ts'

const scopes = z.array(z.enum(scimScopes))
const state = z.enum(['live', 'expired', 'revoked'])
const times = {
  ...{ createdAt: instant, expiresAt: instant },
  ...{ revokedAt: instant.nullable(), lastUsedAt: instant.nullable() },
}

export const tokenAnswer = z.strictObject({ id, hint: text, state, scopes, ...times }).meta({ id: 'Token' })
export const tokenCreated = tokenAnswer.extend({ token: text }).meta({ id: 'TokenCreated' })

export const secretAnswer = z.strictObject({ id, hint: text, state, ...times }).meta({ id: 'ClientSecret' })
export const secretCreated = secretAnswer.extend({ clientSecret: text }).meta({ id: 'ClientSecretCreated' })

export const clientAnswer = z
  .strictObject({
    ...{ id, name: text, state: z.enum(['live', 'revoked']), scopes, tokenUrl: text },
    assertion: z.strictObject({ jwksUrl: text, issuer: text, subject: text, audience: text }).nullable(),
    secrets: z.array(secretAnswer),
    ...{ createdAt: instant, revokedAt: instant.nullable(), lastUsedAt: instant.nullable() },
  })
  .meta({ id: 'Client' })
export const clientCreated = clientAnswer.extend({ clientSecret: text.optional() }).meta({ id: 'ClientCreated' })

export const exampleSecret = {
  id: '01a20d9b-7dd4-…',
  hint: 'iVz1',
  state: 'live' as const,
  createdAt: '2026-11-24T12:50:23.828Z',
  expiresAt: '2027-11-24T12:50:23.828Z',
  revokedAt: null,
  lastUsedAt: null,
}
const { id: exampleId, hint, state: live, ...exampleTimes } = exampleSecret
export const exampleToken = { id: exampleId, hint, state: live, scopes: ['users', 'groups'] as const, ...exampleTimes }
export const exampleClient = {
  id: '01a20d9b-91c7-…',
  name: 'Entra provisioning',
  state: 'live' as const,
  scopes: ['users', 'groups'] as const,
  tokenUrl: 'https://joinery.example.com/oauth/token',
  assertion: {
    issuer: 'https://login.microsoftonline.com/ce5f061f-…/v2.0',
    subject: 'd2f8ee76-…',
    audience: 'api://b5ba7a93-…',
    jwksUrl: 'https://login.microsoftonline.com/ce5f061f-…/discovery/v2.0/keys',
  },
  secrets: [],
  createdAt: '2026-11-24T12:50:29.127Z',
  revokedAt: null,
  lastUsedAt: null,
}
