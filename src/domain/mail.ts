/** What is sent to one person: plain text, under one subject. */
export type MailMessage = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

export const mailStates = ['waiting', 'sent', 'failed', 'dropped'] as const

/** `waiting` for its next attempt, `sent`, `failed` for good, or `dropped` because it would be of no use any more. */
export type MailState = (typeof mailStates)[number]

/** A mail of the outbox. Its text lies sealed elsewhere, and is gone as soon as nobody has to send it any more. */
export type OutboxMail = {
  readonly id: string
  readonly accountId: string
  /** What it is about: the id of an invitation. */
  readonly about: string
  /** Who caused it, as the audit log names actors. */
  readonly causedBy: string
  readonly to: string
  readonly subject: string
  readonly state: MailState
  readonly attempts: number
  readonly error: string | null
  readonly createdAt: number
  readonly nextAttemptAt: number
  /** From then on it is of no use, and is not sent. */
  readonly until: number
  readonly sentAt: number | null
}

/** How many days a mail of the outbox is remembered. */
export const mailKeptDays = 30

const firstWaitMs = 5_000
const longestWaitMs = 15 * 60_000

/** How long to wait after so many attempts: 5 s, doubled each time, a quarter of an hour at most, with jitter. */
export function mailWaitMs(attempts: number, random: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempts - 1, 20)) * (0.75 + random / 2)
}

const longestHeader = 200

/** A text that fits into one header line: whatever could end the line becomes a blank. */
export function headerText(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length <= longestHeader ? line : `${line.slice(0, longestHeader - 1).trimEnd()}…`
}

/** An address that is one address and nothing else: no list, no display name, no line break (RFC 5321, 4.1.2). */
export function isBareAddress(address: string): boolean {
  return address.length <= 254 && /^[^\p{C}\p{Z}"()<>[\]\\,;:@]+@[^\p{C}\p{Z}"()<>[\]\\,;:@]+$/u.test(address)
}
