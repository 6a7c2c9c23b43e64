import { AppError } from '../../domain/errors.ts'
import { mailWaitMs, type OutboxMail } from '../../domain/mail.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { readSecret } from '../secrets/keep-secret.ts'
import type { MailOutcome } from './mail-ports.ts'
import { forgetText, textPlace } from './mail-text.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'mail' | 'vault'>
export type SendMail = { limit: number; leaseMs: number; random: () => number }
/** `waits`: why a mail has to wait for another attempt, for the log; null where none has to. */
export type Sent = {
  readonly claimed: number
  readonly sent: number
  readonly failed: number
  readonly waits: string | null
}

/**
 * Sends what is due, `limit` mails at once. A mail is claimed before it is handed over and settled after that: whoever dies
 * in between sends it again under the same Message-ID, and nothing is lost.
 */
export async function sendMail(ports: Needs, op: Operation, { limit, leaseMs, random }: SendMail): Promise<Sent> {
  authorize(op, { verb: 'send-mail' })
  const claimed = await ports.unitOfWork(async (tx) => {
    await forgetText(tx, await tx.mail.dropLate())
    return tx.mail.claim(limit, leaseMs)
  })
  const outcomes = await Promise.all(
    claimed.map(async (mail) => {
      const outcome = await deliver(ports, mail, random)
      await ports.unitOfWork(async (tx) => {
        if (await tx.mail.settle(mail, outcome)) await forgetText(tx, [mail])
      })
      return outcome
    }),
  )
  const count = (kind: MailOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  const waits = outcomes.find((outcome) => outcome.kind === 'again')?.error ?? null
  return { claimed: claimed.length, sent: count('sent'), failed: count('failed'), waits }
}

async function deliver(ports: Needs, mail: OutboxMail, random: () => number): Promise<MailOutcome> {
  const { id, to, subject, attempts } = mail
  const again = (error: unknown): MailOutcome => {
    return { kind: 'again', error: reasonOf(error), waitMs: mailWaitMs(attempts, random()) }
  }
  try {
    const text = await readSecret(ports, textPlace(mail))
    if (text === undefined) return { kind: 'failed', error: 'its text is gone' }
    return await ports.mail.send({ id, to, subject, text }).then(() => ({ kind: 'sent' }), refusedOr(again))
  } catch (error) {
    return again(error) // a key that is missing may be given again
  }
}

/** Only what the server refuses for good is over. */
function refusedOr(again: (error: unknown) => MailOutcome): (error: unknown) => MailOutcome {
  return (error) =>
    error instanceof AppError && error.code === 'upstream_rejected'
      ? { kind: 'failed', error: reasonOf(error) }
      : again(error)
}

function reasonOf(error: unknown): string {
  return (error as Error).message.slice(0, 500)
}
