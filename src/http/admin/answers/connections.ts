import { z } from 'zod'
import { connectionKinds } from '../../../domain/connection.ts'
import { profileFields, usualSources, type ProfileField } from '../../../domain/profile.ts'
import { count, id, instant, text } from './common.ts'

export const connectionAnswer = z
  .strictObject({
    ...{ id, name: text, kind: z.enum(connectionKinds), state: z.enum(['active', 'retired']) },
    emailPolicy: z.enum(['standard', 'strict']),
    rateLimit: z.strictObject({ perSecond: z.int(), burst: z.int() }).nullable(),
    profileMapping: z.strictObject(
      Object.fromEntries(profileFields.map((field) => [field, text.nullable()])) as Record<
        ProfileField,
        z.ZodNullable<typeof text>
      >,
    ),
    ...{ rolesFromIdp: z.boolean(), scimUrl: text, createdAt: instant },
  })
  .meta({ id: 'Connection' })
export const groupAnswer = z
  .strictObject({ id, displayName: text, externalId: text.nullable(), memberCount: count })
  .meta({ id: 'Group' })

export const exampleConnection = {
  id: '01a20d9b-6245-…',
  name: 'Okta',
  kind: 'okta' as const,
  state: 'active' as const,
  emailPolicy: 'standard' as const,
  rateLimit: null,
  profileMapping: usualSources,
  rolesFromIdp: false,
  scimUrl: 'https://joinery.example.com/scim/v2/01a20d9b-6245-…',
  createdAt: '2026-11-24T12:50:16.773Z',
}
