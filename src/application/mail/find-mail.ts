import { AppError } from '../../domain/errors.ts'
import type { OutboxMail } from '../../domain/mail.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { MailQuery, Slice } from '../views.ts'

/** `text`: as the file outbox keeps it; null where the mail went out by SMTP, or lies with another process. */
export type MailDetail = OutboxMail & { readonly text: string | null }

/** What is to be sent and what became of it, the newest first. */
export async function listMail(
  ports: Pick<Ports, 'views'>,
  op: Operation,
  query: MailQuery,
): Promise<Slice<OutboxMail>> {
  authorize(op, { verb: 'operate' })
  return ports.views.mails(query)
}

export async function showMail(ports: Pick<Ports, 'views' | 'mail'>, op: Operation, id: string): Promise<MailDetail> {
  authorize(op, { verb: 'operate' })
  const mail = await ports.views.mail(id)
  if (mail === undefined) throw new AppError('not_found', `there is no mail "${id}" in the outbox`)
  return { ...mail, text: await ports.mail.kept(mail.id) }
}
