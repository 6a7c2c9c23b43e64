import type { MailState, OutboxMail } from '../../domain/mail.ts'

export type MailRow = {
  id: string
  account_id: string
  about: string
  caused_by: string
  recipient: string
  subject: string
  state: string
  attempts: number
  error: string | null
  created_at: number
  next_attempt_at: number
  until_at: number
  sent_at: number | null
}

export function fromMailRow(row: MailRow): OutboxMail {
  return {
    id: row.id,
    accountId: row.account_id,
    about: row.about,
    causedBy: row.caused_by,
    to: row.recipient,
    subject: row.subject,
    state: row.state as MailState,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    until: row.until_at,
    sentAt: row.sent_at,
  }
}

export function toMailRow(mail: OutboxMail): MailRow {
  return {
    id: mail.id,
    account_id: mail.accountId,
    about: mail.about,
    caused_by: mail.causedBy,
    recipient: mail.to,
    subject: mail.subject,
    state: mail.state,
    attempts: mail.attempts,
    error: mail.error,
    created_at: mail.createdAt,
    next_attempt_at: mail.nextAttemptAt,
    until_at: mail.until,
    sent_at: mail.sentAt,
  }
}
