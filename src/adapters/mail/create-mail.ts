import type { Mail } from '../../application/mail/mail-ports.ts'
import { createFileOutbox } from './file-outbox.ts'
import { createSmtpMail, type MailFrom } from './smtp.ts'

type MailTarget = {
  /** Where mail is handed over; null: it becomes files of the folder. */
  readonly url: string | null
  readonly from: MailFrom
  readonly tls: 'required' | 'offered'
  readonly folder: string
  readonly now: () => number
}

export function createMail({ url, from, tls, folder, now }: MailTarget): Mail {
  return url === null ? createFileOutbox({ folder, from, now }) : createSmtpMail({ url, from, tls })
}
