import { z } from 'zod'
import { id, instant, text } from './common.ts'

export const gatewayAnswer = z
  .strictObject({
    ...{ id, account: id.nullable(), name: text, hint: text, state: z.enum(['live', 'revoked']) },
    ...{ createdAt: instant, revokedAt: instant.nullable(), lastUsedAt: instant.nullable() },
  })
  .meta({ id: 'Gateway' })
export const gatewayCreated = gatewayAnswer.extend({ token: text }).meta({ id: 'GatewayCreated' })

export const exampleGateway = {
  id: '01a20d9b-a1c4-…',
  account: '01a20d9b-5f10-…',
  name: 'Voice API gateway',
  hint: 'k3Qz',
  state: 'live' as const,
  createdAt: '2026-11-24T12:50:23.828Z',
  revokedAt: null,
  lastUsedAt: null,
}
