import { z } from 'zod'
import { authorities, clientAuthMethods, pairAttributes } from '../../domain/oidc-settings.ts'
import { isStorable } from '../storable-text.ts'

const plain = (most: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
    .refine(isStorable, 'must hold no NUL and no half of a surrogate pair')

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of: ${values.join(', ')}`)

export const oidcBody = z.strictObject({
  issuer: plain(2048),
  clientId: plain(500),
  authMethod: oneOf(clientAuthMethods).optional(),
  clientSecret: plain(4096).optional(),
  newKey: z.boolean('must be true or false').optional(),
  authority: oneOf(authorities).optional(),
  defaultRole: plain(100).optional(),
  pair: z
    .strictObject({
      attribute: oneOf(pairAttributes),
      claim: z.string().regex(/^[\w:/.-]{1,200}$/, 'must be the name of a claim'),
    })
    .nullable()
    .optional(),
  tenant: z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'must be the id of a tenant of Entra')
    .optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope of OAuth 2.0'))
    .min(1, 'must hold "openid"')
    .max(20, 'must hold at most 20 scopes')
    .optional(),
  maxAgeSeconds: z
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(2_592_000, 'must be at most 2592000')
    .optional(),
  enabled: z.boolean('must be true or false').optional(),
  platform: z.boolean('must be true or false').optional(),
})

export const identityBody = z.strictObject({
  ...{ connection: plain(100), subject: plain(255) },
  objectId: plain(255).optional(),
})

export const signInNameBody = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be of a to z, 0 to 9 and hyphens inside, at most 63 characters',
    )
    .nullable(),
})
