import type { MailMessage, OutboxMail } from '../../domain/mail.ts'

/** Mail that is to be sent, kept with the change that causes it. Times are told by the database's clock. */
export type MailOutbox = {
  add(mail: OutboxMail): Promise<void>
  /** Takes back what is still waiting about this; answers which. */
  drop(about: string): Promise<MailKey[]>
  /** Takes back what is due and of no use any more; answers which. */
  dropLate(): Promise<MailKey[]>
  /** Mail that is due, for whoever asks first, until it is settled or `leaseMs` are over; counted as one more attempt. */
  claim(limit: number, leaseMs: number): Promise<OutboxMail[]>
  /** Says what became of a claimed mail, unless it was claimed anew meanwhile; true where it is done with. */
  settle(mail: Pick<OutboxMail, 'id' | 'attempts'>, outcome: MailOutcome): Promise<boolean>
  /** Takes away at most `limit` mails older than an instant; answers how many. */
  purge(before: number, limit: number): Promise<number>
}
export type MailKey = Pick<OutboxMail, 'id' | 'accountId'>
export type MailOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'again'; readonly error: string; readonly waitMs: number }

/** How mail leaves the house: by SMTP, or as files where no server is set. */
export type Mail = {
  /**
   * Hands a message over. `upstream_rejected`: this address will never take it. Whatever else is thrown is worth another
   * attempt.
   */
  send(message: MailMessage): Promise<void>
  /** A message's text where this process keeps it as a file, else null. */
  kept(id: string): Promise<string | null>
  /** One line on where mail goes; rejects where the server does not answer. */
  check(): Promise<string>
}
