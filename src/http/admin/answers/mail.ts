import { z } from 'zod'
import { mailStates } from '../../../domain/mail.ts'
import { count, id, instant, text } from './common.ts'

export const mailGoesTo = z
  .enum(['server', 'files'])
  .describe('`files`: no mail server is set, so mail goes to nobody; `sent` is then what became a file.')
export const mailAnswer = z.strictObject({
  ...{ id, account: id, about: id, causedBy: text, to: text, subject: text, state: z.enum(mailStates) },
  ...{ attempts: count, error: text.nullable(), createdAt: instant, nextAttemptAt: instant.nullable() },
  ...{ sentAt: instant.nullable(), mailGoesTo },
})
export const mailDetailAnswer = mailAnswer.extend({ text: text.nullable() })

export const exampleMail = {
  id: '01a20d9b-9a10-…',
  account: '01a20d9b-6241-…',
  about: '01a20d9b-9a0e-…',
  causedBy: 'operator',
  to: 'jane@corp.example',
  subject: 'Your invitation to Acme Ltd',
  state: 'sent' as const,
  attempts: 1,
  error: null,
  createdAt: '2026-11-24T12:50:27.690Z',
  nextAttemptAt: null,
  sentAt: '2026-11-24T12:50:28.104Z',
  mailGoesTo: 'server' as const,
}
