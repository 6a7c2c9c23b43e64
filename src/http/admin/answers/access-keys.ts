import { z } from 'zod'
import { keyStates } from '../../../domain/access-key.ts'
import { id, instant, text } from './common.ts'

export const accessKeyAnswer = z
  .strictObject({
    ...{ id, account: id, member: id.nullable(), userName: text.nullable(), name: text },
    ...{ roles: z.array(id).nullable(), state: z.enum(keyStates), hint: text },
    ...{ secretMadeAt: instant, formerSecretUntil: instant.nullable() },
    ...{ createdBy: text, createdAt: instant, expiresAt: instant.nullable(), lastUsedAt: instant.nullable() },
  })
  .meta({ id: 'AccessKey' })
export const accessKeyCreated = accessKeyAnswer.extend({ secret: text }).meta({ id: 'AccessKeyCreated' })

export const exampleAccessKey = {
  ...{ id: '01a20d9b-b7e2-…', account: '01a20d9b-5f10-…', member: '01a20d9b-8cfd-…', userName: 'jane@corp.example' },
  ...{ name: 'Nightly export', roles: null, state: 'live' as const, hint: 'k3Qz' },
  ...{ secretMadeAt: '2026-11-24T12:50:23.828Z', formerSecretUntil: null },
  ...{ createdBy: 'member:01a20d9b-8cfd-…', createdAt: '2026-11-24T12:50:23.828Z' },
  ...{ expiresAt: null, lastUsedAt: null },
}
